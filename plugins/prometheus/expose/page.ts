import { Readable } from 'node:stream';
import { constants, createGzip } from 'node:zlib';
import type { Format } from './format.js';
import { Pieces } from './pieces.js';

/** Size of what comes out of the compressor at a time: the larger, the fewer calls. */
const COMPRESSED_PIECE = 65_536;

/** One finished rendering. Compressed once, and only when a reader wants that. */
export class Page {
  readonly format: Format;
  readonly series: number;
  readonly plain: Pieces;
  #compressed: Promise<Pieces> | undefined;

  constructor(format: Format, chunks: readonly Buffer[], series: number) {
    this.format = format;
    this.series = series;
    this.plain = new Pieces(chunks);
  }

  /** In the thread pool piece by piece, with the least effort: text like this shrinks to a tenth all the same. */
  compressed(): Promise<Pieces> {
    this.#compressed ??= gzipped(this.plain);
    return this.#compressed;
  }
}

async function gzipped(plain: Pieces): Promise<Pieces> {
  const gzip = createGzip({ level: constants.Z_BEST_SPEED, chunkSize: COMPRESSED_PIECE });
  const pieces: Buffer[] = [];
  for await (const piece of Readable.from(plain).pipe(gzip)) pieces.push(piece as Buffer);
  return new Pieces(pieces);
}
