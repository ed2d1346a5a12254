import {
  type AnySampleBatch,
  CLOCK,
  type Clock,
  createSink,
  definePlugin,
  errorText,
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
import type { LineTarget } from './line-target.js';
import { openTarget } from './open-target.js';
import { type StdoutOptions, stdoutOptions } from './options.js';

/** Writes every record as one line of JSON, for a collector that reads the output of the process or tails a file. */
@injectable()
export class StdoutPlugin implements MonitorPlugin {
  readonly #options: StdoutOptions;
  readonly #logger: Logger;
  readonly #clock: Clock;
  readonly #records: RecordMaker;
  readonly #name: string;
  readonly #filter: RecordFilter;
  /** Left out unless samples are written, so that none are taken for this plugin. */
  readonly onSamples?: (batch: AnySampleBatch) => void;
  #running: { readonly sink: Sink<string>; readonly target: LineTarget } | undefined;

  constructor(
    @inject(OPTIONS) options: StdoutOptions,
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
    if (options.samples) this.onSamples = (batch) => this.#running?.sink.onSamples(batch);
  }

  async start(): Promise<void> {
    const target = await openTarget(this.#options.stream).catch((error: unknown) => {
      throw new Error(`plugins.${this.#name}.stream cannot be written: ${errorText(error)}`, { cause: error });
    });
    this.#running = { target, sink: this.#sink(target) };
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
    await running?.target.close();
  }

  health(): PluginHealth {
    return this.#running?.sink.health() ?? { status: 'ok' };
  }

  counters(): Readonly<Record<string, number>> {
    return this.#running?.sink.counters() ?? {};
  }

  #sink(target: LineTarget): Sink<string> {
    return createSink<string>({
      ...this.#options,
      clock: this.#clock,
      logger: this.#logger,
      name: this.#name,
      fromEvent: (event) => {
        const record = this.#records.ofEvent(event);
        return record !== null && this.#filter.takes(record) ? `${JSON.stringify(record)}\n` : null;
      },
      fromSamples: (batch) => {
        const record = this.#records.ofSamples(batch);
        return record === null ? [] : [`${JSON.stringify(record)}\n`];
      },
      fromGap: (gap) => `${JSON.stringify(this.#records.ofGap(gap))}\n`,
      write: ({ id, items }) => target.write(id, Buffer.from(items.join(''))),
    });
  }
}

export default definePlugin({
  name: 'stdout',
  apiVersion: PLUGIN_API_VERSION,
  options: stdoutOptions,
  interest: { events: 'all', samples: 'all' },
  plugin: StdoutPlugin,
});
