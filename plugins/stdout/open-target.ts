import { fstat } from 'node:fs';
import { promisify } from 'node:util';
import { DescriptorTarget } from './descriptor-target.js';
import type { LineTarget } from './line-target.js';
import { LogFile } from './log-file.js';
import { PipeTarget } from './pipe-target.js';

const FD = { stdout: 1, stderr: 2 } as const;

/** Where the option `stream` points to. Rejects when a file cannot be opened. */
export async function openTarget(stream: string): Promise<LineTarget> {
  if (stream === 'stdout' || stream === 'stderr') return openStandard(stream);
  const file = new LogFile(stream);
  await file.descriptor();
  return new DescriptorTarget(
    () => file.descriptor(),
    () => file.close(),
  );
}

/**
 * Node writes to pipes and sockets without blocking on POSIX, to files and terminals blocking, and the other way round on Windows ("A note
 * on process I/O" of its documentation). What would block is written in the thread pool instead.
 */
async function openStandard(stream: 'stdout' | 'stderr'): Promise<LineTarget> {
  const stats = await promisify(fstat)(FD[stream]);
  const isPipe = stats.isFIFO() || stats.isSocket();
  if (isPipe && process.platform !== 'win32') return new PipeTarget(process[stream]);
  return new DescriptorTarget(() => Promise.resolve(FD[stream]));
}
