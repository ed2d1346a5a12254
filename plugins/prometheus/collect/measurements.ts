import type {
  AlertBook,
  AlertChange,
  AnySampleBatch,
  GraphReader,
  HostReader,
  MonitorEvent,
  MonitorStatus,
  StatsReader,
} from '../../../core/index.js';
import { ById } from '../by-id/by-id.js';
import type { PrometheusOptions } from '../options.js';
import { MetricStore } from '../series/store.js';
import type { Collector } from './collector.js';
import { EventCounts } from './event-counts.js';
import { HostGauges } from './host-gauges.js';
import { WorkerNames } from './names.js';
import { RoomGauges } from './room-gauges.js';
import { RouterSizes } from './router-sizes.js';
import { Samples } from './samples.js';
import { SelfGauges } from './self-gauges.js';
import { SinkGauges } from './sink-gauges.js';
import { Streams } from './streams.js';
import { Structure } from './structure.js';
import { WorkerGauges } from './worker-gauges.js';

interface MeasurementDeps {
  readonly options: PrometheusOptions;
  readonly graph: GraphReader;
  readonly stats: StatsReader;
  readonly host: HostReader;
  readonly status: () => MonitorStatus;
  readonly alerts: AlertBook;
}

/** Everything that is counted and read, without a word of how it is told. */
export class Measurements {
  readonly store: MetricStore;
  readonly byId: ById;
  readonly collectors: readonly Collector[];
  readonly #graph: GraphReader;
  readonly #alerts: AlertBook;
  readonly #workers: WorkerNames;
  readonly #sizes = new RouterSizes();
  readonly #events: EventCounts;
  readonly #samples: Samples;
  readonly #ended = new AbortController();
  /** Events up to this one are part of what was read at the beginning. */
  #from = 0;

  constructor({ options, graph, stats, host, status, alerts }: MeasurementDeps) {
    const store = new MetricStore(options);
    const workers = new WorkerNames(graph, options.workerLabel);
    this.store = store;
    this.#graph = graph;
    this.#alerts = alerts;
    this.#workers = workers;
    this.#events = new EventCounts(store, graph, workers);
    this.#samples = new Samples(store, graph, workers, this.#sizes);
    this.byId = new ById(options, graph, stats, workers);
    const streams = new Streams(store, graph, stats, workers);
    this.collectors = [
      new Structure(store, workers, this.#sizes, options.leakAfterSeconds),
      streams,
      new WorkerGauges(store, stats, workers, (worker) => streams.consumersIn(worker), options.consumersPerWorker),
      new HostGauges(store, host, options.interfaces),
      new SelfGauges(store, status, alerts, workers),
      new SinkGauges(store, status),
      ...(options.rooms.enabled ? [new RoomGauges(store, stats, graph, options.rooms.max)] : []),
    ];
  }

  /** Counts what is there; events and samples go on from here. */
  begin(): void {
    const snapshot = this.#graph.snapshot();
    this.#from = snapshot.seq;
    this.#sizes.rebuild(snapshot);
    this.#events.begin(snapshot);
    void this.#followAlerts();
  }

  observe(events: readonly MonitorEvent[]): void {
    for (const event of events) {
      if (event.type === 'monitor.resync') {
        const snapshot = this.#graph.snapshot();
        this.#from = snapshot.seq;
        this.#sizes.rebuild(snapshot);
        this.#events.catchUp(snapshot);
      } else if (event.seq > this.#from) {
        this.#sizes.observe(event);
        this.#events.observe(event);
        this.#restart(event);
      }
    }
  }

  observeBatch(batch: AnySampleBatch): void {
    this.#samples.observe(batch);
  }

  counters(): Readonly<Record<string, number>> {
    const sum = (series: Iterable<{ readonly value: number }>): number =>
      [...series].reduce((total, { value }) => total + value, 0);
    return {
      scrapes: this.store.counter('sfu_monitor_scrapes_total').at().value,
      collectorErrors: sum(this.store.counter('sfu_monitor_collector_errors_total').all()),
      labelOverflows: sum(this.store.counter('sfu_monitor_label_overflow_total').all()),
    };
  }

  /** Ends what was begun and forgets all entities. A second call does nothing. */
  end(): void {
    this.#ended.abort();
    this.#samples.clear();
    this.#sizes.clear();
    this.#events.clear();
    this.#workers.clear();
    this.byId.clear();
    for (const collector of this.collectors) collector.clear?.();
  }

  /** The time of a pause does not count as time with the values after it. */
  #restart({ type, entity }: MonitorEvent): void {
    if (entity === null || !type.endsWith('esumed')) return;
    const node = this.#graph.get(entity.key);
    if (node?.kind === 'producer') this.#samples.producers.resumed(node.slot);
    else if (node?.kind === 'consumer') this.#samples.consumers.resumed(node.slot);
  }

  async #followAlerts(): Promise<void> {
    const transitions = this.store.counter('sfu_monitor_alert_transitions_total');
    const count = ({ alert, change }: AlertChange): void => {
      if (change !== 'updated') transitions.at(alert.name, change).add(1);
    };
    for await (const change of this.#alerts.subscribe(this.#ended.signal)) count(change);
  }
}
