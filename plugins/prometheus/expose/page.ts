import { promisify } from 'node:util';
import { constants, gzip } from 'node:zlib';
import type { Format } from './format.js';

const compress = promisify(gzip);

/** One finished rendering. Compressed once, and only when a reader wants that. */
export class Page {
  readonly format: Format;
  readonly body: Buffer;
  readonly series: number;
  #compressed: Promise<Buffer> | undefined;

  constructor(format: Format, body: Buffer, series: number) {
    this.format = format;
    this.body = body;
    this.series = series;
  }

  /** In the thread pool, with the least effort: text like this shrinks to a tenth all the same. */
  compressed(): Promise<Buffer> {
    this.#compressed ??= compress(this.body, { level: constants.Z_BEST_SPEED });
    return this.#compressed;
  }
}
