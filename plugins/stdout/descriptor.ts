import { write } from 'node:fs';
import { promisify } from 'node:util';

const writeOnce = promisify(write);
const LINE_BREAK = Buffer.from('\n');

/**
 * Writes to files and terminals in Node's thread pool: Node's own streams would block the event loop on them. Remembers how far a write came,
 * so that a disk that was full for a while neither doubles nor breaks a line.
 */
export class Descriptor {
  #stopped: { readonly id: string; readonly from: number } | undefined;

  async write(fd: number, id: string, bytes: Uint8Array): Promise<void> {
    const stopped = this.#stopped;
    this.#stopped = undefined;
    let from = stopped?.id === id ? stopped.from : 0;
    try {
      // Another write broke off within a line; what follows must not become part of it.
      if (stopped !== undefined && stopped.id !== id) await writeOnce(fd, LINE_BREAK, 0, 1, null);
      while (from < bytes.byteLength) {
        const { bytesWritten } = await writeOnce(fd, bytes, from, bytes.byteLength - from, null);
        from += bytesWritten;
      }
    } catch (error) {
      this.#stopped = from > 0 ? { id, from } : stopped;
      throw error;
    }
  }
}
