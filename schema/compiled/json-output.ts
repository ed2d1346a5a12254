import { BLOCK, type Blocks } from './blocks.js';
import { MOST_NUMBER_BYTES, writeNumber } from './number-bytes.js';

/** Characters up to which a loop is quicker than a call into Node.js. */
const SHORT = 32;
/** Bytes that a character, as JavaScript counts them, takes at most in UTF-8. */
const MOST_BYTES = 3;

/** An answer's JSON: the parts of a long one as bytes, or the text of a short one. */
export interface Written {
  readonly parts: readonly Buffer[];
  readonly rest: string;
  /** Lets other answers be written where the parts are. To be called when nobody will look at them again, or not at all. */
  readonly release: () => void;
}

/** Where the text of an answer is written, as bytes of UTF-8 from the beginning: each character is moved once, and none is garbage. */
export class JsonOutput {
  readonly #blocks: Blocks;
  /** All blocks that are written to. */
  readonly #taken: Buffer[] = [];
  readonly #parts: Buffer[] = [];
  #block: Buffer;
  #at = 0;
  /** Bytes in all parts. */
  #before = 0;

  constructor(blocks: Blocks) {
    this.#blocks = blocks;
    this.#block = this.#takeBlock();
  }

  /** Bytes that were written. */
  get length(): number {
    return this.#before + this.#at;
  }

  /** What was written, to be copied before anything else is done. */
  get pieces(): readonly Buffer[] {
    return [...this.#parts, this.#block.subarray(0, this.#at)];
  }

  /** One character of ASCII. */
  byte(code: number): void {
    if (this.#at === BLOCK) this.#setAside();
    this.#block[this.#at++] = code;
  }

  /** Text of ASCII. */
  ascii(text: string): void {
    const { length } = text;
    if (length > SHORT) {
      this.text(text);
      return;
    }
    if (this.#at + length > BLOCK) this.#setAside();
    const block = this.#block;
    let at = this.#at;
    for (let i = 0; i < length; i++) block[at++] = text.charCodeAt(i);
    this.#at = at;
  }

  /** Any text without lone surrogates. */
  text(text: string): void {
    const most = text.length * MOST_BYTES;
    if (this.#at + most > BLOCK) {
      this.#setAside();
      if (most > BLOCK) {
        this.#keep(Buffer.from(text));
        return;
      }
    }
    this.#at += this.#block.write(text, this.#at);
  }

  /** A finite number. */
  number(value: number): void {
    if (this.#at + MOST_NUMBER_BYTES > BLOCK) this.#setAside();
    const end = writeNumber(value, this.#block, this.#at);
    if (end === -1) this.ascii(`${value}`);
    else this.#at = end;
  }

  /** Bytes that are text already. */
  bytes(source: Buffer, from: number, to: number): void {
    const length = to - from;
    if (this.#at + length > BLOCK) {
      this.#setAside();
      if (length > BLOCK) {
        this.#keep(Buffer.from(source.subarray(from, to)));
        return;
      }
    }
    const at = this.#at;
    if (length > SHORT) {
      source.copy(this.#block, at, from, to);
    } else {
      const block = this.#block;
      for (let i = 0; i < length; i++) block[at + i] = source[from + i]!;
    }
    this.#at = at + length;
  }

  /** All of it as text if it fits into one block, and else its parts. Nothing can be written any more. */
  end(): Written {
    if (this.#parts.length === 0) {
      const rest = this.#block.toString('utf8', 0, this.#at);
      this.release();
      return { parts: [], rest, release: () => undefined };
    }
    if (this.#at > 0) this.#keep(this.#block.subarray(0, this.#at));
    return { parts: this.#parts, rest: '', release: () => this.release() };
  }

  /** Lets others write where this was written. To be called when nothing is written any more, nor read; a second call does nothing. */
  release(): void {
    for (const block of this.#taken.splice(0)) this.#blocks.give(block);
  }

  #takeBlock(): Buffer {
    const block = this.#blocks.take();
    this.#taken.push(block);
    return block;
  }

  #setAside(): void {
    if (this.#at === 0) return;
    this.#keep(this.#block.subarray(0, this.#at));
    this.#block = this.#takeBlock();
    this.#at = 0;
  }

  #keep(part: Buffer): void {
    this.#parts.push(part);
    this.#before += part.length;
  }
}
