/** Pieces handed on before the event loop turns; together about half a megabyte. */
const PIECES_PER_TURN = 8;

/** Bytes that are never put together into one buffer: to copy a large page would hold the event loop. */
export class Pieces {
  /** Size in bytes. */
  readonly length: number;
  readonly #buffers: readonly Buffer[];

  constructor(buffers: readonly Buffer[]) {
    this.#buffers = buffers;
    this.length = buffers.reduce((sum, { length }) => sum + length, 0);
  }

  [Symbol.iterator](): IterableIterator<Buffer> {
    return this.#buffers.values();
  }

  /**
   * With turns of the event loop between them: a reader that is always ready would take all of them in one. `ended` is called once, when
   * all are read or the reader has given up.
   */
  stream(ended: () => void = () => {}): ReadableStream<Uint8Array> {
    const buffers = this.#buffers.values();
    let handed = 0;
    return new ReadableStream<Uint8Array>({
      async pull(controller) {
        if (++handed % PIECES_PER_TURN === 0) await new Promise<void>((resolve) => setImmediate(resolve));
        const { value, done } = buffers.next();
        if (done === true) {
          controller.close();
          ended();
          // Each reader gets its own copy: nobody tells when a socket has done with one.
        } else controller.enqueue(new Uint8Array(value));
      },
      cancel: ended,
    });
  }
}
