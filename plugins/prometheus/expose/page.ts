import { promisify } from 'node:util';
import { constants, gzip } from 'node:zlib';
import type { Format } from './format.js';

const compress = promisify(gzip);

/** Pieces handed on before the event loop turns; together about half a megabyte. */
const PIECES_PER_TURN = 8;

/** One finished rendering. Compressed once, and only when a reader wants that. */
export class Page {
  readonly format: Format;
  readonly series: number;
  /** Size in bytes. */
  readonly length: number;
  readonly #chunks: readonly Buffer[];
  #compressed: Promise<Buffer> | undefined;

  constructor(format: Format, chunks: readonly Buffer[], series: number) {
    this.format = format;
    this.series = series;
    this.#chunks = chunks;
    this.length = chunks.reduce((sum, { length }) => sum + length, 0);
  }

  /** In pieces, with turns of the event loop between them: a reader that is always ready would take all of them in one. */
  body(): ReadableStream<Uint8Array> {
    const chunks = this.#chunks.values();
    let handed = 0;
    return new ReadableStream<Uint8Array>({
      async pull(controller) {
        if (++handed % PIECES_PER_TURN === 0) await new Promise<void>((resolve) => setImmediate(resolve));
        const { value, done } = chunks.next();
        if (done === true) controller.close();
        // Each reader gets its own view: one may be handed on with its memory, and then others would read nothing.
        else controller.enqueue(new Uint8Array(value));
      },
    });
  }

  /** In the thread pool, with the least effort: text like this shrinks to a tenth all the same. */
  compressed(): Promise<Buffer> {
    this.#compressed ??= compress(Buffer.concat(this.#chunks), { level: constants.Z_BEST_SPEED });
    return this.#compressed;
  }
}
