const BEGIN = Buffer.from('{id="');
/** Bytes that a character of a string takes at most in UTF-8. */
const MOST_BYTES = 3;
const FIRST_CAPACITY = 65_536;

/**
 * The labels of a number of lines side by side in one piece of memory, while those lines are written: on the first page there are ten
 * thousands of them, and an object and a text for each would be garbage of megabytes, collected in a turn of its own.
 */
export class LabelBytes {
  readonly #beginAt: Uint32Array;
  /** 0 for a line that has none yet. */
  readonly #endAt: Uint32Array;
  #bytes: Buffer = Buffer.alloc(0);
  #end = 0;

  constructor(lines: number) {
    this.#beginAt = new Uint32Array(lines);
    this.#endAt = new Uint32Array(lines);
  }

  has(line: number): boolean {
    return this.#endAt[line] !== 0;
  }

  /** `id` is the text between the quotation marks of the first label, `rest` what follows it up to the blank before the value. */
  add(line: number, id: string, rest: Uint8Array): void {
    const begin = this.#end;
    this.#reserve(BEGIN.length + id.length * MOST_BYTES + rest.length);
    const bytes = this.#bytes;
    bytes.set(BEGIN, begin);
    const at = begin + BEGIN.length;
    const end = at + bytes.write(id, at);
    bytes.set(rest, end);
    this.#beginAt[line] = begin;
    this.#end = end + rest.length;
    this.#endAt[line] = this.#end;
  }

  length(line: number): number {
    return this.#endAt[line]! - this.#beginAt[line]!;
  }

  /** Copies those of a line to `into[at]` and so on. */
  copy(line: number, into: Uint8Array, at: number): void {
    this.#bytes.copy(into, at, this.#beginAt[line], this.#endAt[line]);
  }

  clear(): void {
    if (this.#end === 0) return;
    this.#endAt.fill(0);
    this.#end = 0;
  }

  #reserve(bytes: number): void {
    const least = this.#end + bytes;
    if (this.#bytes.length >= least) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(FIRST_CAPACITY, least * 2));
    larger.set(this.#bytes.subarray(0, this.#end));
    this.#bytes = larger;
  }
}
