/** A whole number for each row, which takes no memory before one of them is not 0. */
export class RareCounts {
  readonly #rows: number;
  #counts: Uint32Array | null = null;

  constructor(rows: number) {
    this.#rows = rows;
  }

  at(row: number): number {
    return this.#counts?.[row] ?? 0;
  }

  add(row: number, count: number): void {
    if (count === 0) return;
    this.#counts ??= new Uint32Array(this.#rows);
    this.#counts[row]! += count;
  }

  clear(row: number): void {
    if (this.#counts !== null) this.#counts[row] = 0;
  }
}
