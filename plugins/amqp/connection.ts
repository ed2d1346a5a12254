import type { ChannelModel, ConfirmChannel, Options, SocketOptions } from 'amqplib';
import type { Clock } from '../../core/index.js';
import type { AmqpLibrary } from './amqp-library.js';
import type { BrokerAddress } from './broker-address.js';
import type { AmqpOptions } from './options.js';
import { tlsMaterial } from './tls-material.js';
import { declareTopology } from './topology.js';

/** Frames that may wait in this process before the channel asks to pause. */
const CHANNEL_FRAMES = 1_024;

export interface ConnectPorts {
  readonly library: AmqpLibrary;
  readonly options: AmqpOptions;
  readonly address: BrokerAddress;
  readonly clock: Clock;
  /** Shown by the broker beside the connection. */
  readonly name: string;
}

/** A connection with one channel, both open, and the exchange there. */
export interface Connection {
  readonly model: ChannelModel;
  readonly channel: ConfirmChannel;
  /** Cuts it at once, whatever is under way. */
  destroy(): void;
}

/**
 * Connects, opens a channel with confirms and declares the exchange. Rejects when that is not done in time or the signal aborts. `watch`
 * is given the connection before anything can happen on it.
 */
export async function openConnection<T>(
  { library, options, address, clock, name }: ConnectPorts,
  signal: AbortSignal,
  watch: (connection: Connection) => T,
): Promise<T> {
  const { connectTimeoutMs } = options;
  // Its abort destroys the socket, which ends every step of the library below.
  const cut = new AbortController();
  const destroy = (): void => cut.abort();
  let late: Error | undefined;
  const timer = clock.setTimeout(() => {
    late = new Error(`no answer within ${connectTimeoutMs / 1_000} s`);
    destroy();
  }, connectTimeoutMs);
  signal.addEventListener('abort', destroy, { once: true });
  try {
    signal.throwIfAborted();
    const tls = address.protocol === 'amqps' ? await tlsMaterial(options.tls, cut.signal) : {};
    // The signal goes on to net.connect or tls.connect, which are given all of this.
    const socketOptions: SocketOptions & { readonly signal: AbortSignal } = {
      signal: cut.signal,
      ...tls,
      ...(options.auth === 'external' ? { credentials: library.credentials.external() } : {}),
      noDelay: true,
      keepAlive: true,
      clientProperties: { connection_name: name },
    };
    const model = await library.connect(connectOptions(address, options), socketOptions);
    let ended: Error | undefined;
    model.on('error', () => undefined);
    model.once('close', (reason) => {
      ended = reason ?? new Error('the connection was closed');
    });
    const channel = await model.createConfirmChannel({ highWaterMark: CHANNEL_FRAMES });
    let refusal: unknown;
    const refused = (error: Error): void => {
      refusal = error;
    };
    channel.on('error', refused);
    await declareTopology(channel, options).catch((error: unknown) => Promise.reject((refusal ?? error) as Error));
    channel.off('error', refused);
    if (ended !== undefined) throw ended;
    return watch({ model, channel, destroy });
  } catch (error) {
    destroy();
    throw late ?? error;
  } finally {
    timer.cancel();
    signal.removeEventListener('abort', destroy);
  }
}

function connectOptions(address: BrokerAddress, { heartbeatSeconds }: AmqpOptions): Options.Connect {
  const { protocol, hostname, port, username, password, vhost } = address;
  return {
    protocol,
    hostname,
    port,
    username,
    password,
    heartbeat: heartbeatSeconds,
    // The library takes it as part of a URL, and decodes it.
    vhost: encodeURIComponent(vhost),
  };
}
