import { isIP, isIPv4, isIPv6 } from 'node:net';

/** What stands where something was taken out. */
export const REDACTED = '[redacted]';

/** Deeper than anything mediasoup dumps; ends a walk into a structure that refers to itself. */
const MAX_DEPTH = 16;

const SECRET_KEY =
  /(?:password|pwd|secret|usernameFragment|keyBase64|privateKey|masterKey|masterSalt|authorization|credential)s?$|^(?:appData|srtpKey|token)$/i;

/**
 * A copy that can be shown and made JSON of: ICE passwords and user names, SRTP and DTLS keys and appData are replaced.
 * DTLS fingerprints and remote certificates stay, they are public.
 */
export function redactSecrets(value: unknown): unknown {
  return walk(
    value,
    (key, inner) => (SECRET_KEY.test(key) && hasContent(inner) ? REDACTED : undefined),
    (text) => text,
  );
}

/** A copy in which every IP address keeps its network half only: `203.0.x.x`, `2001:db8:x`. Loopback and "any" stay. */
export function maskAddresses(value: unknown): unknown {
  return walk(value, () => undefined, maskText);
}

/** A list of objects is walked, so that what is no secret in them stays; everything else under a secret's name goes. */
function hasContent(value: unknown): boolean {
  if (Array.isArray(value)) return value.some((item) => item === null || typeof item !== 'object');
  return value !== null && value !== undefined;
}

function walk(
  value: unknown,
  replace: (key: string, value: unknown) => unknown,
  text: (value: string) => string,
  depth = 0,
): unknown {
  if (typeof value === 'string') return text(value);
  if (typeof value === 'bigint') return Number(value);
  if (value === null || typeof value !== 'object') return typeof value === 'function' ? undefined : value;
  if (depth >= MAX_DEPTH || ArrayBuffer.isView(value)) return REDACTED;
  const inner = (child: unknown): unknown => walk(child, replace, text, depth + 1);
  if (Array.isArray(value)) return value.map(inner);
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Set) return [...value].map(inner);
  const entries = value instanceof Map ? [...value] : Object.entries(value);
  const copy: Record<string, unknown> = {};
  for (const [key, child] of entries) {
    if (typeof child === 'function') continue;
    copy[text(String(key))] = replace(String(key), child) ?? inner(child);
  }
  return copy;
}

function maskText(value: string): string {
  if (isIP(value) !== 0) return maskAddress(value);
  // An address inside a longer text, such as a candidate line or `address:port`.
  return value
    .replace(/\d{1,3}(?:\.\d{1,3}){3}/g, (found) => (isIPv4(found) ? maskAddress(found) : found))
    .replace(/[\da-f:.]*::?[\da-f:.]+/gi, (found) => (isIPv6(found) ? maskAddress(found) : found));
}

function maskAddress(address: string): string {
  if (address === '0.0.0.0' || address === '::' || address === '::1' || address.startsWith('127.')) return address;
  if (isIPv4(address)) return `${address.split('.').slice(0, 2).join('.')}.x.x`;
  const mapped = /^::ffff:(\d+\.\d+)\./i.exec(address);
  if (mapped !== null) return `::ffff:${mapped[1]}.x.x`;
  return `${address.split(':').slice(0, 2).join(':')}:x`;
}
