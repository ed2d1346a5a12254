import { Readable } from 'node:stream';
import type { Held, Holdings } from './holdings.js';

/** Bytes that are handed on in one turn of the event loop at most. */
export const SLICE = 524_288;

/** Bytes that are ready, handed on as fast as the reader takes them, without holding up the event loop. */
export class SlicedBody extends Readable implements Held {
  readonly #parts: readonly Buffer[];
  #next = 0;
  #inThisTurn = 0;

  /** `holdings`: of whoever reads it. */
  constructor(parts: readonly Buffer[], holdings?: Holdings) {
    super();
    this.#parts = parts;
    holdings?.add(this);
    this.once('close', () => holdings?.delete(this));
  }

  /** All of it until its end: the memory is used again as a whole. */
  get heldBytes(): number {
    return this.destroyed ? 0 : this.#parts.reduce((sum, { length }) => sum + length, 0);
  }

  release(): void {
    this.destroy();
  }

  override _read(): void {
    if (this.#inThisTurn < SLICE) {
      this.#give();
    } else {
      this.#inThisTurn = 0;
      setImmediate(() => this.#give());
    }
  }

  #give(): void {
    const part = this.#parts[this.#next++];
    this.#inThisTurn += part?.length ?? 0;
    this.push(part ?? null);
  }
}
