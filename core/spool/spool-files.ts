import { type FileHandle, mkdir, open, readdir, stat, unlink } from 'node:fs/promises';

export type SpoolFile = Pick<FileHandle, 'read' | 'write' | 'truncate' | 'datasync' | 'close'>;

/** What a spool needs of a file system: a port, so that its failures can be told from a test. Everything rejects as `node:fs` does. */
export interface SpoolFiles {
  makeFolder(path: string): Promise<void>;
  list(path: string): Promise<readonly string[]>;
  size(path: string): Promise<number>;
  /** `wx+` creates and fails when it exists; `a+`-like use is not needed, for every write names its place. */
  open(path: string, flags: 'r' | 'r+' | 'w+' | 'wx+'): Promise<SpoolFile>;
  remove(path: string): Promise<void>;
  /** Makes created and removed names last. */
  syncFolder(path: string): Promise<void>;
}

/** Files of this machine; those it makes can be read by their owner only. */
export const diskFiles: SpoolFiles = {
  makeFolder: async (path) => {
    await mkdir(path, { recursive: true, mode: 0o700 });
  },
  list: (path) => readdir(path),
  size: async (path) => (await stat(path)).size,
  open: (path, flags) => open(path, flags, 0o600),
  remove: (path) => unlink(path),
  syncFolder: async (path) => {
    const folder = await open(path, 'r');
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
  },
};

/** Writes all of it, for one write may take less. */
export async function writeFully(file: SpoolFile, bytes: Uint8Array, position: number): Promise<void> {
  let done = 0;
  while (done < bytes.byteLength) {
    const { bytesWritten } = await file.write(bytes, done, bytes.byteLength - done, position + done);
    done += bytesWritten;
  }
}

/** As many bytes as there are from this position, up to `length`. */
export async function readFully(file: SpoolFile, length: number, position: number): Promise<Buffer> {
  const target = Buffer.allocUnsafe(length);
  let done = 0;
  while (done < length) {
    const { bytesRead } = await file.read(target, done, length - done, position + done);
    if (bytesRead === 0) break;
    done += bytesRead;
  }
  return target.subarray(0, done);
}

/** Runs the work with an open file, and closes it whatever happens. */
export async function withFile<R>(
  files: SpoolFiles,
  path: string,
  flags: 'r' | 'r+' | 'w+',
  work: (file: SpoolFile) => Promise<R>,
): Promise<R> {
  const file = await files.open(path, flags);
  try {
    return await work(file);
  } finally {
    await file.close();
  }
}
