import type { PageMemory } from '../expose/page-memory.js';
import type { FixedPoint } from '../series/fixed-point.js';

const NEWLINE = 10;
const NOTHING = Buffer.alloc(0);
/** Bytes that a number takes at most. */
const NUMBER_BYTES = 26;

/** What stands before the values of a group's lines, where that is not on the last page or was another's. */
export interface NewLabels {
  /** 1 for each line that belongs to another now, so that what is kept of it is of no use. */
  readonly others: Uint8Array;
  /** Bytes from the opening brace to the blank before the value; they are made when first asked for. */
  length(line: number): number;
  /** Copies them to `into[at]` and so on. */
  copy(line: number, into: Uint8Array, at: number): void;
}

/** Where blocks are put together: nobody keeps it longer than one call. Grows to what the largest block needs. */
let scratch = Buffer.alloc(0);
/** Lines of one block whose values change, and 1 for each whose length does. All 0 between calls. */
let changed = new Uint16Array(0);
let uneven = new Uint8Array(0);

/**
 * The lines of one metric for a number of entities, as bytes. What is as long as what was there before is written over it, once nobody
 * reads a page that shows that; only for other lines the block is put together anew, in runs as long as possible. What has not changed is
 * not touched.
 */
export class LineBlock {
  readonly #memory: PageMemory;
  readonly #name: Uint8Array;
  readonly #number: FixedPoint;
  /** As they are on the last page; `NaN` for lines that are left out. */
  readonly #values: Float64Array;
  /** Where each value begins, and where its line ends; both the end of the line before for one that is left out. */
  readonly #valueAt: Uint32Array;
  readonly #endAt: Uint32Array;
  #bytes: Buffer = NOTHING;
  /** What the bytes are the beginning of, and the first page that shows them. */
  #whole: Buffer = NOTHING;
  #since = 0;
  #lines = 0;

  constructor(name: string, number: FixedPoint, size: number, memory: PageMemory) {
    this.#memory = memory;
    this.#name = Buffer.from(name);
    this.#number = number;
    this.#values = new Float64Array(size).fill(Number.NaN);
    this.#valueAt = new Uint32Array(size);
    this.#endAt = new Uint32Array(size);
    if (uneven.length >= size) return;
    changed = new Uint16Array(size);
    uneven = new Uint8Array(size);
  }

  /** Lines in it: those whose value is known. */
  get lines(): number {
    return this.#lines;
  }

  /** As of the last update. They stay what they are as long as the page lasts that shows them. */
  get bytes(): Buffer {
    return this.#bytes;
  }

  /**
   * Takes the values from `from` on; `NaN` leaves a line out. Only of the lines from `first` to below `end`: on the first page, where all
   * lines are new and no code is compiled yet, all at once would take too long.
   */
  update(values: Float64Array, from: number, labels: NewLabels, first = 0, end = this.#values.length): void {
    const { others } = labels;
    const known = this.#values;
    let count = 0;
    let left = 0;
    for (let i = first; i < end; i++) {
      const value = values[from + i]!;
      const old = known[i]!;
      if (others[i] === 1) {
        known[i] = value;
        if (!(Number.isNaN(old) && Number.isNaN(value))) left += this.#takeOver(i, old, labels);
      } else if (value !== old) {
        known[i] = value;
        const wasKnown = !Number.isNaN(old);
        const isKnown = !Number.isNaN(value);
        if (wasKnown && isKnown) changed[count++] = i;
        else if (wasKnown || isKnown) {
          uneven[i] = 1;
          left++;
        }
      }
    }
    if (count > 0) {
      const text = { bytes: this.#own(), beginAt: this.#valueAt, endAt: this.#endAt };
      left += this.#number.overwrite(known, changed, count, text, uneven);
    }
    if (left > 0) this.#assemble(labels);
  }

  /** Writes a line whose owner is another over the one before; tells 1, and says so, when that is longer or shorter. */
  #takeOver(line: number, old: number, labels: NewLabels): 0 | 1 {
    const value = this.#values[line]!;
    const end = this.#endAt[line]! - 1;
    const units = Number.isNaN(old) ? -1 : this.#number.units(value);
    const isAsLong = units >= 0 && this.#number.length(units) === end - this.#valueAt[line]!;
    if (!isAsLong || !this.#fits(line, labels)) {
      uneven[line] = 1;
      return 1;
    }
    const bytes = this.#own();
    this.#number.write(units, bytes, end);
    labels.copy(line, bytes, this.#valueAt[line]! - labels.length(line));
    return 0;
  }

  /** Whether the labels of a line's new owner are as long as those of the one before. */
  #fits(line: number, labels: NewLabels): boolean {
    const begin = line === 0 ? 0 : this.#endAt[line - 1]!;
    return this.#valueAt[line]! - begin === this.#name.length + labels.length(line);
  }

  /** The bytes, which no page shows. */
  #own(): Buffer {
    if (this.#memory.isShown(this.#since)) this.#replace(this.#bytes, this.#bytes.length);
    else this.#since = this.#memory.page;
    return this.#bytes;
  }

  /** Replaces the bytes by the first of others: where they are if nobody reads that and it is large enough. */
  #replace(by: Buffer, length: number): void {
    if (this.#memory.isShown(this.#since) || this.#whole.length < length) {
      if (this.#whole.length > 0) this.#memory.give(this.#whole, this.#since);
      this.#whole = this.#memory.take(length);
    }
    this.#since = this.#memory.page;
    this.#whole.set(by.length === length ? by : by.subarray(0, length));
    if (this.#bytes.buffer !== this.#whole.buffer || this.#bytes.length !== length) {
      this.#bytes = this.#whole.subarray(0, length);
    }
  }

  /** Puts the block together where the uneven lines are written anew. */
  #assemble(labels: NewLabels): void {
    const { others } = labels;
    const old = this.#bytes.length;
    const most = old + this.#newBytes(labels);
    if (scratch.length < most + old) scratch = Buffer.allocUnsafeSlow((most + old) * 2);
    const bytes = scratch;
    // Behind what will be written, so that lines are copied within one piece of memory.
    bytes.set(this.#bytes, most);
    /** Up to where there is a new line, from where the old one was not copied yet, and where the line before ended. */
    let end = 0;
    let from = 0;
    let before = 0;
    let lines = 0;
    for (let i = 0; i < this.#values.length; i++) {
      const lineEnd = this.#endAt[i]!;
      const value = this.#values[i]!;
      const isShown = !Number.isNaN(value);
      if (isShown) lines++;
      if (uneven[i] === 0) {
        this.#valueAt[i]! += end - from;
        this.#endAt[i] = lineEnd + end - from;
      } else {
        uneven[i] = 0;
        const isKept = lineEnd > before && isShown && others[i] === 0;
        const to = isKept ? this.#valueAt[i]! : before;
        if (to > from) {
          bytes.copyWithin(end, most + from, most + to);
          end += to - from;
        }
        from = lineEnd;
        if (isShown && !isKept) end = this.#writeHead(labels, i, bytes, end);
        this.#valueAt[i] = end;
        if (isShown) {
          end = this.#writeValue(value, bytes, end);
          bytes[end++] = NEWLINE;
        }
        this.#endAt[i] = end;
      }
      before = lineEnd;
    }
    bytes.copyWithin(end, most + from, most + old);
    this.#lines = lines;
    this.#replace(bytes, end + old - from);
  }

  #writeHead(labels: NewLabels, line: number, bytes: Buffer, at: number): number {
    bytes.set(this.#name, at);
    labels.copy(line, bytes, at + this.#name.length);
    return at + this.#name.length + labels.length(line);
  }

  #writeValue(value: number, bytes: Buffer, at: number): number {
    const units = this.#number.units(value);
    if (units < 0) return at + bytes.write(this.#number.text(value), at, 'latin1');
    const end = at + this.#number.length(units);
    this.#number.write(units, bytes, end);
    return end;
  }

  /** How many bytes the block grows by at most. */
  #newBytes(labels: NewLabels): number {
    let bytes = 0;
    for (let i = 0; i < this.#values.length; i++) {
      if (uneven[i] === 0 || Number.isNaN(this.#values[i]!)) continue;
      bytes += NUMBER_BYTES + 1;
      const isThere = this.#endAt[i]! > (i === 0 ? 0 : this.#endAt[i - 1]!);
      if (!isThere || labels.others[i] === 1) bytes += this.#name.length + labels.length(i);
    }
    return bytes;
  }
}
