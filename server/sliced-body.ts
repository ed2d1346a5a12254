import { Readable } from 'node:stream';
import { brotliCompressSync, brotliDecompressSync, constants } from 'node:zlib';
import type { Held, Holdings } from './holdings.js';

/** Bytes that are handed on in one turn of the event loop at most. */
export const SLICE = 524_288;
/** Parts that are packed in one turn; about 1 ms. */
const PACKED_PER_TURN = 8;
/** The quickest: text of ids and numbers gets to a fifth by it, and hardly below that by any other. */
const QUICKEST = { params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MIN_QUALITY + 1 } };

interface Part {
  readonly bytes: Buffer;
  readonly packed: boolean;
}

/**
 * Bytes that are ready, handed on as fast as the reader takes them, without holding up the event loop. For a reader who is slow they are
 * packed, and unpacked as it takes them.
 */
export class SlicedBody extends Readable implements Held {
  /** In order; what is handed on is left out. */
  readonly #parts: (Part | undefined)[];
  #release: (() => void) | undefined;
  #next = 0;
  #handedOn = 0;
  #inThisTurn = 0;
  #packing = false;

  /** `holdings`: of whoever reads it. `release`: lets others write where the parts are, see `finished`. */
  constructor(parts: readonly Buffer[], { holdings, release }: { holdings?: Holdings; release?: () => void } = {}) {
    super();
    this.#parts = parts.map((bytes) => ({ bytes, packed: false }));
    this.#release = release;
    holdings?.add(this);
    this.once('close', () => holdings?.delete(this));
  }

  /** What is not handed on yet, or all of it where the memory is used again as a whole. */
  get heldBytes(): number {
    const rest = this.#parts.reduce((sum, part) => sum + (part?.bytes.length ?? 0), 0);
    return this.#release === undefined ? rest : rest + this.#handedOn;
  }

  release(): void {
    this.destroy();
  }

  /** To be called when nobody will look at what was handed on any more. */
  finished(): void {
    this.#release?.();
    this.#release = undefined;
  }

  shrink(): void {
    if (this.#packing || this.destroyed) return;
    this.#packing = true;
    // What is on its way stands in the same memory, so that cannot be used again.
    this.#release = undefined;
    this.#pack(this.#parts.length - 1);
  }

  override _read(): void {
    if (this.#inThisTurn < SLICE) {
      this.#give();
    } else {
      this.#inThisTurn = 0;
      setImmediate(() => this.#give());
    }
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#parts.length = 0;
    this.#handedOn = 0;
    done(error);
  }

  /** From the end on: what is wanted next is packed last. */
  #pack(last: number): void {
    const until = Math.max(last - PACKED_PER_TURN, this.#next - 1);
    for (let at = last; at > until; at--) {
      const part = this.#parts[at];
      if (part !== undefined) this.#parts[at] = { bytes: pack(part.bytes), packed: true };
    }
    if (until >= this.#next) setImmediate(() => this.#pack(until));
  }

  #give(): void {
    if (this.destroyed) return;
    const part = this.#parts[this.#next];
    if (part === undefined) {
      this.push(null);
      return;
    }
    this.#parts[this.#next++] = undefined;
    const bytes = part.packed ? brotliDecompressSync(part.bytes) : part.bytes;
    this.#handedOn += bytes.length;
    this.#inThisTurn += bytes.length;
    this.push(bytes);
  }
}

function pack(bytes: Buffer): Buffer {
  // It comes in a piece of memory that is much larger.
  return Buffer.concat([brotliCompressSync(bytes, QUICKEST)]);
}
