import { promisify } from 'node:util';
import { constants, gzip } from 'node:zlib';
import type { Format } from './format.js';

const compress = promisify(gzip);

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

  /** In pieces, so that a large page is never copied in one turn. */
  body(): ReadableStream<Uint8Array> {
    const chunks = this.#chunks.values();
    return new ReadableStream<Uint8Array>({
      pull(controller) {
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
