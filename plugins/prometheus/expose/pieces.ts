import type { Clock } from '../../../core/index.js';

/** How long pieces are handed on before the event loop turns, ms: what their reader does with them at once included. */
const TURN_MS = 0.5;

/** What streams were made of. */
const SOURCES = new WeakMap<ReadableStream, Pieces>();

/** Bytes that are never put together into one buffer: to copy a large page would hold the event loop. */
export class Pieces {
  /** Size in bytes. */
  readonly length: number;
  readonly #buffers: readonly Buffer[];

  constructor(buffers: readonly Buffer[]) {
    this.#buffers = buffers;
    this.length = buffers.reduce((sum, { length }) => sum + length, 0);
  }

  /**
   * What a stream was made of, for who can tell when nobody reads the bytes any more, and cancels the stream then; `undefined` for a stream
   * of another's.
   */
  static of(stream: ReadableStream): Pieces | undefined {
    return SOURCES.get(stream);
  }

  [Symbol.iterator](): IterableIterator<Buffer> {
    return this.#buffers.values();
  }

  /**
   * With turns of the event loop between them: a reader that is always ready would take all of them in one. The first comes in another turn
   * too, for whoever asks has used up this one.
   */
  async *inTurns(clock: Clock): AsyncGenerator<Buffer, undefined> {
    let began = -Infinity;
    for (const buffer of this.#buffers) {
      if (clock.monotonic() - began >= TURN_MS) {
        await new Promise<void>((resolve) => setImmediate(resolve));
        began = clock.monotonic();
      }
      yield buffer;
    }
    return undefined;
  }

  /** The same as a stream. `ended` is called once, when all are read or the reader has given up. */
  stream(clock: Clock, ended: () => void = () => {}): ReadableStream<Uint8Array> {
    const buffers = this.inTurns(clock);
    const source: UnderlyingDefaultSource<Uint8Array> = {
      async pull(controller) {
        const { value } = await buffers.next();
        if (value === undefined) {
          controller.close();
          ended();
          // Each reader gets its own copy: nobody tells when a socket has done with one.
        } else controller.enqueue(new Uint8Array(value));
      },
      cancel: ended,
    };
    // Nothing is copied that nobody has asked for.
    const stream = new ReadableStream(source, { highWaterMark: 0 });
    SOURCES.set(stream, this);
    return stream;
  }
}
