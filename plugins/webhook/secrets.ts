import type { ReceiverOptions } from './options.js';

const MASK = '***';
/** Shorter texts are in every sentence. */
const LEAST_LENGTH = 4;
/** Parts of a path from this length on are taken for tokens. */
const LEAST_TOKEN_LENGTH = 8;

/**
 * Takes a receiver's secrets out of a text, for receivers and proxies like to say again what they were sent: the parts of its address
 * besides the host, keys, signing secrets and headers.
 */
export function cleaner(receiver: ReceiverOptions): (text: string) => string {
  const secrets = [...new Set(secretsOf(receiver))]
    .filter((secret) => secret.length >= LEAST_LENGTH)
    .toSorted((one, other) => other.length - one.length);
  return (text) => secrets.reduce((safe, secret) => safe.replaceAll(secret, MASK), text);
}

function secretsOf(receiver: ReceiverOptions): readonly string[] {
  const url = new URL(receiver.url);
  const parts = url.pathname.split('/').filter(({ length }) => length >= LEAST_TOKEN_LENGTH);
  const headers = 'headers' in receiver ? Object.values(receiver.headers) : [];
  const own = [
    ...parts,
    ...url.searchParams.values(),
    url.username,
    url.password,
    ...headers,
    ...headers.flatMap((value) => value.split(' ').filter(({ length }) => length >= LEAST_TOKEN_LENGTH)),
    ...('routingKey' in receiver ? [receiver.routingKey] : []),
    ...('secret' in receiver ? [receiver.secret ?? ''] : []),
    ...('secrets' in receiver ? receiver.secrets : []),
  ];
  return own.flatMap((secret) => [secret, encodeURIComponent(secret)]);
}
