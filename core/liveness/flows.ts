import type { EntityNode } from '../model/entity.js';
import { NarrowRows } from '../sampling/narrow-rows.js';
import { roomFor } from '../sampling/room-for.js';

/** Places in a row. */
const COUNT = 0;
const SAMPLED_AT = 1;
const SILENT_SINCE = 2;
const MOVED_FROM = 3;
const OPENED_AT = 4;
const STRIDE = 5;

/** Bits of what is so or not. */
const OPEN = 1;
const FLAT = 2;

/**
 * Movement of one counter of each open entity of one kind, as far as samples show it, in a row for each slot: as an object with
 * numbers of its own it would take four times the memory. All times are whole monotonic ms. Between two equal samples nothing has
 * moved; without samples nothing is known, and nothing here changes.
 */
export class Flows {
  readonly #numbers = new NarrowRows(STRIDE);
  /** `openedSeq` of whoever has the row, in its lowest 32 bits: no two entities have the same. */
  #owners = new Uint32Array(0);
  #flags = new Uint8Array(0);

  /** Entities there is memory for. */
  get capacity(): number {
    return this.#flags.length;
  }

  /** Whether it was opened here and not closed since; its slot may be another's by now. */
  has({ slot, openedSeq }: Pick<EntityNode, 'slot' | 'openedSeq'>): boolean {
    return this.#is(slot, OPEN) && this.#owners[slot] === openedSeq >>> 0;
  }

  /** Of whoever had the slot before, nothing is left. */
  open({ slot, openedSeq }: Pick<EntityNode, 'slot' | 'openedSeq'>, now: number): void {
    if (slot >= this.capacity) this.#enlarge(slot + 1);
    this.#numbers.reserve(slot);
    this.#numbers.forget(slot);
    this.#numbers.set(slot, SILENT_SINCE, Math.round(now));
    this.#numbers.set(slot, OPENED_AT, Math.round(now));
    this.#owners[slot] = openedSeq;
    this.#flags[slot] = OPEN;
  }

  close(slot: number): void {
    if (slot < this.capacity) this.#flags[slot] = 0;
  }

  openedAt(slot: number): number {
    return this.#number(slot, OPENED_AT);
  }

  /** Whether anything has moved since it opened. */
  hasStarted(slot: number): boolean {
    return this.#number(slot, COUNT) > 0;
  }

  /** Whether nothing moved between the two newest samples. */
  isFlat(slot: number): boolean {
    return this.#is(slot, FLAT);
  }

  /** Whether the newest sample showed movement. */
  isMoving(slot: number): boolean {
    return !this.#is(slot, FLAT) && !Number.isNaN(this.#number(slot, MOVED_FROM));
  }

  /** `NaN` before the first sample. */
  sampledAt(slot: number): number {
    return this.#number(slot, SAMPLED_AT);
  }

  /** The newest sample that showed movement; before the first one, when it opened. */
  silentSince(slot: number): number {
    return this.#number(slot, SILENT_SINCE);
  }

  /** Takes in a sample; unknown values are passed over. */
  sample(slot: number, count: number, told: number): void {
    if (Number.isNaN(count)) return;
    const numbers = this.#numbers;
    const before = numbers.get(slot, SAMPLED_AT);
    const countBefore = numbers.get(slot, COUNT);
    const first = Number.isNaN(countBefore);
    // A jump of the wall clock makes a sample look older than it is, but none is older than the one before it.
    const at = Math.max(Math.round(told), first ? numbers.get(slot, OPENED_AT) : before);
    const moved = first ? count > 0 : count > countBefore;
    if (moved) {
      numbers.set(slot, SILENT_SINCE, at);
      numbers.set(slot, MOVED_FROM, before);
    }
    this.#flags[slot] = first || moved ? OPEN : OPEN | FLAT;
    numbers.set(slot, COUNT, count);
    numbers.set(slot, SAMPLED_AT, at);
  }

  /** Silence before `at` was in order, for example a pause; it does not count. */
  excuse(slot: number, at: number): void {
    this.#numbers.set(slot, SILENT_SINCE, Math.max(this.#number(slot, SILENT_SINCE), Math.round(at)));
    this.#numbers.set(slot, MOVED_FROM, Number.NaN);
    this.#flags[slot] = OPEN;
  }

  /** Whether something surely moved after `since` and before `at`, and still did at the newest sample. */
  flowedWithin(slot: number, since: number, at: number): boolean {
    return this.isMoving(slot) && this.#number(slot, MOVED_FROM) >= since && this.sampledAt(slot) <= at;
  }

  #is(slot: number, flag: number): boolean {
    return (this.#flags[slot]! & flag) !== 0;
  }

  #number(slot: number, place: number): number {
    return this.#numbers.get(slot, place);
  }

  #enlarge(needed: number): void {
    const rows = roomFor(needed, this.capacity);
    const [owners, flags] = [this.#owners, this.#flags];
    this.#owners = new Uint32Array(rows);
    this.#flags = new Uint8Array(rows);
    this.#owners.set(owners);
    this.#flags.set(flags);
  }
}
