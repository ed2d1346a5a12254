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
  /** From the opening brace to the blank before the value; made when first asked for. */
  bytes(line: number): Uint8Array;
}

/** Where blocks are put together: nobody keeps it longer than one call. Grows to what the largest block needs. */
let scratch = Buffer.alloc(0);
/** Lines of one block whose length changes. */
let uneven = new Uint16Array(0);

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
    if (uneven.length < size) uneven = new Uint16Array(size);
  }

  /** Lines in it: those whose value is known. */
  get lines(): number {
    return this.#lines;
  }

  /** As of the last update. They stay what they are as long as the page lasts that shows them. */
  get bytes(): Buffer {
    return this.#bytes;
  }

  /** Takes the values from `from` on; `NaN` leaves a line out. */
  update(values: Float64Array, from: number, labels: NewLabels): void {
    const { others } = labels;
    const number = this.#number;
    const known = this.#values;
    const valueAt = this.#valueAt;
    const endAt = this.#endAt;
    let bytes: Buffer | null = null;
    let count = 0;
    for (let i = 0; i < known.length; i++) {
      const value = values[from + i]!;
      const old = known[i]!;
      if (value === old && others[i] === 0) continue;
      const isThere = !Number.isNaN(old);
      if (!isThere && Number.isNaN(value)) continue;
      known[i] = value;
      const end = endAt[i]! - 1;
      // -1 for NaN too.
      const units = isThere ? number.units(value) : -1;
      if (units < 0 || number.length(units) !== end - valueAt[i]! || (others[i] === 1 && !this.#fits(i, labels))) {
        uneven[count++] = i;
        continue;
      }
      bytes ??= this.#own();
      number.write(units, bytes, end);
      if (others[i] === 1) {
        const itsLabels = labels.bytes(i);
        bytes.set(itsLabels, valueAt[i]! - itsLabels.length);
      }
    }
    if (count > 0) this.#assemble(count, labels);
  }

  /** Whether the labels of a line's new owner are as long as those of the one before. */
  #fits(line: number, labels: NewLabels): boolean {
    const begin = line === 0 ? 0 : this.#endAt[line - 1]!;
    return this.#valueAt[line]! - begin === this.#name.length + labels.bytes(line).length;
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

  /** Puts the block together where the first `count` of the uneven lines are written anew. */
  #assemble(count: number, labels: NewLabels): void {
    const { others } = labels;
    const old = this.#bytes.length;
    const most = old + this.#newBytes(count, labels);
    if (scratch.length < most + old) scratch = Buffer.allocUnsafeSlow((most + old) * 2);
    const bytes = scratch;
    // Behind what will be written, so that lines are copied within one piece of memory.
    bytes.set(this.#bytes, most);
    /** Up to where there is a new line, from where the old one was not copied yet, and where the line before ended. */
    let end = 0;
    let from = 0;
    let before = 0;
    let lines = 0;
    for (let i = 0, next = 0; i < this.#values.length; i++) {
      const lineEnd = this.#endAt[i]!;
      const value = this.#values[i]!;
      const isShown = !Number.isNaN(value);
      if (isShown) lines++;
      if (next === count || uneven[next] !== i) {
        this.#valueAt[i]! += end - from;
        this.#endAt[i] = lineEnd + end - from;
      } else {
        next++;
        const isKept = lineEnd > before && isShown && others[i] === 0;
        const to = isKept ? this.#valueAt[i]! : before;
        if (to > from) {
          bytes.copyWithin(end, most + from, most + to);
          end += to - from;
        }
        from = lineEnd;
        if (isShown && !isKept) end = this.#writeHead(labels.bytes(i), bytes, end);
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

  #writeHead(labels: Uint8Array, bytes: Buffer, at: number): number {
    bytes.set(this.#name, at);
    bytes.set(labels, at + this.#name.length);
    return at + this.#name.length + labels.length;
  }

  #writeValue(value: number, bytes: Buffer, at: number): number {
    const units = this.#number.units(value);
    if (units < 0) return at + bytes.write(this.#number.text(value), at, 'latin1');
    const end = at + this.#number.length(units);
    this.#number.write(units, bytes, end);
    return end;
  }

  /** How many bytes the block grows by at most. */
  #newBytes(count: number, labels: NewLabels): number {
    let bytes = 0;
    for (let next = 0; next < count; next++) {
      const i = uneven[next]!;
      if (Number.isNaN(this.#values[i]!)) continue;
      bytes += NUMBER_BYTES + 1;
      const isThere = this.#endAt[i]! > (i === 0 ? 0 : this.#endAt[i - 1]!);
      if (!isThere || labels.others[i] === 1) bytes += this.#name.length + labels.bytes(i).length;
    }
    return bytes;
  }
}
