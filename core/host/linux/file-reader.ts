import { close, open, read } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** Reads text below a root folder; `null` for what does not exist or must not be read. Never rejects. */
export type ReadText = (path: string) => Promise<string | null>;

/** Enough for most such files on machines of some dozen cores. */
const FIRST_BYTES = 16_384;

const opened = promisify(open);
const readInto = promisify(read);
const closed = promisify(close);

/**
 * Reads without blocking: such a file costs about 20 µs as a rule, but the kernel makes it on the spot, and with many
 * cores or control groups that can take milliseconds, which must not pass on the event loop. Callers read one file
 * after the other, so that of Node's four file threads the application shares, at most one is in use.
 *
 * All are read into the same memory. `readFile` takes 64 kB for each file that does not tell its size, as none of these does: 1.6 MB
 * for all of them, outside V8's heap, by which V8 finds sooner that it is time to collect the whole heap.
 */
export function readTextBelow(root: string): ReadText {
  let memory: Buffer | null = Buffer.allocUnsafeSlow(FIRST_BYTES);
  return async (path) => {
    // None while another file is being read.
    let buffer = memory ?? Buffer.allocUnsafeSlow(FIRST_BYTES);
    memory = null;
    try {
      const file = await opened(join(root, path), 'r');
      try {
        let length = 0;
        for (;;) {
          const { bytesRead } = await readInto(file, buffer, length, buffer.length - length, null);
          if (bytesRead === 0) return buffer.toString('utf8', 0, length);
          length += bytesRead;
          if (length === buffer.length) buffer = Buffer.concat([buffer], 2 * length);
        }
      } finally {
        await closed(file);
      }
    } catch {
      return null;
    } finally {
      memory = buffer;
    }
  };
}
