import { randomUUID } from 'node:crypto';
import { diskFiles, type SpoolFiles } from '../../core/spool/spool-files.js';
import { until } from './until.js';
import type { sinkWith } from './sinks.js';

/** How long a test waits for the disk. */
export const DISK_MS = 30_000;

/** A disk whose writes can be made to fail, as a full one does. */
export function fallibleFiles(): { readonly files: SpoolFiles; fail(code: string | null): void } {
  let failing: string | null = null;
  const check = (): void => {
    if (failing !== null) throw Object.assign(new Error(`${failing}: injected`), { code: failing });
  };
  const files: SpoolFiles = {
    ...diskFiles,
    open: async (path, flags) => {
      if (flags !== 'r') check();
      const file = await diskFiles.open(path, flags);
      return {
        read: file.read.bind(file),
        truncate: file.truncate.bind(file),
        close: file.close.bind(file),
        datasync: async () => {
          check();
          await file.datasync();
        },
        write: (async (...args: Parameters<typeof file.write>) => {
          check();
          return await file.write(...args);
        }) as typeof file.write,
      };
    },
  };
  return { files, fail: (code) => (failing = code) };
}

export const newRun = (): string => randomUUID();

type Kit = ReturnType<typeof sinkWith>;

/** Moves the clock until this holds; work of the disk goes on meanwhile. */
export async function eventually(clock: Kit['clock'], check: () => void, stepMs = 1): Promise<void> {
  await until(() => {
    clock.advance(stepMs);
    check();
  }, DISK_MS);
}
