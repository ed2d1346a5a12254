import type { SampledKind } from '../model/samples.js';
import { StreamCounters } from './counters.js';
import { FIELD_PLANS, type FieldPlan } from './fields.js';
import { roomFor } from './room-for.js';

/** Moments that are kept of every entity, in the order of their columns. */
export const MOMENTS = ['openedAt', 'askedAt', 'sampledAt', 'sampledWall', 'timestamp'] as const;

/**
 * The newest values of every open entity of one kind, one row per slot. Rows lie side by side in one array: a reading is
 * written at one place, and growing is one copy. Counters keep their totals here while `known` is off, so a hang hides
 * them without losing them.
 */
export class Table {
  readonly kind: SampledKind;
  readonly plan: FieldPlan;
  readonly stride: number;
  /** Values in our units, `NaN` unknown; the row of a slot begins at `slot * stride`. */
  values = new Float64Array(0);
  /** Counters as the source told them last, with rows as in `values`; empty for kinds with streams. */
  raw = new Float64Array(0);
  /** `MOMENTS` of each entity: a number with a fraction in an object of its own would take three times the memory. */
  moments = new Float64Array(0);
  /** `null` for kinds without streams. */
  readonly streams: StreamCounters | null;

  constructor(kind: SampledKind) {
    this.kind = kind;
    this.plan = FIELD_PLANS[kind];
    this.stride = this.plan.names.length;
    this.streams = kind === 'producer' || kind === 'consumer' ? new StreamCounters() : null;
  }

  /** Makes room for the entity in this slot, of which all is unknown. */
  claim(slot: number): void {
    this.#reserve(slot);
    this.clear(slot);
  }

  /** Forgets what is known of the entity in this slot. */
  clear(slot: number): void {
    forget(this.values, slot, this.stride);
    if (this.streams === null) forget(this.raw, slot, this.stride);
    else this.streams.forget(slot);
    forget(this.moments, slot, MOMENTS.length);
  }

  #reserve(slot: number): void {
    const before = this.moments.length / MOMENTS.length;
    if (slot < before) return;
    const rows = roomFor(slot + 1, before);
    this.values = enlarged(this.values, rows * this.stride);
    if (this.streams === null) this.raw = enlarged(this.raw, rows * this.stride);
    this.moments = enlarged(this.moments, rows * MOMENTS.length);
  }
}

function forget(rows: Float64Array, slot: number, stride: number): void {
  rows.fill(Number.NaN, slot * stride, (slot + 1) * stride);
}

function enlarged(old: Float64Array, length: number): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(length).fill(Number.NaN);
  larger.set(old);
  return larger;
}
