/** Rows of a page, as a power of two. */
const PAGE_BITS = 7;
const PAGE_ROWS = 1 << PAGE_BITS;

/**
 * Rows of numbers, all of the same length, in pages. So growing copies nothing, and of the memory no more than a page is empty:
 * one array of all rows would be up to a quarter empty, and copied in one turn when it is full.
 */
export class NumberRows {
  readonly stride: number;
  readonly #pages: Float64Array<ArrayBuffer>[] = [];

  constructor(stride: number) {
    this.stride = stride;
  }

  /** Rows there is memory for. */
  get capacity(): number {
    return this.#pages.length * PAGE_ROWS;
  }

  /** The page that the row lies in; there must be memory for it. */
  page(row: number): Float64Array<ArrayBuffer> {
    return this.#pages[row >>> PAGE_BITS]!;
  }

  /** Where the row begins in its page. */
  offset(row: number): number {
    return (row & (PAGE_ROWS - 1)) * this.stride;
  }

  /** Makes room for the row, and for all before it. What is new is `NaN`. */
  reserve(row: number): void {
    while (row >= this.capacity) this.#pages.push(new Float64Array(PAGE_ROWS * this.stride).fill(Number.NaN));
  }

  /** Sets the whole row to `NaN`. */
  forget(row: number): void {
    const from = this.offset(row);
    this.page(row).fill(Number.NaN, from, from + this.stride);
  }
}
