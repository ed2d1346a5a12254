import { maskAddresses } from '../core/index.js';
import type { Exposure } from './context.js';

export function maskAddress(address: string, exposure: Exposure): string {
  return exposure.addresses === 'masked' ? maskAddresses(address) : address;
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
