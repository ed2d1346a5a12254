import { crc32 } from 'node:zlib';
import type { Position } from './segment.js';
import { readFully, type SpoolFile, type SpoolFiles, withFile, writeFully } from './spool-files.js';

/** segment and offset as doubles, crc32 of both; big-endian. */
const BYTES = 20;

/** Up to where the records of a spool are acknowledged, in a small file of its own. */
export class AckFile {
  readonly #files: SpoolFiles;
  readonly path: string;
  #file: SpoolFile | undefined;

  constructor(files: SpoolFiles, path: string) {
    this.#files = files;
    this.path = path;
  }

  /** `null` when nothing, or nothing sound, is there: then all is to be sent again. */
  async read(): Promise<Position | null> {
    try {
      const bytes = await withFile(this.#files, this.path, 'r', (file) => readFully(file, BYTES, 0));
      if (bytes.length < BYTES || bytes.readUInt32BE(16) !== crc32(bytes.subarray(0, 16))) return null;
      return { segment: bytes.readDoubleBE(0), offset: bytes.readDoubleBE(8) };
    } catch {
      return null;
    }
  }

  /** Not synced: a crash of the process keeps it, and a crash of the machine only costs duplicates. Rejects as the disk does. */
  async write({ segment, offset }: Position): Promise<void> {
    const bytes = Buffer.alloc(BYTES);
    bytes.writeDoubleBE(segment, 0);
    bytes.writeDoubleBE(offset, 8);
    bytes.writeUInt32BE(crc32(bytes.subarray(0, 16)), 16);
    // Not emptied first: a crash right then would forget what is acknowledged.
    this.#file ??= await this.#files.open(this.path, 'r+').catch(() => this.#files.open(this.path, 'w+'));
    await writeFully(this.#file, bytes, 0);
  }

  async close(): Promise<void> {
    await this.#file?.close();
    this.#file = undefined;
  }
}
