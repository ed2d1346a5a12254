import type { Clock, Timer } from '../clock.js';
import type { EntityKey } from '../model/entity.js';
import { type AnySampleBatch, SAMPLED_KINDS, type SampledKind } from '../model/samples.js';
import type { LaneStatus } from '../monitor-status.js';
import type { GraphWriter, Reading, Source } from '../source.js';
import type { BatchFiller } from './batch.js';
import { type ByKind, byKind } from './by-kind.js';
import type { CostMeter } from './cost-meter.js';
import { position } from './fields.js';
import { Lane, type LaneHost, type LaneOptions } from './lane.js';
import type { PastRing } from './past-ring.js';
import { Planner, type PlannerOptions, type Shed } from './planner.js';
import { type Reducer, transportBitrates } from './reducer.js';
import type { Failure } from './request-window.js';
import type { Subject } from './subject.js';
import type { Table } from './table.js';
import type { Tally } from './tally.js';

const PROBE_MS = position('worker', 'probeMs');
const RESIDENT_MEMORY = position('worker', 'residentMemory');

/** Kinds in the order their batches of a tick are handed over: what others are judged by comes first. */
const DELIVERY: readonly SampledKind[] = [
  'worker',
  'transport',
  'producer',
  'dataProducer',
  'dataConsumer',
  'consumer',
];

/** Most rows of a batch, so that handing it over takes a fraction of a millisecond. */
const MOST_ROWS = 64;
/** A turn hands over no further batch after this long. */
const TURN_MS = 0.5;

/** What one tick sampled of one kind and was not handed over yet. */
interface Parcel {
  readonly kind: SampledKind;
  readonly tick: number;
  readonly coverage: number;
  readonly subjects: readonly Subject[];
  /** How many of them were handed over. */
  done: number;
}

/**
 * A tick is made up for after a hang no later than this share of an interval after it was skipped, so that it is over before the
 * next.
 */
const LATEST_MAKE_UP = 0.3;

/** Parts that the samplers of all workers share. */
export interface SamplingParts {
  readonly graph: GraphWriter;
  readonly source: Source;
  readonly clock: Clock;
  readonly cost: CostMeter;
  readonly reducer: Reducer;
  readonly past: PastRing;
  readonly options: LaneOptions & PlannerOptions;
  readonly tables: ByKind<Table>;
  readonly fillers: ByKind<BatchFiller>;
  readonly tallies: ByKind<Tally>;
  readonly residentMemory: (pid: number) => number;
  readonly deliver: (batch: AnySampleBatch) => void;
  /** Is told of every error that a reading or a delivery has raised. */
  readonly defect: (error: unknown) => void;
  /** New samples are in. */
  readonly tell: () => void;
}

export interface TickRequest {
  readonly tick: number;
  /** Whether transports are due. */
  readonly transports: boolean;
  readonly wanted: ReadonlySet<SampledKind>;
  readonly allowance: number;
  readonly delayMs: number;
}

/** Samples the entities of one worker: plans each tick, writes what is read, hands over the batches. */
export class WorkerSampler implements LaneHost {
  readonly worker: EntityKey;
  readonly #parts: SamplingParts;
  readonly #pid: number;
  readonly #lane: Lane;
  readonly #planner: Planner;
  /** Entities with a sample that was not yet handed over. */
  readonly #sampled = byKind<Subject[]>(() => []);
  /** To be handed over, in this order. */
  #parcels: Parcel[] = [];
  #handing: Timer | null = null;
  readonly #rows = byKind<number | null>(() => null);
  #tick = 0;
  /** The newest tick that was skipped, and its monotonic ms. */
  #missed: { readonly request: TickRequest; readonly at: number } | null = null;
  #transportsDue = true;
  /** The reason for which ticks are being skipped; told once for all in a row. */
  #skipping: 'running' | 'hung' | null = null;

  constructor(subject: Subject, pid: number, parts: SamplingParts) {
    this.worker = subject.key;
    this.#pid = pid;
    this.#parts = parts;
    this.#planner = new Planner(parts.options);
    this.#lane = new Lane(subject, { ...parts, host: this });
  }

  get hung(): boolean {
    return this.#lane.hung;
  }

  open(kind: SampledKind): number {
    return this.#planner.open(kind);
  }

  active(kind: SampledKind): number {
    return this.#planner.active(kind);
  }

  candidates(wanted: ReadonlySet<SampledKind>): number {
    return this.#lane.hung ? 0 : this.#planner.candidates(wanted);
  }

  oldestSample(kind: SampledKind): number | null {
    return this.#planner.oldestSample(kind);
  }

  /** Rows of the kind in the newest batch; `null` before the first. */
  rows(kind: SampledKind): number | null {
    return this.#rows[kind];
  }

  remove(subject: Subject): void {
    this.#planner.remove(subject);
  }

  /** It is new, or its node or its lease has changed: it may be more or less urgent now, in monotonic ms. */
  place(subject: Subject, now: number): void {
    this.#planner.place(subject, now);
  }

  ask(subject: Subject): void {
    this.#lane.ask(subject);
  }

  /** Begins a tick, unless the last one still runs or the worker hangs; then it is counted as skipped. */
  tick(request: TickRequest): void {
    const reason = this.#lane.skip();
    if (reason !== null) {
      this.#missed = { request, at: this.#parts.clock.monotonic() };
      this.#tellSkipped(reason);
      return;
    }
    const { tick, transports, wanted, allowance, delayMs } = request;
    this.#missed = null;
    // After a hang it is high time.
    const afterMs = this.#skipping === 'hung' ? 0 : delayMs;
    this.#skipping = null;
    this.#tick = tick;
    this.#transportsDue = transports;
    const { options, tallies } = this.#parts;
    const shed: Shed = (kind, count) => {
      tallies[kind].shed += count;
    };
    const planned = this.#planner.plan({ intervalMs: options.intervalMs, transports, wanted, allowance }, shed);
    const plan = {
      next: (now: number) => this.#planner.next(now),
      abandon: () => this.#planner.abandon(shed),
    };
    this.#lane.begin(plan, planned, afterMs);
  }

  stop(): void {
    this.#lane.stop();
    this.#dropParcels();
    for (const kind of SAMPLED_KINDS) this.#sampled[kind].length = 0;
  }

  status(): LaneStatus {
    return this.#lane.status();
  }

  received(subject: Subject, reading: Reading, at: number, tookMs: number): void {
    // An error that escapes here would be an unhandled rejection in the application's process.
    try {
      this.#take(subject, reading, at, tookMs);
    } catch (error) {
      this.#parts.defect(error);
    }
  }

  failed(subject: Subject, failure: Failure): void {
    this.#parts.tallies[subject.kind].fail(failure);
  }

  finished(): void {
    // Whoever takes the samples has not kept up with the last tick: nothing is lost, and nothing piles up.
    while (this.#parcels.length > 0) this.#handOverOne();
    for (const kind of DELIVERY) this.#pack(kind);
    // The turn that runs has taken in answers: it is long enough.
    this.#handOverLater();
  }

  becameHung(): void {
    this.#dropParcels();
    for (const kind of SAMPLED_KINDS) {
      this.#clearSampled(kind);
      this.#rows[kind] = 0;
    }
    // What was read before the hang is not what is: it becomes unknown.
    for (const subject of this.#planner.subjects()) {
      subject.forget();
      subject.seat?.rate(Number.NaN, Number.NaN);
    }
    const { clock, graph, options } = this.#parts;
    const data = { pid: this.#pid, deadlineMs: options.probeDeadlineMs };
    graph.change('worker', this.worker, { hungSince: clock.now() }, { type: 'worker.hung', data });
    this.#parts.tell();
  }

  recovered(hungMs: number): void {
    const data = { pid: this.#pid, hungMs };
    this.#parts.graph.change('worker', this.worker, { hungSince: null }, { type: 'worker.recovered', data });
    this.#makeUp();
  }

  /** Begins the tick that a hang has cut short, if it would not run into the next. */
  #makeUp(): void {
    const { clock, options } = this.#parts;
    if (this.#missed === null || clock.monotonic() - this.#missed.at > LATEST_MAKE_UP * options.intervalMs) return;
    this.tick({ ...this.#missed.request, transports: true });
  }

  #take(subject: Subject, reading: Reading, at: number, tookMs: number): void {
    const { clock, tables, tallies, reducer, past, residentMemory } = this.#parts;
    const table = tables[subject.kind];
    const growth = reducer.reduce(subject, reading, table);
    if (subject.kind === 'worker') {
      table.values.set(subject.slot, PROBE_MS, tookMs);
      table.values.set(subject.slot, RESIDENT_MEMORY, residentMemory(this.#pid));
    }
    subject.sampled(clock.now(), at);
    subject.seat?.add(growth);
    if (subject.kind === 'transport') {
      const { recv, send } = transportBitrates(subject, table);
      subject.seat?.rate(recv, send);
    }
    tallies[subject.kind].ok++;
    if (!subject.listed) {
      subject.listed = true;
      this.#sampled[subject.kind].push(subject);
    }
    if (subject.everyMs === 0) return;
    past.add(subject.key, table, subject.slot, subject.sampledWall);
    this.#parts.tell();
  }

  #pack(kind: SampledKind): void {
    const subjects = this.#sampled[kind].filter((subject) => !subject.closed && subject.known);
    this.#clearSampled(kind);
    // What was not due is covered as the tick before has left it.
    if (kind !== 'transport' || this.#transportsDue) this.#rows[kind] = subjects.length;
    if (subjects.length === 0) return;
    const coverage = Math.min(1, subjects.length / this.open(kind));
    this.#parcels.push({ kind, tick: this.#tick, coverage, subjects, done: 0 });
  }

  /** Hands over in short turns, until there is nothing left. */
  #handOver(): void {
    this.#handing?.cancel();
    this.#handing = null;
    const { clock } = this.#parts;
    const from = clock.monotonic();
    while (this.#parcels.length > 0) {
      this.#handOverOne();
      if (this.#parcels.length === 0 || clock.monotonic() - from < TURN_MS) continue;
      this.#handOverLater();
      return;
    }
    this.#parts.tell();
  }

  #handOverLater(): void {
    this.#handing?.cancel();
    this.#handing = this.#parts.clock.setTimeout(() => this.#handOver(), 0);
  }

  #handOverOne(): void {
    const parcel = this.#parcels[0]!;
    const { kind, subjects, done } = parcel;
    parcel.done += MOST_ROWS;
    if (parcel.done >= subjects.length) this.#parcels.shift();
    const { cost, fillers, defect } = this.#parts;
    try {
      cost.section(() => this.#deliver(parcel, subjects.slice(done, done + MOST_ROWS)));
    } catch (error) {
      defect(error);
    } finally {
      fillers[kind].clear();
    }
  }

  #deliver({ kind, tick, coverage }: Parcel, subjects: readonly Subject[]): void {
    const { clock, fillers, deliver } = this.#parts;
    const batch = fillers[kind].fill(subjects, { worker: this.worker, tick, at: clock.now(), coverage });
    if (batch.length > 0) deliver(batch);
  }

  #dropParcels(): void {
    this.#handing?.cancel();
    this.#handing = null;
    this.#parcels = [];
  }

  #clearSampled(kind: SampledKind): void {
    for (const subject of this.#sampled[kind]) subject.listed = false;
    this.#sampled[kind].length = 0;
  }

  #tellSkipped(reason: 'running' | 'hung'): void {
    if (this.#skipping === reason) return;
    this.#skipping = reason;
    this.#parts.graph.emit(null, { type: 'monitor.tickSkipped', data: { worker: this.worker, reason } });
  }
}
