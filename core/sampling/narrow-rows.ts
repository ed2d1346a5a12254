/** Rows of a page, as a power of two. */
const PAGE_BITS = 9;
const PAGE_ROWS = 1 << PAGE_BITS;

/** Stands for `NaN` in the narrowest columns. */
const UNKNOWN = 0xff;

type Column = Uint8Array | Float32Array | Float64Array;

/**
 * Rows of numbers, all of the same length, of which each takes only what it needs: one column of a page has 1 byte for each row
 * while all in it are whole and below 255, 4 while a single-precision float tells each exactly, and 8 otherwise; one in which all is
 * unknown takes nothing. Whatever is written is read again exactly. Most counters of most streams stay small, and many values are
 * 0 or unknown for life.
 */
export class NarrowRows {
  readonly stride: number;
  /** `stride` for each page. */
  readonly #columns: (Column | null)[] = [];

  constructor(stride: number) {
    this.stride = stride;
  }

  /** Makes room for the row, and for all before it. What is new is `NaN`. */
  reserve(row: number): void {
    const needed = ((row >>> PAGE_BITS) + 1) * this.stride;
    while (this.#columns.length < needed) this.#columns.push(null);
  }

  /** `NaN` also for a row that no room was made for. */
  get(row: number, place: number): number {
    const column = this.#columns[(row >>> PAGE_BITS) * this.stride + place];
    if (column === null || column === undefined) return Number.NaN;
    const value = column[row & (PAGE_ROWS - 1)]!;
    return value === UNKNOWN && column.BYTES_PER_ELEMENT === 1 ? Number.NaN : value;
  }

  /** There must be room for the row. */
  set(row: number, place: number, value: number): void {
    const at = (row >>> PAGE_BITS) * this.stride + place;
    let column = this.#columns[at] ?? null;
    const isUnknown = Number.isNaN(value);
    if (column === null || !(isUnknown || fits(column, value))) {
      if (isUnknown) return;
      column = widened(column, value);
      this.#columns[at] = column;
    }
    column[row & (PAGE_ROWS - 1)] = isUnknown && column.BYTES_PER_ELEMENT === 1 ? UNKNOWN : value;
  }

  /** Sets the whole row to `NaN`. */
  forget(row: number): void {
    const first = (row >>> PAGE_BITS) * this.stride;
    for (let at = first; at < first + this.stride; at++) {
      const column = this.#columns[at] ?? null;
      if (column !== null) column[row & (PAGE_ROWS - 1)] = unknownIn(column);
    }
  }

  copyOf(row: number): Float64Array {
    const copy = new Float64Array(this.stride);
    for (let place = 0; place < copy.length; place++) copy[place] = this.get(row, place);
    return copy;
  }
}

function fits(column: Column, value: number): boolean {
  switch (column.BYTES_PER_ELEMENT) {
    case 1:
      return isSmall(value);
    case 4:
      return Math.fround(value) === value;
    default:
      return true;
  }
}

function isSmall(value: number): boolean {
  return value >= 0 && value < UNKNOWN && Math.floor(value) === value;
}

function unknownIn(column: Column): number {
  return column.BYTES_PER_ELEMENT === 1 ? UNKNOWN : Number.NaN;
}

/** A column with the same values that has room for this one too. */
function widened(column: Column | null, value: number): Column {
  if (column === null && isSmall(value)) return new Uint8Array(PAGE_ROWS).fill(UNKNOWN);
  const wide: Column =
    Math.fround(value) === value && column?.BYTES_PER_ELEMENT !== 4
      ? new Float32Array(PAGE_ROWS)
      : new Float64Array(PAGE_ROWS);
  if (column === null) return wide.fill(Number.NaN);
  for (let row = 0; row < PAGE_ROWS; row++) {
    const known = column[row]!;
    wide[row] = known === UNKNOWN && column.BYTES_PER_ELEMENT === 1 ? Number.NaN : known;
  }
  return wide;
}
