import type { AlertRegister } from './alerts/alert-register.js';
import type { Clock, Timer } from './clock.js';
import type { Drain } from './drain.js';
import type { EventHub } from './dispatch/event-hub.js';
import type { PluginSet } from './dispatch/plugin-set.js';
import { MonitorError } from './errors.js';
import { errorText } from './error-text.js';
import type { Graph } from './graph/graph.js';
import { toldOf } from './graph/told.js';
import { holdOpen } from './hold-open.js';
import type { HostSampler } from './host/host-sampler.js';
import type { Liveness } from './liveness/liveness.js';
import type { Logger } from './logger.js';
import type { EntityKey } from './model/entity.js';
import type { MonitorEvent } from './model/events.js';
import type { AnySampleBatch } from './model/samples.js';
import type { Monitor } from './monitor.js';
import type { MonitorStatus } from './monitor-status.js';
import type { DebugBook, DebugEntry, DebugSubject } from './record/debug-book.js';
import type { PeerReports, Reporter } from './record/peer-reports.js';
import type { RouteTable } from './routes.js';
import type { Sampler } from './sampling/sampler.js';
import type { Lease } from './sampling/stats-reader.js';
import type { Inspection, Source } from './source.js';
import type { Summaries } from './summary/summaries.js';
import type { TrafficLedger } from './traffic/traffic-ledger.js';
import type { TrafficMeter } from './traffic/traffic-meter.js';

/** How long one live inspection may take, in ms. */
const INSPECT_DEADLINE_MS = 5_000;
/** How often identities are asked for again and conditions are checked, in ms. */
const HOUSEKEEPING_MS = 1_000;
/** How often identities are asked for again while nobody would hear of it, in ms. */
const UNATTENDED_IDENTITIES_MS = 10_000;

/** Everything a monitor is made of; built by `createMonitor`. */
export interface MonitorParts {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly source: Source;
  readonly graph: Graph;
  readonly hub: EventHub;
  readonly sampler: Sampler;
  readonly liveness: Liveness;
  readonly host: HostSampler;
  readonly alerts: AlertRegister;
  readonly debug: DebugBook;
  readonly reports: PeerReports;
  readonly drain: Drain;
  readonly ledger: TrafficLedger;
  readonly summaries: Summaries;
  readonly plugins: PluginSet;
  readonly routes: RouteTable;
}

/** Runs the parts: order of start and stop, and who hears of what. */
export class SfuMonitor implements Monitor {
  readonly #parts: MonitorParts;
  #state: MonitorStatus['state'] = 'created';
  #startedAt: number | null = null;
  #startedMonotonic = 0;
  /** Monotonic ms. */
  #reidentifiedAt = Number.NEGATIVE_INFINITY;
  #housekeeping: Timer | undefined;
  #pluginLease: Lease | undefined;
  #trafficLease: Lease | undefined;
  #stopping: Promise<void> | undefined;

  constructor(parts: MonitorParts) {
    this.#parts = parts;
  }

  get runId(): string {
    return this.#parts.graph.runId;
  }

  get graph(): Graph {
    return this.#parts.graph;
  }

  get stats(): Sampler {
    return this.#parts.sampler;
  }

  get events(): EventHub {
    return this.#parts.hub;
  }

  get host(): HostSampler {
    return this.#parts.host;
  }

  get alerts(): AlertRegister {
    return this.#parts.alerts;
  }

  get trafficTotals(): TrafficLedger {
    return this.#parts.ledger;
  }

  get routes(): RouteTable {
    return this.#parts.routes;
  }

  /** Every event passes here, in order, from whoever caused it. */
  observe(event: MonitorEvent): void {
    const { graph, clock, hub, sampler, liveness, alerts, ledger, summaries, reports, plugins } = this.#parts;
    hub.publish(event);
    const told = toldOf(event, graph, clock);
    // Before the sampler, which forgets what closes.
    summaries.observe(event, told);
    sampler.observe(event, told);
    liveness.observe(event, told);
    alerts.observe(event);
    ledger.observe(event);
    reports.observe(event);
    plugins.publish(event);
  }

  /** Every batch of samples passes here. */
  observeBatch(batch: AnySampleBatch): void {
    const { liveness, ledger, summaries, plugins } = this.#parts;
    liveness.observeBatch(batch);
    summaries.observeBatch(batch);
    ledger.observeBatch(batch);
    plugins.deliver(batch);
  }

  /** Whether anybody may hear of what happens: a plugin, or a subscriber. */
  get attended(): boolean {
    const { plugins, hub, sampler, graph, alerts, host } = this.#parts;
    const subscribers = [hub.subscribers, graph.followers, alerts.subscribers, host.subscribers, sampler.subscribers];
    return plugins.size > 0 || sampler.asked || subscribers.some((count) => count > 0);
  }

  /** Samples what plugins want sampled, from now on. */
  renewPluginDemand(): void {
    const { plugins, sampler } = this.#parts;
    const before = this.#pluginLease;
    const kinds = [...plugins.wantedKinds()];
    this.#pluginLease = kinds.length > 0 && this.#state !== 'stopped' ? sampler.lease({ kinds }) : undefined;
    before?.release();
  }

  async start(): Promise<void> {
    if (this.#state !== 'created') {
      throw new MonitorError('SFUSCOPE_STATE', `The monitor is ${this.#state} and cannot start.`);
    }
    this.#state = 'starting';
    const { clock, source, graph, sampler, liveness, host, ledger, plugins } = this.#parts;
    try {
      plugins.prepare();
      this.#startedAt = clock.now();
      this.#startedMonotonic = clock.monotonic();
      source.start(graph);
      host.start();
      sampler.start();
      liveness.start();
      ledger.start();
      // Whoever listens may want no data channels sampled, but their traffic is accounted all the same.
      this.#trafficLease = sampler.lease({ kinds: ['dataProducer', 'dataConsumer'], secondary: true });
      this.#housekeeping = clock.setInterval(() => this.#keepHouse(), HOUSEKEEPING_MS);
      await plugins.start();
      this.renewPluginDemand();
      // Only now do the plugins hear of it.
      graph.emit(null, {
        type: 'monitor.started',
        data: { source: source.name, sourceVersion: source.version, blindSpots: source.blindSpots },
      });
    } catch (error) {
      await this.stop();
      throw error;
    }
    // A stop may have come while the plugins were starting.
    if (this.#state === 'starting') this.#state = 'running';
  }

  stop(): Promise<void> {
    this.#stopping ??= holdOpen(() => this.#stop());
    return this.#stopping;
  }

  async flush(): Promise<void> {
    await holdOpen(() => this.#parts.plugins.flush());
  }

  status(): MonitorStatus {
    const { source, graph, hub, sampler, host, alerts, drain, summaries, plugins } = this.#parts;
    const { sampling, lanes, cpuShare, cpuBudget, longestTurnMs } = sampler.status();
    const statuses = plugins.status();
    return {
      runId: this.runId,
      state: this.#state,
      startedAt: this.#startedAt,
      source: {
        name: source.name,
        version: source.version,
        blindSpots: source.blindSpots,
        fastDecode: source.fastDecode ?? null,
      },
      seq: graph.seq,
      entities: graph.snapshot().size,
      sampling,
      lanes,
      cpuShare,
      cpuBudget,
      longestTurnMs,
      events: { published: hub.published, ringBytes: hub.usedBytes, ringCapacityBytes: hub.capacityBytes },
      pastSamples: sampler.pastSamples,
      subscribers: { graph: graph.followers, events: hub.subscribers, stats: sampler.subscribers },
      dropped: {
        graphSteps: graph.dropped,
        graphWrites: graph.ignoredWrites,
        events: hub.dropped,
        alerts: alerts.dropped,
        plugins: statuses.reduce((sum, { eventsMissed }) => sum + eventsMissed, 0),
        hostSamples: host.skipped,
        reports: this.#parts.reports.refused,
        summaries: summaries.omitted,
      },
      plugins: statuses,
      draining: drain.current,
    };
  }

  drain(reason: string): void {
    this.#parts.drain.drain(reason);
  }

  resume(): void {
    this.#parts.drain.resume();
  }

  traffic(peer: { readonly room?: string | null; readonly peer?: string | null } = {}): TrafficMeter {
    return this.#parts.ledger.meter(peer);
  }

  async inspect(key: EntityKey): Promise<Inspection> {
    const { source, clock, graph } = this.#parts;
    const node = graph.get(key);
    if (node === undefined) throw new MonitorError('SFUSCOPE_ENTITY_UNKNOWN', `There is no open entity ${key}.`);
    let timer: Timer | undefined;
    const deadline = new Promise<never>((_, reject) => {
      timer = clock.setTimeout(() => {
        const message = `${node.kind} ${node.id} did not answer within ${INSPECT_DEADLINE_MS / 1_000} s.`;
        reject(new MonitorError('SFUSCOPE_INSPECT_TIMEOUT', message));
      }, INSPECT_DEADLINE_MS);
    });
    try {
      return await Promise.race([source.inspect(key), deadline]);
    } finally {
      timer?.cancel();
    }
  }

  watch(key: EntityKey, seconds: number): number {
    return this.#parts.sampler.watch(key, seconds);
  }

  report(whose: Reporter, record: unknown): boolean {
    return this.#state === 'running' && this.#parts.reports.report(whose, record);
  }

  debug(subject: DebugSubject, seconds: number): number {
    return this.#parts.debug.debug(subject, seconds);
  }

  get debugged(): readonly DebugEntry[] {
    return this.#parts.debug.list();
  }

  #keepHouse(): void {
    const now = this.#parts.clock.monotonic();
    if (this.attended || now - this.#reidentifiedAt >= UNATTENDED_IDENTITIES_MS) {
      this.#reidentifiedAt = now;
      this.#parts.graph.reidentify();
    }
    this.#parts.liveness.sweep();
  }

  async #stop(): Promise<void> {
    const wasStarted = this.#startedAt !== null;
    this.#state = 'stopping';
    const { clock, source, graph, hub, sampler, liveness, host, alerts, ledger, summaries, plugins } = this.#parts;
    // Detach first: from here on nothing of the SFU reaches us and nothing of ours reaches the SFU.
    this.#housekeeping?.cancel();
    this.#release('source', () => source.stop());
    this.#release('liveness', () => liveness.stop());
    this.#release('sampler', () => sampler.stop());
    this.#release('ledger', () => ledger.stop());
    if (summaries.waiting > 0) await summaries.finish();
    if (wasStarted) {
      graph.emit(null, { type: 'monitor.stopped', data: { ranMs: clock.monotonic() - this.#startedMonotonic } });
    }
    const stopping = await Promise.allSettled([plugins.stop(), host.stop()]);
    for (const result of stopping) if (result.status === 'rejected') this.#stopFailed('monitor', result.reason);
    this.#pluginLease?.release();
    this.#trafficLease?.release();
    graph.stop();
    hub.close();
    alerts.close();
    this.#state = 'stopped';
  }

  /** One part that fails to stop must not keep the others running. */
  #release(part: string, stop: () => void): void {
    try {
      stop();
    } catch (error) {
      this.#stopFailed(part, error);
    }
  }

  #stopFailed(part: string, error: unknown): void {
    this.#parts.logger.error('a part of the monitor did not stop cleanly', { part, error: errorText(error) });
  }
}
