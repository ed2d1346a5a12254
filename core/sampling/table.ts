import type { SampledKind } from '../model/samples.js';
import { StreamCounters } from './counters.js';
import { FIELD_PLANS, type FieldPlan } from './fields.js';
import { NumberRows } from './number-rows.js';

/** Moments that are kept of every entity, in the order of their columns. */
export const MOMENTS = ['openedAt', 'askedAt', 'sampledAt', 'sampledWall', 'timestamp'] as const;

const WALL = MOMENTS.indexOf('sampledWall');

/**
 * The newest values of every open entity of one kind, one row per slot: a reading is written at one place. Counters keep their totals here while `known` is off, so a hang hides
 * them without losing them.
 */
export class Table {
  readonly kind: SampledKind;
  readonly plan: FieldPlan;
  /** Values in our units, `NaN` unknown. */
  readonly values: NumberRows;
  /** Counters as the source told them last, with rows as in `values`; empty for kinds with streams. */
  readonly raw: NumberRows;
  /** `MOMENTS` of each entity: a number with a fraction in an object of its own would take three times the memory. */
  readonly moments = new NumberRows(MOMENTS.length);
  /** `null` for kinds without streams. */
  readonly streams: StreamCounters | null;

  constructor(kind: SampledKind) {
    this.kind = kind;
    this.plan = FIELD_PLANS[kind];
    this.values = new NumberRows(this.plan.names.length);
    this.raw = new NumberRows(this.plan.names.length);
    this.streams = kind === 'producer' || kind === 'consumer' ? new StreamCounters() : null;
  }

  /** Makes room for the entity in this slot, of which all is unknown. */
  claim(slot: number): void {
    this.values.reserve(slot);
    if (this.streams === null) this.raw.reserve(slot);
    this.moments.reserve(slot);
    this.clear(slot);
  }

  /** Whether the values in this slot may be shown: those of an open entity, as it tells itself. */
  isKnown(slot: number): boolean {
    return slot < this.moments.capacity && !Number.isNaN(this.moments.page(slot)[this.moments.offset(slot) + WALL]!);
  }

  /** Forgets what is known of the entity in this slot. */
  clear(slot: number): void {
    this.values.forget(slot);
    if (this.streams === null) this.raw.forget(slot);
    else this.streams.forget(slot);
    this.moments.forget(slot);
  }
}
