import { errorText } from '../../core/index.js';
import { type BrokerAddress, placeOf } from './broker-address.js';

/** What the broker or the network said, and what to do about it. The first that matches counts. */
const CAUSES: readonly (readonly [said: RegExp, advice: (address: BrokerAddress) => string])[] = [
  [/ECONNREFUSED/, () => 'nothing listens there: is the broker running, are host and port right?'],
  [/ENOTFOUND|EAI_AGAIN/, () => 'the host name is not known: check url'],
  [/EHOSTUNREACH|ENETUNREACH/, () => 'there is no way to that host'],
  [
    /ACCESS.REFUSED.*(mechanism|login|authentication)|\(ACCESS-REFUSED\).*Login/i,
    ({ username }) => `wrong user name or password for '${username}', or it may not log in from here`,
  ],
  [
    // The library does not pass on what RabbitMQ says of it: 530 (NOT_ALLOWED), for both.
    /Expected ConnectionOpenOk; got <ConnectionClose/,
    ({ username, vhost }) => `there is no virtual host '${vhost}', or '${username}' may not use it: see vhost`,
  ],
  [/ACCESS.REFUSED/, ({ username }) => `'${username}' lacks the permission for this`],
  [
    /PRECONDITION.FAILED.*inequivalent arg/,
    () => 'it exists with other arguments: delete it, take another name, or set exchange.declare to passive',
  ],
  [/message size .* is larger/, () => 'such messages are left out and counted from now on: lower maxMessageBytes'],
  [/NOT.FOUND.*no exchange/, () => 'create the exchange, or set exchange.declare to active'],
  [/CONNECTION.FORCED/, () => 'the broker closed the connection'],
  [/Heartbeat timeout/, ({ protocol }) => `the broker at the other end of ${protocol} fell silent`],
  [/wrong version number|packet length too long/i, () => 'that port does not speak TLS: amqp:// instead of amqps://?'],
  [/Socket closed abruptly/, ({ protocol }) => `is that port for ${protocol}://, and the certificate accepted?`],
  [
    /alert (bad|unknown|handshake|certificate)|certificate.required/i,
    () => 'the broker refused the certificate of this client: see tls.cert',
  ],
  [/self.signed|unable to (verify|get)|altnames|has expired/i, () => 'set tls.ca to the authority of the broker'],
  [/SASL mechanism/, () => 'the broker does not offer this way to log in: see auth'],
];

/**
 * One sentence for an error of a connection: the same for the same cause, so that it is told once. Neither user's password nor URL can be
 * in it, for the library puts them into none.
 */
export function failureText(error: unknown, address: BrokerAddress): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  // OpenSSL begins with the number of a thread, and ends with a line of its source.
  const said = errorText(error).replace(/^[0-9A-F]{8,}:(error:.*?):\.\..*$/, '$1');
  const advice = CAUSES.find(([pattern]) => pattern.test(`${code} ${said}`))?.[1](address);
  return `${placeOf(address)}: ${said}${advice === undefined ? '' : ` (${advice})`}`;
}

/** The limit of the broker, from what it says when a message exceeds it: RabbitMQ closes the channel for that. */
export function sizeLimitIn(error: unknown): number | undefined {
  const limit = /message size \d+ is larger than configured max size (\d+)/.exec(errorText(error))?.[1];
  return limit === undefined ? undefined : Number(limit);
}
