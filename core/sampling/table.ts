import type { SampledKind } from '../model/samples.js';
import { StreamCounters } from './counters.js';
import { FIELD_PLANS, type FieldPlan } from './fields.js';
import { MirroredValues } from './mirrored-values.js';
import { NarrowRows } from './narrow-rows.js';

/** Moments that are kept of every entity, in the order of their columns. */
export const MOMENTS = ['openedAt', 'askedAt', 'sampledAt', 'wallBeyond', 'timestamp'] as const;

const WALL = MOMENTS.indexOf('wallBeyond');

/**
 * The newest values of every open entity of one kind, one row per slot: a reading is written at one place. Counters keep their totals here while `known` is off, so a hang hides
 * them without losing them.
 */
export class Table {
  readonly kind: SampledKind;
  readonly plan: FieldPlan;
  /** Values in our units, `NaN` unknown. */
  readonly values: NarrowRows;
  /** The row of `values` that is being worked on. */
  readonly row: Float64Array;
  /** Counters as the source told them last, with rows as in `values`; empty for kinds with streams. */
  readonly raw: NarrowRows;
  /** `MOMENTS` of each entity, whole where they are ours: for 49 days such a number takes half of what a fraction does. */
  readonly moments = new NarrowRows(MOMENTS.length);
  /** What the wall clock was ahead of the monotonic one, in ms; `NaN` before the first sample. Each entity tells what was beyond. */
  wallBase = Number.NaN;
  /** Smallest interval of the leases of each entity, by slot, in ms; only of the few that are leased one by one. */
  readonly everyMs = new Map<number, number>();
  /** `null` for kinds without streams. */
  readonly streams: StreamCounters | null;

  constructor(kind: SampledKind) {
    this.kind = kind;
    this.plan = FIELD_PLANS[kind];
    this.values = new NarrowRows(this.plan.names.length);
    this.row = new Float64Array(this.plan.names.length);
    this.raw = new NarrowRows(this.plan.names.length);
    this.streams =
      kind === 'producer' || kind === 'consumer'
        ? new StreamCounters(new MirroredValues(kind, this.values, this.row))
        : null;
  }

  /** Makes room for the entity in this slot, of which all is unknown: what was known of the one before it must have been cleared. */
  claim(slot: number): void {
    this.values.reserve(slot);
    if (this.streams === null) this.raw.reserve(slot);
    this.moments.reserve(slot);
  }

  /** Whether the values in this slot may be shown: those of an open entity, as it tells itself. */
  isKnown(slot: number): boolean {
    return !Number.isNaN(this.moments.get(slot, WALL));
  }

  /** Writes the values in `count` slots from `from` on that may be shown, place by place `step` apart; the others are `NaN`. */
  read(places: readonly number[], from: number, count: number, into: Float64Array, at: number, step: number): void {
    for (let i = 0; i < places.length; i++) this.values.readDown(from, count, places[i]!, into, at + i * step);
    for (let i = 0; i < count; i++) {
      if (this.isKnown(from + i)) continue;
      for (let place = 0, to = at + i; place < places.length; place++, to += step) into[to] = Number.NaN;
    }
  }

  /** Forgets what is known of the entity in this slot. */
  clear(slot: number): void {
    this.values.forget(slot);
    if (this.streams === null) this.raw.forget(slot);
    else this.streams.forget(slot);
    this.moments.forget(slot);
    this.everyMs.delete(slot);
  }
}
