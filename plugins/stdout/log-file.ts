import { type FileHandle, open, stat } from 'node:fs/promises';

/** A file that lines are added to; it is opened anew once it was moved away or deleted, as `logrotate` does. */
export class LogFile {
  readonly #path: string;
  #handle: FileHandle | undefined;
  #inode: bigint | undefined;

  constructor(path: string) {
    this.#path = path;
  }

  /** Its descriptor now. Rejects when it cannot be opened, or is no regular file: opening a pipe without a reader would never end. */
  async descriptor(): Promise<number> {
    const found = await stat(this.#path, { bigint: true }).catch(() => undefined);
    if (found !== undefined && !found.isFile()) throw new Error(`${this.#path} is no regular file.`);
    if (this.#handle !== undefined && found?.ino === this.#inode) return this.#handle.fd;
    const handle = await open(this.#path, 'a', 0o640);
    await this.close();
    this.#handle = handle;
    this.#inode = (await handle.stat({ bigint: true })).ino;
    return handle.fd;
  }

  async close(): Promise<void> {
    const handle = this.#handle;
    this.#handle = undefined;
    await handle?.close();
  }
}
