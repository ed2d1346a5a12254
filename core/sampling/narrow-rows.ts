/** Rows of a page, as a power of two. */
const PAGE_BITS = 9;
const PAGE_ROWS = 1 << PAGE_BITS;
/** Rows that the first page begins with: of most kinds an SFU has few entities. */
const FIRST_ROWS = 16;

/** How the numbers of a column are kept, in the order in which it is widened. */
const NOWHERE = 0;
const BYTES = 1;
const WORDS = 2;
const SINGLES = 3;
const DOUBLES = 4;

/** What stands for `NaN` in a column of bytes, and in one of words. */
const NO_BYTE = 0xff;
const NO_WORD = 0xff_ff_ff_ff;

type Column = Uint8Array | Uint32Array | Float32Array | Float64Array;

/**
 * Rows of numbers, all of the same length, of which each takes only what it needs: one column of a page has 1 byte for each row
 * while all in it are whole and below 255, 4 while all are whole and below 2^32 - 1, or are told exactly by a single-precision
 * float, and 8 otherwise; one in which all is unknown takes nothing. Whatever is written is read again exactly. Most counters of
 * most streams stay small, and many values are 0 or unknown for life. The first page grows with its rows, to a page like all others.
 */
export class NarrowRows {
  readonly stride: number;
  /** `stride` for each page. */
  readonly #columns: (Column | null)[] = [];
  /** How each column is kept. */
  readonly #widths: number[] = [];
  /** Rows there is memory for in the first page. */
  #firstRows = FIRST_ROWS;

  constructor(stride: number) {
    this.stride = stride;
  }

  /** Makes room for the row, and for all before it. What is new is `NaN`. */
  reserve(row: number): void {
    const needed = ((row >>> PAGE_BITS) + 1) * this.stride;
    while (this.#columns.length < needed) {
      this.#columns.push(null);
      this.#widths.push(NOWHERE);
    }
    if (row >= this.#firstRows && this.#firstRows < PAGE_ROWS) this.#enlargeFirst(row);
  }

  // In both of these each access has a place of its own, because the engine is quick where it meets one type of array.

  /** `NaN` also for a row that no room was made for. */
  get(row: number, place: number): number {
    if (row >= this.#firstRows && row < PAGE_ROWS) return Number.NaN;
    const at = (row >>> PAGE_BITS) * this.stride + place;
    const column = this.#columns[at];
    const index = row & (PAGE_ROWS - 1);
    switch (this.#widths[at]) {
      case BYTES: {
        const value = (column as Uint8Array)[index]!;
        return value === NO_BYTE ? Number.NaN : value;
      }
      case WORDS: {
        const value = (column as Uint32Array)[index]!;
        return value === NO_WORD ? Number.NaN : value;
      }
      case SINGLES:
        return (column as Float32Array)[index]!;
      case DOUBLES:
        return (column as Float64Array)[index]!;
      default:
        return Number.NaN;
    }
  }

  /** There must be room for the row. */
  set(row: number, place: number, value: number): void {
    const at = (row >>> PAGE_BITS) * this.stride + place;
    const isUnknown = Number.isNaN(value);
    if (!isUnknown && !fits(this.#widths[at]!, value)) this.#widen(at, value);
    const column = this.#columns[at];
    const index = row & (PAGE_ROWS - 1);
    switch (this.#widths[at]) {
      case BYTES:
        (column as Uint8Array)[index] = isUnknown ? NO_BYTE : value;
        return;
      case WORDS:
        (column as Uint32Array)[index] = isUnknown ? NO_WORD : value;
        return;
      case SINGLES:
        (column as Float32Array)[index] = value;
        return;
      case DOUBLES:
        (column as Float64Array)[index] = value;
        return;
      default:
    }
  }

  /** Sets the whole row to `NaN`. There must be room for it. */
  forget(row: number): void {
    const first = (row >>> PAGE_BITS) * this.stride;
    for (let at = first; at < first + this.stride; at++) {
      const column = this.#columns[at] ?? null;
      if (column !== null) column[row & (PAGE_ROWS - 1)] = unknownIn(this.#widths[at]!);
    }
  }

  copyOf(row: number): Float64Array {
    const copy = new Float64Array(this.stride);
    this.read(row, copy);
    return copy;
  }

  // Whoever works on a row takes it as a whole: a number that a function returns is mostly an object.

  read(row: number, into: Float64Array): void {
    for (let place = 0; place < this.stride; place++) into[place] = this.get(row, place);
  }

  /** There must be room for the row. */
  write(row: number, from: Float64Array): void {
    for (let place = 0; place < this.stride; place++) this.set(row, place, from[place]!);
  }

  /** Writes one row into columns, at `index` of each. */
  readAcross(row: number, columns: readonly Float64Array[], index: number): void {
    for (let place = 0; place < this.stride; place++) columns[place]![index] = this.get(row, place);
  }

  /** Writes one place of `count` rows from `from` on, side by side from `at` on; `NaN` for rows that no room was made for. */
  readDown(from: number, count: number, place: number, into: Float64Array, at: number): void {
    for (let row = from, to = at; row < from + count; ) {
      const page = row >>> PAGE_BITS;
      const first = row & (PAGE_ROWS - 1);
      const rows = Math.min(PAGE_ROWS - first, from + count - row);
      const column = this.#columns[page * this.stride + place] ?? null;
      const known = Math.max(0, Math.min(rows, (column?.length ?? 0) - first));
      if (known > 0) copyDown(column!, this.#widths[page * this.stride + place]!, first, known, into, to);
      into.fill(Number.NaN, to + known, to + rows);
      row += rows;
      to += rows;
    }
  }

  /** Makes a column of which `value` and all that is in it can be told exactly. */
  #widen(at: number, value: number): void {
    const before = this.#columns[at] ?? null;
    const known =
      before === null ? [] : Array.from(before.keys(), (row) => this.get(this.#firstRow(at) + row, at % this.stride));
    let width = this.#widths[at]! + 1;
    while (!(fits(width, value) && known.every((told) => Number.isNaN(told) || fits(width, told)))) width++;
    const column = columnOf(width, at < this.stride ? this.#firstRows : PAGE_ROWS);
    for (const [row, told] of known.entries()) if (!Number.isNaN(told)) column[row] = told;
    this.#columns[at] = column;
    this.#widths[at] = width;
  }

  #enlargeFirst(row: number): void {
    while (this.#firstRows <= row && this.#firstRows < PAGE_ROWS) this.#firstRows *= 2;
    for (let at = 0; at < this.stride; at++) {
      const before = this.#columns[at] ?? null;
      if (before === null) continue;
      const column = columnOf(this.#widths[at]!, this.#firstRows);
      column.set(before);
      this.#columns[at] = column;
    }
  }

  #firstRow(at: number): number {
    return Math.floor(at / this.stride) << PAGE_BITS;
  }
}

function fits(width: number, value: number): boolean {
  switch (width) {
    case NOWHERE:
      return false;
    case BYTES:
      return value >= 0 && value < NO_BYTE && Math.floor(value) === value;
    case WORDS:
      return value >= 0 && value < NO_WORD && Math.floor(value) === value;
    case SINGLES:
      return Math.fround(value) === value;
    default:
      return true;
  }
}

/** One loop for each type of array, because the engine is quick where it meets one. */
function copyDown(column: Column, width: number, from: number, count: number, into: Float64Array, at: number): void {
  switch (width) {
    case BYTES: {
      const bytes = column as Uint8Array;
      for (let i = 0; i < count; i++) {
        const value = bytes[from + i]!;
        into[at + i] = value === NO_BYTE ? Number.NaN : value;
      }
      return;
    }
    case WORDS: {
      const words = column as Uint32Array;
      for (let i = 0; i < count; i++) {
        const value = words[from + i]!;
        into[at + i] = value === NO_WORD ? Number.NaN : value;
      }
      return;
    }
    default:
      into.set(column.length === count ? column : column.subarray(from, from + count), at);
  }
}

function unknownIn(width: number): number {
  if (width === BYTES) return NO_BYTE;
  return width === WORDS ? NO_WORD : Number.NaN;
}

/** All unknown. */
function columnOf(width: number, rows: number): Column {
  switch (width) {
    case BYTES:
      return new Uint8Array(rows).fill(NO_BYTE);
    case WORDS:
      return new Uint32Array(rows).fill(NO_WORD);
    case SINGLES:
      return new Float32Array(rows).fill(Number.NaN);
    default:
      return new Float64Array(rows).fill(Number.NaN);
  }
}
