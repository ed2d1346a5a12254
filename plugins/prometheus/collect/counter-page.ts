/**
 * Counters of a number of rows. Most are whole numbers below four billion and take four bytes each; a field is given eight for all rows
 * once one of its values needs them.
 */
export class CounterPage {
  readonly #rows: number;
  readonly #fields: number;
  /** Field by field. */
  readonly #small: Uint32Array;
  readonly #large: (Float64Array | undefined)[] = [];

  constructor(rows: number, fields: number) {
    this.#rows = rows;
    this.#fields = fields;
    this.#small = new Uint32Array(rows * fields);
    for (let field = 0; field < fields; field++) this.#large.push(undefined);
  }

  /** Puts `value`, from 0, in the place of the one before, which it returns; 0 at first. */
  exchange(row: number, field: number, value: number): number {
    const large = this.#large[field] ?? (value >>> 0 === value ? undefined : this.#enlarge(field));
    if (large === undefined) {
      const at = field * this.#rows + row;
      const before = this.#small[at]!;
      this.#small[at] = value;
      return before;
    }
    const before = large[row]!;
    large[row] = value;
    return before;
  }

  /** Sets all counters of the row to 0. */
  forget(row: number): void {
    for (let field = 0; field < this.#fields; field++) this.exchange(row, field, 0);
  }

  #enlarge(field: number): Float64Array {
    const from = field * this.#rows;
    const large = Float64Array.from(this.#small.subarray(from, from + this.#rows));
    this.#large[field] = large;
    return large;
  }
}
