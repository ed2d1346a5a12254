const IPV4 = /\b(\d{1,3}\.\d{1,3})\.\d{1,3}\.\d{1,3}\b/g;
/**
 * Two groups are kept; what follows must look like the rest of an address, so that times such as 12:30:05 are left
 * alone.
 */
const IPV6 = /\b([0-9a-f]{1,4}:[0-9a-f]{0,4}):(?:[0-9a-f]{0,4}:){1,6}[0-9a-f]{0,4}(?![0-9a-z:])/gi;

/** Hides the last half of every IP address in a text. */
export function maskAddresses(text: string): string {
  return text.replace(IPV4, '$1.x.x').replace(IPV6, '$1:x');
}
