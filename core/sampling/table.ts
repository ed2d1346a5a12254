import type { SampledKind } from '../model/samples.js';
import { FIELD_PLANS, type FieldPlan } from './fields.js';
import type { Subject } from './subject.js';

const INITIAL_ROWS = 64;

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
  values: Float64Array;
  /** Counters as the source told them last, for kinds without streams. */
  raw: Float64Array;
  readonly #owners: (Subject | undefined)[] = [];

  constructor(kind: SampledKind) {
    this.kind = kind;
    this.plan = FIELD_PLANS[kind];
    this.stride = this.plan.names.length;
    this.values = new Float64Array(INITIAL_ROWS * this.stride).fill(Number.NaN);
    this.raw = new Float64Array(this.values);
  }

  /** The open entity in this slot. */
  owner(slot: number): Subject | undefined {
    return this.#owners[slot];
  }

  /** Gives the row of its slot to an entity, all unknown. */
  claim(subject: Subject): void {
    this.#reserve(subject.slot);
    this.#clear(subject.slot);
    this.#owners[subject.slot] = subject;
  }

  release(subject: Subject): void {
    if (this.#owners[subject.slot] !== subject) return;
    this.#clear(subject.slot);
    this.#owners[subject.slot] = undefined;
  }

  #clear(slot: number): void {
    const from = slot * this.stride;
    this.values.fill(Number.NaN, from, from + this.stride);
    this.raw.fill(Number.NaN, from, from + this.stride);
  }

  #reserve(slot: number): void {
    let rows = this.values.length / this.stride;
    if (slot < rows) return;
    while (rows <= slot) rows *= 2;
    this.values = enlarged(this.values, rows * this.stride);
    this.raw = enlarged(this.raw, rows * this.stride);
  }
}

function enlarged(old: Float64Array, length: number): Float64Array {
  const larger = new Float64Array(length).fill(Number.NaN);
  larger.set(old);
  return larger;
}
