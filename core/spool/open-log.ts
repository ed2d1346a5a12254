import type { Clock } from '../clock.js';
import { FolderLock } from './folder-lock.js';
import type { SpoolFiles } from './spool-files.js';
import { SpoolLog } from './spool-log.js';
import type { SpoolOptions } from './spool-options.js';

/** A log that nobody else uses. */
export interface OpenLog {
  readonly log: SpoolLog;
  /** Places where records were no longer what had been written. */
  readonly damaged: number;
  readonly lock: FolderLock;
}

/** Makes the folder, locks it, and reads what there is. Rejects, holding nothing, as the disk or the lock does. */
export async function openLog(
  { maxBytes, segmentBytes }: SpoolOptions,
  { files, folder, run, clock }: { files: SpoolFiles; folder: string; run: string; clock: Clock },
): Promise<OpenLog> {
  await files.makeFolder(folder);
  const lock = await FolderLock.take(folder, clock);
  try {
    // With fewer than four files, dropping one would lose too much at a time.
    const log = new SpoolLog({ files, folder, run, maxBytes, segmentBytes: Math.min(segmentBytes, maxBytes / 4) });
    return { log, damaged: await log.open(), lock };
  } catch (error) {
    await lock.release();
    throw error;
  }
}
