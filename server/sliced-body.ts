import { Readable } from 'node:stream';

/** Bytes that are handed on in one turn of the event loop at most. */
export const SLICE = 524_288;

/** Bytes that are ready, handed on as fast as the reader takes them, without holding up the event loop. */
export class SlicedBody extends Readable {
  readonly #parts: readonly Buffer[];
  #next = 0;
  #inThisTurn = 0;

  constructor(parts: readonly Buffer[]) {
    super();
    this.#parts = parts;
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
