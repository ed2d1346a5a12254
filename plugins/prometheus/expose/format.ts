/** A text format that Prometheus reads. */
export type Format = 'text' | 'openmetrics';

export const CONTENT_TYPES: Readonly<Record<Format, string>> = {
  text: 'text/plain; version=0.0.4; charset=utf-8',
  openmetrics: 'application/openmetrics-text; version=1.0.0; charset=utf-8',
};

/** The format that `Accept` prefers; the older one when it says nothing of either, for that is what every reader knows. */
export function negotiate(accept: string | null): Format {
  let best: { readonly format: Format; readonly quality: number } = { format: 'text', quality: 0 };
  for (const range of (accept ?? '').split(',')) {
    const [type = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
    const values = new Map(parameters.map((parameter) => parameter.split('=', 2) as [string, string | undefined]));
    const quality = Number(values.get('q') ?? '1');
    const format = formatOf(type, values.get('version'));
    if (format !== null && quality > best.quality) best = { format, quality };
  }
  return best.format;
}

function formatOf(type: string, version: string | undefined): Format | null {
  if (type === 'application/openmetrics-text')
    return version === undefined || version === '1.0.0' ? 'openmetrics' : null;
  if (type === 'text/plain') return version === undefined || version === '0.0.4' ? 'text' : null;
  return type === '*/*' || type === 'text/*' ? 'text' : null;
}

/** Whether the reader takes gzip. */
export function takesGzip(acceptEncoding: string | null): boolean {
  if (acceptEncoding === null) return false;
  return acceptEncoding.split(',').some((coding) => {
    const [name = '', ...parameters] = coding.split(';').map((part) => part.trim().toLowerCase());
    return (name === 'gzip' || name === '*') && !parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter));
  });
}
