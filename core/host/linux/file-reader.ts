import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Reads text below a root folder; `null` for what does not exist or must not be read. Never rejects. */
export type ReadText = (path: string) => Promise<string | null>;

/**
 * Reads without blocking: such a file costs about 20 µs as a rule, but the kernel makes it on the spot, and with many
 * cores or control groups that can take milliseconds, which must not pass on the event loop. Callers read one file
 * after the other, so that of Node's four file threads the application shares, at most one is in use.
 */
export function readTextBelow(root: string): ReadText {
  return (path) => readFile(join(root, path), 'utf8').catch(() => null);
}
