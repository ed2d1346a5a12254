import { Readable } from 'node:stream';
import { constants, createGzip } from 'node:zlib';
import type { Format } from './format.js';
import { Pieces } from './pieces.js';

/** Size of what comes out of the compressor at a time: the larger, the fewer calls. */
const COMPRESSED_PIECE = 65_536;

/**
 * One finished rendering. Compressed once, and only when a reader wants that. Its memory is used again when all who hold it have let go;
 * what is never let go is left to the garbage collector.
 */
export class Page {
  readonly format: Format;
  readonly series: number;
  readonly plain: Pieces;
  #compressed: Promise<Pieces> | undefined;

  readonly #ended: () => void;
  #holders = 0;

  /** `ended` is called when nobody holds it any more. */
  constructor(format: Format, chunks: readonly Buffer[], series: number, ended: () => void) {
    this.#ended = ended;
    this.format = format;
    this.series = series;
    this.plain = new Pieces(chunks);
  }

  /** Keeps it as it is for so many more, each of whom is to let go of it once. */
  hold(holders: number): void {
    this.#holders += holders;
  }

  release(): void {
    if (--this.#holders === 0) this.#ended();
  }

  /** In the thread pool piece by piece, with the least effort: text like this shrinks to a tenth all the same. */
  compressed(): Promise<Pieces> {
    this.#compressed ??= gzipped(this.plain);
    return this.#compressed;
  }
}

async function gzipped(plain: Pieces): Promise<Pieces> {
  // To begin takes time of its own, and this turn has made the end of the page.
  await new Promise<void>((resolve) => setImmediate(resolve));
  const gzip = createGzip({ level: constants.Z_BEST_SPEED, chunkSize: COMPRESSED_PIECE });
  const pieces: Buffer[] = [];
  for await (const piece of Readable.from(plain).pipe(gzip)) pieces.push(piece as Buffer);
  return new Pieces(pieces);
}
