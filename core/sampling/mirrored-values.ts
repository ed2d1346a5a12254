import { FIELD_PLANS } from './fields.js';
import type { NarrowRows } from './narrow-rows.js';
import { STREAM_NUMBERS } from './stream-numbers.js';

/** No such value. */
const NONE = -1;

/**
 * The values of a producer or consumer as the numbers of a stream: those of an entity's only stream are nearly always the
 * same, and need not be kept twice. It shows the row that is being worked on.
 */
export class MirroredValues {
  readonly #values: NarrowRows;
  readonly #row: Float64Array;
  /** Position of each of `STREAM_NUMBERS` in the values. */
  readonly #positions: readonly number[];

  constructor(kind: 'producer' | 'consumer', values: NarrowRows, row: Float64Array) {
    this.#values = values;
    this.#row = row;
    this.#positions = STREAM_NUMBERS.map((name) => FIELD_PLANS[kind].index[name] ?? NONE);
  }

  /** Makes that slot's the row that is being worked on. */
  load(slot: number): void {
    this.#values.read(slot, this.#row);
  }

  /** Whether the kind tells this number. */
  has(number: number): boolean {
    return this.#positions[number] !== NONE;
  }

  /** Whether the value is this number. One that the kind does not tell is as good as any. */
  isSame(number: number, told: number): boolean {
    const position = this.#positions[number]!;
    return position === NONE || Object.is(this.#row[position], told);
  }

  /** `NaN` for one that the kind does not tell. */
  get(number: number): number {
    const position = this.#positions[number]!;
    return position === NONE ? Number.NaN : this.#row[position]!;
  }
}
