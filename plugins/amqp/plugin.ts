import {
  type AnySampleBatch,
  Backoff,
  CLOCK,
  type Clock,
  createSink,
  definePlugin,
  inject,
  injectable,
  LOGGER,
  type Logger,
  type MonitorEvent,
  type MonitorPlugin,
  OPTIONS,
  PLUGIN_API_VERSION,
  PLUGIN_NAME,
  type PluginHealth,
  RECORDS,
  RecordFilter,
  type RecordMaker,
  type Sink,
} from '../../core/index.js';
import { loadAmqpLibrary } from './amqp-library.js';
import { type BrokerAddress, brokerAddress } from './broker-address.js';
import { type ConnectPorts, openConnection } from './connection.js';
import { failureText } from './failure.js';
import { Link } from './link.js';
import { type AmqpMessage, MessageMaker, messageBytes, messageCodec } from './message.js';
import { type AmqpOptions, amqpOptions } from './options.js';
import { quietLogger } from './quiet-logger.js';
import { Wire } from './wire.js';

/** Together at most 256 messages are not confirmed: as many may come twice after a connection was cut. */
const MESSAGES_PER_WRITE = 64;
const WRITES_AT_ONCE = 4;
/** The link has the long waits; the sink only must not spin. */
const SINK_RETRY = { initialMs: 20, maxMs: 1_000 };
const MINUTE_MS = 60_000;

/** Publishes records to a topic exchange of RabbitMQ, with confirms. */
@injectable()
export class AmqpPlugin implements MonitorPlugin {
  readonly #options: AmqpOptions;
  readonly #logger: Logger;
  readonly #clock: Clock;
  readonly #name: string;
  readonly #address: BrokerAddress;
  readonly #link: Link;
  readonly #sink: Sink<AmqpMessage>;
  /** Left out where samples are not wanted: then nobody polls them for this plugin. */
  readonly onSamples?: (batch: AnySampleBatch) => void;
  #library: ConnectPorts['library'] | undefined;
  #sizeLimit = Number.POSITIVE_INFINITY;
  #blocked: string | null = null;
  #timesBlocked = 0;
  #unroutable = 0;
  #unroutableAt = Number.NEGATIVE_INFINITY;

  constructor(
    @inject(OPTIONS) options: AmqpOptions,
    @inject(LOGGER) logger: Logger,
    @inject(CLOCK) clock: Clock,
    @inject(RECORDS) records: RecordMaker,
    @inject(PLUGIN_NAME) name: string,
  ) {
    this.#options = options;
    this.#logger = logger;
    this.#clock = clock;
    this.#name = name;
    this.#address = brokerAddress(options);
    this.#link = new Link({
      clock,
      logger,
      backoff: new Backoff(options.reconnect),
      connect: (signal) => this.#connect(signal),
      describe: (error) => this.#describe(error),
    });
    this.#sink = this.#makeSink(records);
    if (options.samples) this.onSamples = (batch) => this.#sink.onSamples(batch);
  }

  /** Rejects only when the client library is missing. The broker may come later. */
  async start(): Promise<void> {
    this.#library = await loadAmqpLibrary();
    this.#link.start();
  }

  onEvents(events: readonly MonitorEvent[]): void {
    this.#sink.onEvents(events);
  }

  flush(signal: AbortSignal): Promise<void> {
    return this.#sink.flush(signal);
  }

  async stop(signal: AbortSignal): Promise<void> {
    await this.#sink.stop();
    await this.#link.stop(signal);
  }

  health(): PluginHealth {
    const { failure, failingMs } = this.#link;
    if (failure !== null) return { status: failingMs < MINUTE_MS ? 'degraded' : 'failing', reason: failure };
    if (this.#blocked !== null) {
      return { status: 'degraded', reason: `the broker blocks publishers until it has room again: ${this.#blocked}` };
    }
    if (this.#clock.monotonic() - this.#unroutableAt < MINUTE_MS) {
      return { status: 'degraded', reason: 'records reached no queue: bind one to the exchange' };
    }
    return this.#sink.health();
  }

  counters(): Readonly<Record<string, number>> {
    const { connects, failures } = this.#link.counts;
    return {
      ...this.#sink.counters(),
      connected: this.#link.isOpen ? 1 : 0,
      connects,
      connectionFailures: failures,
      unconfirmed: this.#link.unconfirmed,
      timesBlocked: this.#timesBlocked,
      unroutable: this.#unroutable,
    };
  }

  #makeSink(records: RecordMaker): Sink<AmqpMessage> {
    const { capacity, capacityBytes, overflow, maxAgeMs, confirmTimeoutMs, spool } = this.#options;
    const messages = new MessageMaker(this.#options);
    const filter = new RecordFilter(this.#options);
    return createSink<AmqpMessage>({
      clock: this.#clock,
      logger: quietLogger(this.#logger, () => this.#link.failure),
      name: this.#name,
      capacity,
      capacityBytes,
      overflow,
      maxAgeMs,
      maxBatch: MESSAGES_PER_WRITE,
      inFlight: WRITES_AT_ONCE,
      writeTimeoutMs: confirmTimeoutMs,
      retry: SINK_RETRY,
      spool,
      codec: messageCodec,
      sizeOf: messageBytes,
      fromEvent: (event) => {
        const record = records.ofEvent(event);
        return record === null || !filter.takes(record) ? null : messages.of(record);
      },
      fromSamples: (batch) => {
        const record = records.ofSamples(batch);
        // The level is one of events; samples have a switch of their own.
        return record === null || !filter.takes({ level: 'ERROR', type: record.type }) ? [] : [messages.of(record)];
      },
      fromGap: (gap) => messages.of(records.ofGap(gap)),
      sampleKey: ({ kind, worker }) => `${kind} ${worker}`,
      write: async (batch, signal) => (await this.#link.wire(signal)).publish(batch, signal),
    });
  }

  async #connect(signal: AbortSignal): Promise<Wire> {
    const library = this.#library;
    if (library === undefined) throw new Error('not started');
    const ports = { library, options: this.#options, address: this.#address, clock: this.#clock, name: this.#name };
    const { exchange, mandatory } = this.#options;
    return openConnection(
      ports,
      signal,
      (connection) =>
        new Wire(connection, {
          exchange: exchange.name,
          mandatory,
          describe: (error) => this.#describe(error),
          onConfirmed: () => this.#link.confirmed(),
          onReturned: () => this.#returned(),
          onBlocked: (reason) => this.#setBlocked(reason),
          onSizeLimit: (bytes) => {
            this.#sizeLimit = bytes;
          },
          sizeLimit: () => this.#sizeLimit,
        }),
    );
  }

  #describe(error: unknown): string {
    return failureText(error, this.#address);
  }

  #returned(): void {
    const now = this.#clock.monotonic();
    this.#unroutable++;
    if (now - this.#unroutableAt >= MINUTE_MS) {
      this.#logger.warn('records reach no queue: bind one to the exchange', { exchange: this.#options.exchange.name });
    }
    this.#unroutableAt = now;
  }

  #setBlocked(reason: string | null): void {
    if (reason === this.#blocked) return;
    if (reason === null) this.#logger.info('the broker takes messages again');
    else {
      this.#timesBlocked++;
      this.#logger.warn('the broker blocks publishers until it has room again', { reason });
    }
    this.#blocked = reason;
  }
}

export default definePlugin({
  name: 'amqp',
  apiVersion: PLUGIN_API_VERSION,
  options: amqpOptions,
  interest: { events: 'all', samples: 'all' },
  plugin: AmqpPlugin,
});
