import { NUMBER_BYTES, writeNumber } from '../series/number-bytes.js';

const NEWLINE = 10;
const NOTHING = Buffer.alloc(0);
/** Where blocks are put together: nobody keeps it longer than one call. Grows to what the largest block needs. */
let scratch = Buffer.alloc(0);

/**
 * The lines of one metric for some entities, as bytes. What stands before the values never changes and is copied from the last
 * page; only numbers are printed, and a block without a changed value is the one of the last page.
 */
export class LineBlock {
  readonly #before: (entity: number) => string;
  readonly #values: Float64Array;
  /** Where each line begins, and its value; equal for a line that is left out. */
  readonly #lineAt: Uint32Array;
  readonly #valueAt: Uint32Array;
  #bytes: Buffer = NOTHING;
  #lines = 0;

  /** `before` gives what stands before the value of an entity. */
  constructor(entities: number, before: (entity: number) => string) {
    this.#before = before;
    this.#values = new Float64Array(entities).fill(Number.NaN);
    this.#lineAt = new Uint32Array(entities);
    this.#valueAt = new Uint32Array(entities);
  }

  /** Lines in it: entities whose value is known. */
  get lines(): number {
    return this.#lines;
  }

  /** The block with these values; `NaN` leaves a line out. What was given before never changes. */
  update(values: Float64Array): Buffer {
    if (this.#isSame(values)) return this.#bytes;
    const old = this.#bytes;
    const most = old.length + values.length * (NUMBER_BYTES + 1) + this.#newBytes(values);
    if (scratch.length < most + old.length) scratch = Buffer.allocUnsafeSlow((most + old.length) * 2);
    const bytes = scratch;
    // Behind what will be written, so that lines are copied within one piece of memory.
    bytes.set(old, most);
    let end = 0;
    let lines = 0;
    for (let i = 0; i < values.length; i++) {
      const value = values[i]!;
      const from = this.#lineAt[i]!;
      const length = this.#valueAt[i]! - from;
      this.#lineAt[i] = end;
      if (!Number.isNaN(value)) {
        if (length > 0) bytes.copyWithin(end, most + from, most + from + length);
        end += length > 0 ? length : bytes.write(this.#before(i), end);
        this.#valueAt[i] = end;
        end = writeNumber(value, bytes, end);
        bytes[end++] = NEWLINE;
        lines++;
      } else {
        this.#valueAt[i] = end;
      }
      this.#values[i] = value;
    }
    this.#lines = lines;
    this.#bytes = Buffer.allocUnsafeSlow(end);
    bytes.copy(this.#bytes, 0, 0, end);
    return this.#bytes;
  }

  #isSame(values: Float64Array): boolean {
    for (let i = 0; i < values.length; i++) {
      const value = values[i]!;
      const old = this.#values[i]!;
      if (value !== old && !(Number.isNaN(value) && Number.isNaN(old))) return false;
    }
    return true;
  }

  /** Bytes of what stands before values that were not known until now. */
  #newBytes(values: Float64Array): number {
    let bytes = 0;
    for (let i = 0; i < values.length; i++) {
      if (this.#valueAt[i] === this.#lineAt[i] && !Number.isNaN(values[i])) bytes += Buffer.byteLength(this.#before(i));
    }
    return bytes;
  }
}
