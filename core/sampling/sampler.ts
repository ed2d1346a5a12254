import type { Clock, Timer } from '../clock.js';
import { MonitorError } from '../errors.js';
import type { GraphReader } from '../graph/graph-reader.js';
import { isClose } from '../graph/lifecycle-types.js';
import { type Told, toldOf } from '../graph/told.js';
import type { Logger } from '../logger.js';
import type { EntityKey, EntityNode, EntityRef, NodeOf } from '../model/entity.js';
import type { MonitorEvent } from '../model/events.js';
import {
  type AnySampleBatch,
  type FieldOf,
  SAMPLED_KINDS,
  type SampledKind,
  type StreamSample,
  type TrafficTotals,
} from '../model/samples.js';
import type { MonitorStatus, SamplingStatus } from '../monitor-status.js';
import type { GraphWriter, Source } from '../source.js';
import { UNKNOWN_TOTALS } from './account.js';
import { BatchFiller } from './batch.js';
import { Books } from './books.js';
import { byKind } from './by-kind.js';
import { CostMeter } from './cost-meter.js';
import type { EngineThreads } from './engine-threads.js';
import { Express } from './express.js';
import { FIELD_PLANS } from './fields.js';
import { LastSample } from './last-sample.js';
import { Leases } from './leases.js';
import type { SamplingOptions } from './options.js';
import { PastRing } from './past-ring.js';
import { ALWAYS } from './planner.js';
import { contribution, entityTotals, Reducer } from './reducer.js';
import type { Demand, Lease, PastSample, RowReader, SampledNode, StatsReader, TotalsScope } from './stats-reader.js';
import { Subject } from './subject.js';
import { Subjects } from './subjects.js';
import { Table } from './table.js';
import { Tally } from './tally.js';
import { Ticker } from './ticker.js';
import { Watches } from './watches.js';
import { type SamplingParts, WorkerSampler } from './worker-sampler.js';

/** Lanes begin their ticks spread over this share of the interval, so that they do not all work in one turn. */
const PHASE_SHARE = 0.3;
/**
 * Share of the interval within which a probe must be answered by default: a worker that hangs right after one was answered is known
 * to before two intervals are over.
 */
const PROBE_SHARE = 0.75;
/** Share of the budget that is left to what is sampled on demand, however much is sampled always. */
const LEAST_ON_DEMAND = 0.25;
/** Multiples of the golden ratio lie far apart, however many there are. */
const GOLDEN = 0.618_033_988_75;

export interface SamplerDeps {
  readonly graph: GraphReader & GraphWriter;
  readonly source: Source;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly options: SamplingOptions;
  readonly onBatch: (batch: AnySampleBatch) => void;
  /** Resident memory in bytes of a process; `NaN` when unknown. */
  readonly residentMemory: (pid: number) => number;
  /** Whether somebody takes what the samples lead to, other than by a lease or by `ticks`. @default always */
  readonly attended?: () => boolean;
  /** CPU time of this thread in ms. @default the system's */
  readonly cpuTime?: () => number;
  /** Total in ms for which this thread was ready and others had the processor. @default never */
  readonly runDelay?: () => number;
  /** CPU time of V8's own threads, where it is not within `cpuTime`; closed at the end. @default not known */
  readonly engine?: Pick<EngineThreads, 'cpuMs' | 'close'>;
}

/**
 * Samples the SFU within a budget: every worker and transport in every tick; the other kinds while somebody wants them, in
 * turns when they are too many. While nobody asks at all, workers are probed as ever and transports are sampled now and then.
 * Each worker has a lane of its own, so a worker that hangs delays no other.
 */
export class Sampler implements StatsReader {
  readonly #deps: SamplerDeps;
  readonly #tables = byKind((kind) => new Table(kind));
  readonly #tallies = byKind((kind) => new Tally(kind));
  readonly #books = new Books((subject) => contribution(subject, this.#tables[subject.kind]));
  readonly #cost: CostMeter;
  readonly #past: PastRing;
  readonly #leases = new Leases((key) => this.#leaseChanged(key));
  readonly #watches: Watches;
  readonly #express: Express;
  readonly #ticker: Ticker;
  readonly #parts: SamplingParts;
  readonly #subjects: Subjects;
  readonly #workers = new Map<EntityKey, WorkerSampler>();
  #tick = 0;
  /** Monotonic ms of the newest tick that took the transports. */
  #transportsAt = Number.NEGATIVE_INFINITY;
  #timer: Timer | null = null;
  #stopped = false;
  #defectLogged = false;

  constructor(deps: SamplerDeps) {
    const { graph, source, clock, options, onBatch, residentMemory, cpuTime, runDelay, engine } = deps;
    this.#deps = deps;
    this.#subjects = new Subjects(graph);
    this.#cost = new CostMeter({
      monotonic: () => clock.monotonic(),
      ...(cpuTime !== undefined && { cpuTime }),
      ...(runDelay !== undefined && { runDelay }),
      ...(engine !== undefined && { engineCpu: () => engine.cpuMs() }),
    });
    this.#past = new PastRing(options.pastBytes);
    this.#watches = new Watches(clock, this.#leases);
    this.#express = new Express(clock, (subject) => this.#workers.get(subject.worker)?.ask(subject));
    this.#ticker = new Ticker(clock);
    this.#parts = {
      graph,
      source,
      clock,
      cost: this.#cost,
      reducer: new Reducer(),
      past: this.#past,
      options: { ...options, probeDeadlineMs: options.probeDeadlineMs ?? PROBE_SHARE * options.intervalMs },
      tables: this.#tables,
      fillers: byKind((kind) => new BatchFiller(this.#tables[kind])),
      tallies: this.#tallies,
      residentMemory,
      deliver: onBatch,
      defect: (error) => this.#defect(error),
      tell: () => this.#ticker.tell(),
    };
  }

  /** Whether anybody has leased statistics for what it takes in itself. */
  get asked(): boolean {
    return this.#leases.asked;
  }

  /** Readers of `ticks` now. */
  get subscribers(): number {
    return this.#ticker.subscribers;
  }

  /** Memory of the samples that `past` gives, by estimate, and what it may take. */
  get pastSamples(): { readonly bytes: number; readonly capacityBytes: number } {
    return { bytes: this.#past.usedBytes, capacityBytes: this.#past.capacityBytes };
  }

  /** Begins to tick. What is in the graph already is sampled too. */
  start(): void {
    if (this.#stopped || this.#timer !== null) return;
    const { graph, clock, options } = this.#deps;
    const snapshot = graph.snapshot();
    const now = clock.monotonic();
    for (const kind of ['worker', 'router', 'transport', ...SAMPLED_KINDS] as const) {
      for (const node of snapshot.all(kind)) this.#open(node, now);
    }
    this.#timer = clock.setInterval(() => this.#runTick(), options.intervalMs);
  }

  /** Ends all sampling and every reader of `ticks`. Nothing is asked or written afterwards; the last values can still be read. */
  stop(): void {
    this.#stopped = true;
    this.#timer?.cancel();
    for (const worker of this.#workers.values()) worker.stop();
    this.#watches.endAll();
    this.#express.stop();
    this.#ticker.close();
    this.#deps.engine?.close();
  }

  /** Must be told every event, in order, with the graph already changed. */
  observe(event: MonitorEvent, told: Told = toldOf(event, this.#deps.graph, this.#deps.clock)): void {
    if (this.#stopped) return;
    if (event.type === 'room.closed' && event.room !== null) this.#books.closeRoom(event.room);
    else if (event.type === 'peer.left' && event.peer !== null) this.#books.closePeer(event.room, event.peer);
    if (event.entity === null) return;
    if (isClose(event.type)) {
      this.#close(event.entity);
      return;
    }
    const { node, at } = told;
    if (node === null) return;
    const subject = this.#subjects.of(node);
    if (subject === undefined) this.#open(node, at);
    else this.#changed(subject, node, at);
  }

  value<K extends SampledKind>(node: SampledNode<K>, field: FieldOf<K>): number {
    const subject = this.#subjectOf(node);
    if (subject === undefined) return Number.NaN;
    const { values, plan } = this.#tables[subject.kind];
    return values.get(subject.slot, plan.index[field]!);
  }

  rows<K extends SampledKind>(kind: K, fields: readonly FieldOf<K>[]): RowReader<K> {
    const table = this.#tables[kind];
    const columns = fields.map((field) => table.plan.index[field]!);
    return {
      read: (_nodes, from, count, into, at, step) => table.read(columns, from, count, into, at, step),
    };
  }

  sampledAt(node: NodeOf<SampledKind>): number | null {
    return this.#subjectOf(node)?.sampledWall ?? null;
  }

  /** To be asked for with the reference of the close, before the sampler hears of it; `null` for what was never sampled. */
  lastSample(closed: EntityRef): LastSample | null {
    const subject = this.#subjects.named(closed);
    if (subject === undefined || Number.isNaN(subject.sampledAt)) return null;
    return new LastSample(subject, this.#tables[subject.kind]);
  }

  streams(node: NodeOf<'producer'> | NodeOf<'consumer'>): readonly StreamSample[] {
    const subject = this.#subjectOf(node);
    return (subject && this.#tables[subject.kind].streams?.samples(subject.slot)) ?? [];
  }

  /**
   * A closed entity's share stays in every scope that is still there; a room's and a peer's totals end with them. What was
   * counted before room or peer was known is theirs once it is.
   */
  totals(scope: TotalsScope): TrafficTotals {
    if (scope.scope === 'entity') {
      const subject = this.#subjects.get(scope.key);
      if (subject !== undefined && subject.kind !== 'worker' && subject.kind !== 'transport') {
        return subject.timestamp > 0 ? entityTotals(subject, this.#tables[subject.kind]) : UNKNOWN_TOTALS;
      }
    }
    const wanted = this.#wanted();
    return this.#books.totals(scope, wanted.has('producer'), wanted.has('consumer'));
  }

  lease(demand: Demand): Lease {
    return this.#leases.lease(demand);
  }

  /** `sinceMs` is a wall time in ms; left out, all that is kept. Samples outlive their entity until newer ones push them out. */
  past(key: EntityKey, sinceMs = Number.NEGATIVE_INFINITY): readonly PastSample[] {
    return this.#past.of(key, sinceMs);
  }

  ticks(everyMs: number, signal?: AbortSignal): AsyncIterableIterator<void> {
    return this.#ticker.subscribe(everyMs, signal);
  }

  /**
   * Samples one entity every 250 ms for `seconds` (1 to 300); returns the wall time in ms when that ends. Throws `RangeError`
   * for a time out of range and `MonitorError` for an entity that is not open or has no statistics.
   */
  watch(key: EntityKey, seconds: number): number {
    if (this.#subjects.get(key) === undefined) {
      throw new MonitorError('SFUSCOPE_ENTITY_UNKNOWN', `There is no open entity ${key} that has statistics.`);
    }
    return this.#watches.watch(key, seconds);
  }

  status(): Pick<MonitorStatus, 'sampling' | 'lanes' | 'cpuShare' | 'cpuBudget' | 'longestTurnMs'> {
    return {
      sampling: SAMPLED_KINDS.map((kind) => this.#samplingStatus(kind)),
      lanes: [...this.#workers.values()].map((worker) => worker.status()),
      cpuShare: this.#cost.share,
      cpuBudget: this.#deps.options.cpuShare,
      longestTurnMs: this.#cost.longestTurnMs(),
    };
  }

  #runTick(): void {
    this.#cost.interval();
    this.#tick++;
    this.#cost.section(() => this.#beginTick());
    for (const kind of SAMPLED_KINDS) {
      const news = this.#tallies[kind].news(this.#openCount(kind));
      if (news !== null) this.#deps.graph.emit(null, news);
    }
  }

  /** Whether anybody takes in what is sampled, or what it leads to. */
  get #attended(): boolean {
    return this.#leases.asked || this.#ticker.subscribers > 0 || (this.#deps.attended?.() ?? true);
  }

  #wanted(): ReadonlySet<SampledKind> {
    return this.#leases.wanted(this.#attended);
  }

  #transportsDue(): boolean {
    const now = this.#deps.clock.monotonic();
    const { intervalMs, unattendedEveryMs } = this.#deps.options;
    // Half an interval early is nearer to the right time than half an interval late.
    if (!this.#attended && now - this.#transportsAt < unattendedEveryMs - intervalMs / 2) return false;
    this.#transportsAt = now;
    return true;
  }

  #beginTick(): void {
    const wanted = this.#wanted();
    const transports = this.#transportsDue();
    const candidates = this.#sum((worker) => worker.candidates(wanted));
    const allowance = this.#allowance();
    let lane = 0;
    for (const worker of this.#workers.values()) {
      const own = worker.candidates(wanted);
      const share = candidates <= allowance ? own : (allowance * own) / candidates;
      const delayMs = ((lane++ * GOLDEN) % 1) * PHASE_SHARE * this.#deps.options.intervalMs;
      worker.tick({ tick: this.#tick, transports, wanted, allowance: share, delayMs });
    }
  }

  /**
   * How many entities on demand the budget of one interval allows, after what is sampled always; that leaves them a quarter at least, or
   * they would stand still where there are too many transports for the budget.
   */
  #allowance(): number {
    const { cpuShare, intervalMs } = this.#deps.options;
    const affordable = (cpuShare * intervalMs) / this.#cost.perRequestMs;
    return Math.max(
      affordable * LEAST_ON_DEMAND,
      affordable - ALWAYS.reduce((sum, kind) => sum + this.#openCount(kind), 0),
    );
  }

  #open(node: EntityNode, now: number): void {
    if (node.kind === 'router') this.#books.open(node);
    if (!isSampled(node) || this.#subjects.of(node) !== undefined) return;
    if (node.kind === 'worker' || node.kind === 'transport') this.#books.open(node);
    if (node.kind !== 'worker' && !this.#workers.has(node.worker)) return;
    const subject = new Subject(this.#tables[node.kind], node, now);
    if (node.kind === 'worker') this.#workers.set(node.key, new WorkerSampler(subject, node.pid, this.#parts));
    const worker = this.#workers.get(node.worker)!;
    this.#subjects.add(subject);
    this.#books.seat(subject);
    const everyMs = this.#leases.everyMs(node.key);
    if (everyMs > 0) {
      subject.everyMs = everyMs;
      this.#express.follow(subject);
    }
    worker.place(subject, now);
    this.#books.identify(subject);
  }

  #changed(subject: Subject, node: EntityNode, now: number): void {
    if (!isSampled(node)) return;
    const old = subject.node;
    subject.node = node;
    this.#workers.get(subject.worker)?.place(subject, now);
    if (old.room !== node.room || old.peer !== node.peer) this.#books.identify(subject);
  }

  #close(ref: EntityRef): void {
    const { kind, key } = ref;
    if (kind === 'worker' || kind === 'router' || kind === 'transport') this.#books.close(key);
    const subject = this.#subjects.named(ref);
    if (subject === undefined) return;
    subject.seat?.leave();
    this.#subjects.delete(subject);
    this.#watches.end(key);
    this.#express.remove(subject);
    subject.close();
    const worker = this.#workers.get(subject.worker);
    worker?.remove(subject);
    if (subject.kind !== 'worker') return;
    worker?.stop();
    this.#workers.delete(key);
  }

  #leaseChanged(key: EntityKey): void {
    const subject = this.#subjects.get(key);
    if (subject === undefined || this.#stopped) return;
    subject.everyMs = this.#leases.everyMs(key);
    this.#express.follow(subject);
    this.#workers.get(subject.worker)?.place(subject, this.#deps.clock.monotonic());
  }

  /** The subject of this very node, with values that may be shown. */
  #subjectOf(node: NodeOf<SampledKind>): Subject | undefined {
    const subject = this.#subjects.of(node);
    return subject?.known === true ? subject : undefined;
  }

  #samplingStatus(kind: SampledKind): SamplingStatus {
    const wanted = ALWAYS.includes(kind) || this.#wanted().has(kind);
    const open = this.#openCount(kind);
    const { ok, timeout, closed, error, shed } = this.#tallies[kind];
    return {
      kind,
      open,
      wanted,
      coverage: wanted && open > 0 ? this.#coverage(kind) : null,
      sweepAgeMs: wanted ? this.#sweepAge(kind) : null,
      requests: { ok, timeout, closed, error, shed },
    };
  }

  /** What is paused rests between ticks and is left out, lest a pause look like a want of budget. */
  #coverage(kind: SampledKind): number | null {
    const ticked = [...this.#workers.values()].filter((worker) => worker.rows(kind) !== null);
    if (ticked.length === 0) return null;
    const active = ticked.reduce((sum, worker) => sum + worker.active(kind), 0);
    const sampled = ticked.reduce((sum, worker) => sum + (worker.rows(kind) ?? 0), 0);
    return active === 0 ? 1 : Math.min(1, sampled / active);
  }

  #sweepAge(kind: SampledKind): number | null {
    let oldest: number | null = null;
    for (const worker of this.#workers.values()) {
      const sample = worker.oldestSample(kind);
      if (sample !== null && (oldest === null || sample < oldest)) oldest = sample;
    }
    return oldest === null ? null : Math.round(this.#deps.clock.monotonic() - oldest);
  }

  #openCount(kind: SampledKind): number {
    return this.#sum((worker) => worker.open(kind));
  }

  #sum(count: (worker: WorkerSampler) => number): number {
    let sum = 0;
    for (const worker of this.#workers.values()) sum += count(worker);
    return sum;
  }

  #defect(error: unknown): void {
    if (this.#defectLogged) return;
    this.#defectLogged = true;
    this.#deps.logger.error('handling a sample failed; logged once', { error });
  }
}

function isSampled(node: EntityNode): node is NodeOf<SampledKind> {
  return node.kind in FIELD_PLANS;
}
