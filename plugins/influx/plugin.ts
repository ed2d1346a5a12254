import {
  type AnySampleBatch,
  CLOCK,
  type Clock,
  createSink,
  definePlugin,
  GRAPH,
  type GraphReader,
  HOST,
  type HostReader,
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
  STATS,
  type StatsReader,
  type Timer,
} from '../../core/index.js';
import { eventPoint } from './event-point.js';
import { hostPoints } from './host-points.js';
import type { Tags } from './line.js';
import { type InfluxOptions, influxOptions } from './options.js';
import { Quality } from './quality.js';
import { sfuPoints } from './sfu-points.js';
import { WriteClient } from './write-client.js';

interface Running {
  readonly sink: Sink<string>;
  readonly client: WriteClient;
  readonly timer: Timer;
}

/** Writes the state of the machine, the SFU, its workers and on demand its rooms to InfluxDB, at an interval. */
@injectable()
export class InfluxPlugin implements MonitorPlugin {
  readonly #options: InfluxOptions;
  readonly #logger: Logger;
  readonly #clock: Clock;
  readonly #graph: GraphReader;
  readonly #stats: StatsReader;
  readonly #host: HostReader;
  readonly #records: RecordMaker;
  readonly #name: string;
  readonly #tags: Tags;
  readonly #filter: RecordFilter;
  readonly #quality = new Quality();
  /** These are left out when nothing of them is written, so that nothing is delivered or sampled for it. */
  readonly onEvents?: (events: readonly MonitorEvent[]) => void;
  readonly onSamples?: (batch: AnySampleBatch) => void;
  #running: Running | undefined;
  #roomsLeftOut = 0;
  #hostAt = 0;

  constructor(
    @inject(OPTIONS) options: InfluxOptions,
    @inject(LOGGER) logger: Logger,
    @inject(CLOCK) clock: Clock,
    @inject(GRAPH) graph: GraphReader,
    @inject(STATS) stats: StatsReader,
    @inject(HOST) host: HostReader,
    @inject(RECORDS) records: RecordMaker,
    @inject(PLUGIN_NAME) name: string,
  ) {
    this.#options = options;
    this.#logger = logger;
    this.#clock = clock;
    this.#graph = graph;
    this.#stats = stats;
    this.#host = host;
    this.#records = records;
    this.#name = name;
    this.#tags = { ...options.tags, node: records.node };
    this.#filter = new RecordFilter(options.events);
    if (options.events.enabled) this.onEvents = (events) => this.#running?.sink.onEvents(events);
    if (options.quality) this.onSamples = (batch) => this.#quality.observe(batch);
  }

  /** Does not wait for InfluxDB: what it cannot take yet waits. */
  async start(signal: AbortSignal): Promise<void> {
    const { v1, v2, tls, intervalMs } = this.#options;
    if ((v1 === null) === (v2 === null)) {
      throw new Error(`plugins.${this.#name}: give either v1 with a database, or v2 with org, bucket and token.`);
    }
    const certificates = await readTls(tls, `plugins.${this.#name}.tls`);
    signal.throwIfAborted();
    const client = new WriteClient(this.#options, this.#clock, certificates);
    const timer = this.#clock.setInterval(() => this.#collect(), intervalMs);
    this.#running = { client, timer, sink: this.#sink(client) };
  }

  async flush(signal: AbortSignal): Promise<void> {
    await this.#running?.sink.flush(signal);
  }

  async stop(): Promise<void> {
    const running = this.#running;
    running?.timer.cancel();
    await running?.sink.stop();
    running?.client.close();
  }

  health(): PluginHealth {
    return this.#running?.sink.health() ?? { status: 'ok' };
  }

  counters(): Readonly<Record<string, number>> {
    return { ...this.#running?.sink.counters(), roomsLeftOut: this.#roomsLeftOut };
  }

  #collect(): void {
    const { rooms } = this.#options;
    const { lines, roomsLeftOut } = sfuPoints(this.#graph.snapshot(), this.#tags, this.#clock.now(), {
      stats: this.#stats,
      quality: this.#quality,
      maxRooms: rooms.enabled ? rooms.max : 0,
    });
    this.#quality.reset();
    this.#roomsLeftOut = roomsLeftOut;
    this.#push(lines);
    const host = this.#host.latest;
    // The same reading again would be the same points.
    if (host === null || host.at === this.#hostAt) return;
    this.#hostAt = host.at;
    this.#push(hostPoints(host, this.#tags));
  }

  /** Points of an outage are worth having later: with a spool they are kept like events. */
  #push(lines: readonly (string | null)[]): void {
    const kept = this.#options.spool === null ? 'latest' : 'durable';
    for (const line of lines) if (line !== null) this.#running?.sink.push(line, { class: kept });
  }

  #sink(client: WriteClient): Sink<string> {
    return createSink<string>({
      ...this.#options,
      clock: this.#clock,
      logger: this.#logger,
      name: this.#name,
      fromEvent: (event) => {
        const record = this.#records.ofEvent(event);
        return record !== null && this.#filter.takes(record) ? eventPoint(record, this.#tags) : null;
      },
      write: (batch, signal) => client.write(batch, signal),
    });
  }
}

export default definePlugin({
  name: 'influx',
  apiVersion: PLUGIN_API_VERSION,
  options: influxOptions,
  interest: { events: 'all', samples: ['worker', 'transport', 'producer', 'consumer'] },
  plugin: InfluxPlugin,
});
