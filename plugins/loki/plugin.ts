import {
  type AnySampleBatch,
  basicAuthorization,
  CLOCK,
  type Clock,
  createSink,
  definePlugin,
  HttpPost,
  type HttpTls,
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
  readTls,
  RECORDS,
  RecordFilter,
  type RecordMaker,
  type Sink,
} from '../../core/index.js';
import { type Entry, EntryMaker } from './entry.js';
import { type LokiOptions, lokiOptions } from './options.js';
import { Pusher } from './push.js';

const PUSH_PATH = '/loki/api/v1/push';
const HOUR_MS = 3_600_000;

/** Sends events, summaries and reports, and on demand samples, to Grafana Loki. */
@injectable()
export class LokiPlugin implements MonitorPlugin {
  readonly #options: LokiOptions;
  readonly #logger: Logger;
  readonly #clock: Clock;
  readonly #records: RecordMaker;
  readonly #name: string;
  readonly #filter: RecordFilter;
  readonly #entries: EntryMaker;
  /** Left out unless samples are sent, so that none are taken for this plugin. */
  readonly onSamples?: (batch: AnySampleBatch) => void;
  #running: { readonly sink: Sink<Entry>; readonly pusher: Pusher; readonly http: HttpPost } | undefined;

  constructor(
    @inject(OPTIONS) options: LokiOptions,
    @inject(LOGGER) logger: Logger,
    @inject(CLOCK) clock: Clock,
    @inject(RECORDS) records: RecordMaker,
    @inject(PLUGIN_NAME) name: string,
  ) {
    this.#options = options;
    this.#logger = logger;
    this.#clock = clock;
    this.#records = records;
    this.#name = name;
    this.#filter = new RecordFilter(options);
    const { line, limits, job, labels } = options;
    this.#entries = new EntryMaker({ node: records.node, line, ...limits, labels: { job, ...labels } });
    if (options.samples) this.onSamples = (batch) => this.#running?.sink.onSamples(batch);
  }

  /** Does not wait for Loki: what it cannot take yet waits. */
  async start(signal: AbortSignal): Promise<void> {
    if (this.#options.basicAuth !== null && this.#options.bearerToken !== null) {
      throw new Error(`plugins.${this.#name}: give basicAuth or bearerToken, not both.`);
    }
    const tls = await readTls(this.#options.tls, `plugins.${this.#name}.tls`);
    signal.throwIfAborted();
    const http = this.#client(tls);
    const pusher = new Pusher({ http, clock: this.#clock, maxAgeMs: this.#options.limits.maxAgeHours * HOUR_MS });
    this.#running = { sink: this.#sink(pusher), pusher, http };
  }

  onEvents(events: readonly MonitorEvent[]): void {
    this.#running?.sink.onEvents(events);
  }

  async flush(signal: AbortSignal): Promise<void> {
    await this.#running?.sink.flush(signal);
  }

  async stop(): Promise<void> {
    const running = this.#running;
    await running?.sink.stop();
    running?.http.close();
  }

  health(): PluginHealth {
    return this.#running?.sink.health() ?? { status: 'ok' };
  }

  counters(): Readonly<Record<string, number>> {
    const { truncated } = this.#entries;
    return { ...this.#running?.sink.counters(), truncated, tooOld: this.#running?.pusher.tooOld ?? 0 };
  }

  #client(tls: HttpTls): HttpPost {
    const { url, tenant, basicAuth, bearerToken, writeTimeoutMs } = this.#options;
    const address = new URL(url);
    if (address.pathname === '/') address.pathname = PUSH_PATH;
    const headers = {
      ...(tenant !== null && { 'x-scope-orgid': tenant }),
      ...(basicAuth !== null && basicAuthorization(basicAuth.user, basicAuth.password)),
      ...(bearerToken !== null && { authorization: `Bearer ${bearerToken}` }),
    };
    return new HttpPost({ clock: this.#clock, url: address.href, headers, timeoutMs: writeTimeoutMs, tls });
  }

  #sink(pusher: Pusher): Sink<Entry> {
    const entries = this.#entries;
    return createSink<Entry>({
      ...this.#options,
      clock: this.#clock,
      logger: this.#logger,
      name: this.#name,
      fromEvent: (event) => {
        const record = this.#records.ofEvent(event);
        return record !== null && this.#filter.takes(record) ? entries.ofEvent(record) : null;
      },
      fromSamples: (batch) => {
        const record = this.#records.ofSamples(batch);
        return record === null ? [] : entries.ofSamples(record);
      },
      fromGap: (gap) => entries.ofEvent(this.#records.ofGap(gap)),
      write: (batch, signal) => pusher.push(batch, signal),
    });
  }
}

export default definePlugin({
  name: 'loki',
  apiVersion: PLUGIN_API_VERSION,
  options: lokiOptions,
  interest: { events: 'all', samples: 'all' },
  plugin: LokiPlugin,
});
