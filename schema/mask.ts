import type { Exposure } from './context.js';

const IPV4 = /\b(\d{1,3}\.\d{1,3})\.\d{1,3}\.\d{1,3}\b/g;
/**
 * Two groups are kept; what follows must look like the rest of an address, so that times such as 12:30:05 are left
 * alone.
 */
const IPV6 = /\b([0-9a-f]{1,4}:[0-9a-f]{0,4}):(?:[0-9a-f]{0,4}:){1,6}[0-9a-f]{0,4}(?![0-9a-z:])/gi;

/** Hides the last half of every IP address in a text. */
function maskText(text: string): string {
  return text.replace(IPV4, '$1.x.x').replace(IPV6, '$1:x');
}

export function maskAddress(address: string, exposure: Exposure): string {
  return exposure.addresses === 'masked' ? maskText(address) : address;
}

/** A copy of JSON-like detail that shows no more than allowed: addresses masked, `appData` left out. */
export function exposeDetail(value: unknown, exposure: Exposure): unknown {
  if (typeof value === 'string') return maskAddress(value, exposure);
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (typeof value === 'bigint') return value.toString();
  if (Array.isArray(value)) return value.map((item) => exposeDetail(item, exposure));
  if (value === null || typeof value !== 'object') return value ?? null;
  const copy: Record<string, unknown> = {};
  for (const [key, item] of Object.entries(value)) {
    if (key === 'appData' && !exposure.appData) continue;
    copy[key] = exposeDetail(item, exposure);
  }
  return copy;
}
