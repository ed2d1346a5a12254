/** As Prometheus asks for a page. */
export const HEADERS = {
  accept: 'application/openmetrics-text;version=1.0.0;q=0.6,text/plain;version=0.0.4;q=0.3,*/*;q=0.1',
  'accept-encoding': 'gzip',
};
