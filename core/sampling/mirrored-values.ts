import { FIELD_PLANS } from './fields.js';
import type { NarrowRows } from './narrow-rows.js';
import { STREAM_NUMBERS } from './stream-numbers.js';

/** No such value. */
const NONE = -1;

/**
 * The values of producers or consumers as the numbers of a stream: those of an entity's only stream are nearly always the
 * same, and need not be kept twice.
 */
export class MirroredValues {
  readonly #values: NarrowRows;
  /** Position of each of `STREAM_NUMBERS` in the values. */
  readonly #positions: readonly number[];

  constructor(kind: 'producer' | 'consumer', values: NarrowRows) {
    this.#values = values;
    this.#positions = STREAM_NUMBERS.map((name) => FIELD_PLANS[kind].index[name] ?? NONE);
  }

  /** Whether the kind tells this number. */
  has(number: number): boolean {
    return this.#positions[number] !== NONE;
  }

  /** Whether the value of that slot is this number. One that the kind does not tell is as good as any. */
  isSame(slot: number, number: number, told: number): boolean {
    const position = this.#positions[number]!;
    return position === NONE || Object.is(this.#values.get(slot, position), told);
  }

  /** `NaN` for one that the kind does not tell. */
  get(slot: number, number: number): number {
    const position = this.#positions[number]!;
    return position === NONE ? Number.NaN : this.#values.get(slot, position);
  }
}
