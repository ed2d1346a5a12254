import type { PageMemory } from '../expose/page-memory.js';
import { NUMBER_BYTES, writeNumber } from '../series/number-bytes.js';

const NEWLINE = 10;
const NOTHING = Buffer.alloc(0);

/** What stands before the values of a group's lines, where that is not on the last page or was another's. */
export interface NewLabels {
  /** Whether the line now belongs to another, so that what is kept of it is of no use. */
  isOther(line: number): boolean;
  /** From the opening brace to the blank before the value; made when first asked for. */
  bytes(line: number): Uint8Array;
}

/** Where blocks are put together: nobody keeps it longer than one call. Grows to what the largest block needs. */
let scratch = Buffer.alloc(0);
/** The numbers of one block, and how long each is; 0 where the line stays as it is. */
let numbers = new Uint8Array(0);
let lengths = new Uint8Array(0);

/** Of a line without a value. */
const NO_NUMBER = 255;

/**
 * The lines of one metric for a number of entities, as bytes. What stands before the values is copied from the last page, in runs as
 * long as nothing in between gets longer or shorter; only values that are other ones are printed; and a block without any is the one of
 * the last page.
 */
export class LineBlock {
  readonly #memory: PageMemory;
  readonly #name: Uint8Array;
  readonly #values: Float64Array;
  /** Where each value begins, and where its line ends; both the end of the line before for one that is left out. */
  readonly #valueAt: Uint32Array;
  readonly #endAt: Uint32Array;
  #bytes: Buffer = NOTHING;
  /** What the bytes are the beginning of, and the first page that shows them. */
  #whole: Buffer = NOTHING;
  #since = 0;
  #lines = 0;

  constructor(name: string, size: number, memory: PageMemory) {
    this.#memory = memory;
    this.#name = Buffer.from(name);
    this.#values = new Float64Array(size).fill(Number.NaN);
    this.#valueAt = new Uint32Array(size);
    this.#endAt = new Uint32Array(size);
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
    const size = this.#values.length;
    if (lengths.length < size) {
      lengths = new Uint8Array(size);
      numbers = new Uint8Array(size * NUMBER_BYTES);
    }
    const change = this.#print(values, from, labels);
    if (change === 'none') return;
    const before = this.#whole;
    if (change === 'digits') this.#patch();
    else this.#assemble(labels);
    if (before.length > 0) this.#memory.give(before, this.#since);
    this.#since = this.#memory.page;
  }

  /** Prints the values that are other ones. `digits`: every line is as long as it was. */
  #print(values: Float64Array, from: number, labels: NewLabels): 'none' | 'digits' | 'lines' {
    let change: 'none' | 'digits' | 'lines' = 'none';
    let begin = 0;
    for (let i = 0; i < this.#values.length; i++) {
      const value = values[from + i]!;
      const old = this.#values[i]!;
      const isThere = this.#endAt[i]! > begin;
      begin = this.#endAt[i]!;
      const isOther = labels.isOther(i);
      lengths[i] = 0;
      if (!isOther && (value === old || (Number.isNaN(value) && Number.isNaN(old)))) continue;
      this.#values[i] = value;
      if (Number.isNaN(value)) {
        if (!isThere) continue;
        lengths[i] = NO_NUMBER;
        change = 'lines';
        continue;
      }
      const at = i * NUMBER_BYTES;
      const length = writeNumber(value, numbers, at) - at;
      lengths[i] = length;
      if (isOther || !isThere || length !== begin - 1 - this.#valueAt[i]!) change = 'lines';
      else if (change === 'none') change = 'digits';
    }
    return change;
  }

  #patch(): void {
    const bytes = this.#renew(this.#bytes, this.#bytes.length);
    for (let i = 0; i < this.#values.length; i++) {
      const length = lengths[i]!;
      if (length > 0) writeDigits(i, length, bytes, this.#valueAt[i]!);
    }
  }

  /** Replaces the bytes by the first of others, in memory of their own. */
  #renew(by: Uint8Array, length: number): Buffer {
    this.#whole = this.#memory.take(length);
    this.#bytes = this.#whole.subarray(0, length);
    this.#bytes.set(by.length === length ? by : by.subarray(0, length));
    return this.#bytes;
  }

  #assemble(labels: NewLabels): void {
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
      const length = lengths[i]!;
      const lineEnd = this.#endAt[i]!;
      if (length === 0) {
        if (lineEnd > before) lines++;
        this.#valueAt[i]! += end - from;
        this.#endAt[i]! = lineEnd + end - from;
      } else {
        const isKept = lineEnd > before && length !== NO_NUMBER && !labels.isOther(i);
        const to = isKept ? this.#valueAt[i]! : before;
        if (to > from) {
          bytes.copyWithin(end, most + from, most + to);
          end += to - from;
        }
        from = lineEnd;
        if (length !== NO_NUMBER) {
          if (!isKept) end = this.#writeHead(labels.bytes(i), bytes, end);
          this.#valueAt[i] = end;
          end = writeDigits(i, length, bytes, end);
          bytes[end++] = NEWLINE;
          lines++;
        } else this.#valueAt[i] = end;
        this.#endAt[i] = end;
      }
      before = lineEnd;
    }
    bytes.copyWithin(end, most + from, most + old);
    end += old - from;
    this.#lines = lines;
    this.#renew(bytes, end);
  }

  #writeHead(labels: Uint8Array, bytes: Buffer, at: number): number {
    bytes.set(this.#name, at);
    bytes.set(labels, at + this.#name.length);
    return at + this.#name.length + labels.length;
  }

  /** How many bytes the block grows by at most. */
  #newBytes(labels: NewLabels): number {
    let bytes = 0;
    let before = 0;
    for (let i = 0; i < this.#values.length; i++) {
      const length = lengths[i]!;
      const isThere = this.#endAt[i]! > before;
      before = this.#endAt[i]!;
      if (length === 0 || length === NO_NUMBER) continue;
      bytes += length + 1;
      if (!isThere || labels.isOther(i)) bytes += this.#name.length + labels.bytes(i).length;
    }
    return bytes;
  }
}

/** Copies a printed number; tells where it ends. */
function writeDigits(line: number, length: number, bytes: Uint8Array, at: number): number {
  const from = line * NUMBER_BYTES;
  for (let i = 0; i < length; i++) bytes[at + i] = numbers[from + i]!;
  return at + length;
}
