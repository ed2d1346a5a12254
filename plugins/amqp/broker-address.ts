import type { AmqpOptions } from './options.js';

export interface BrokerAddress {
  readonly protocol: 'amqp' | 'amqps';
  readonly hostname: string;
  readonly port: number;
  readonly vhost: string;
  readonly username: string;
  readonly password: string;
}

const DEFAULT_NAME = 'guest';
const PORTS = { amqp: 5672, amqps: 5671 } as const;

/** Options win over the URL, as the RabbitMQ URI specification has it otherwise: an empty path is the virtual host `/`. */
export function brokerAddress(options: Pick<AmqpOptions, 'url' | 'username' | 'password' | 'vhost'>): BrokerAddress {
  const url = new URL(options.url);
  const protocol = url.protocol === 'amqps:' ? 'amqps' : 'amqp';
  return {
    protocol,
    hostname: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? PORTS[protocol] : Number(url.port),
    vhost: options.vhost ?? (decoded(url.pathname.slice(1)) || '/'),
    username: options.username ?? (decoded(url.username) || DEFAULT_NAME),
    password: options.password ?? (decoded(url.password) || DEFAULT_NAME),
  };
}

/** For people: where it is, without who asks. */
export function placeOf({ protocol, hostname, port }: BrokerAddress): string {
  return `${protocol}://${hostname.includes(':') ? `[${hostname}]` : hostname}:${port}`;
}

/** A stray percent sign is taken as it stands. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
