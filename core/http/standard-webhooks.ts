import { createHmac } from 'node:crypto';

const PREFIX = 'whsec_';
/** The specification asks for 24 to 64 bytes. */
const LEAST_BYTES = 24;
const MOST_BYTES = 64;

/** A secret of Standard Webhooks: `whsec_` and base64 of 24 to 64 bytes. Throws `RangeError`, without the secret, when it is none. */
export function signingKey(secret: string): Buffer {
  const text = secret.startsWith(PREFIX) ? secret.slice(PREFIX.length) : secret;
  const key = Buffer.from(text, 'base64');
  const isBase64 = /^[A-Za-z0-9+/]+={0,2}$/.test(text) && text.length % 4 === 0;
  if (!isBase64 || key.length < LEAST_BYTES || key.length > MOST_BYTES) {
    throw new RangeError(`a signing secret is ${PREFIX} and base64 of ${LEAST_BYTES} to ${MOST_BYTES} random bytes`);
  }
  return key;
}

/**
 * The headers of Standard Webhooks 1.0 (github.com/standard-webhooks/standard-webhooks, spec/standard-webhooks.md): HMAC-SHA256 over
 * `<id>.<seconds>.<body>`, once with every key, so that receivers may go over to a new secret at their own time.
 */
export function signatureHeaders(
  keys: readonly Buffer[],
  { id, now, body }: { readonly id: string; readonly now: number; readonly body: string },
): Readonly<Record<string, string>> {
  const timestamp = `${Math.floor(now / 1000)}`;
  const signatures = keys.map(
    (key) => `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`,
  );
  return {
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    ...(signatures.length > 0 && { 'webhook-signature': signatures.join(' ') }),
  };
}
