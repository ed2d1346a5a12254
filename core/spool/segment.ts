import { join } from 'node:path';
import { type Frame, frameAt, nextFrame } from './frame.js';
import { readFully, type SpoolFiles, withFile } from './spool-files.js';

/** Read and checked in one turn of the event loop. */
const SLICE_BYTES = 1_048_576;
const NAME = /^(\d{12})-([\da-f-]{36})\.spool$/;

/** One file of a spool, written by one run of one process. */
export interface Segment {
  /** Counts up over all runs. */
  readonly number: number;
  /** What the ids of its records begin with. */
  readonly run: string;
  readonly path: string;
  /** Bytes that are written and sound. */
  size: number;
  /** Records that are on disk only, and not read yet. */
  unread: number;
  /** Wall time of the newest record, in ms. */
  newestAt: number;
  /** Wall time of the oldest record that is not read, or of an older one. */
  oldestAt: number;
}

export interface Position {
  readonly segment: number;
  readonly offset: number;
}

export interface PlacedFrame {
  readonly frame: Frame;
  readonly run: string;
  /** Where the next one begins. */
  readonly end: Position;
}

/** `null` when a file of this name is none of ours. */
export function segmentOf(folder: string, name: string): Segment | null {
  const [, digits, run] = NAME.exec(name) ?? [];
  if (digits === undefined || run === undefined) return null;
  return newSegment(folder, Number(digits), run);
}

export function newSegment(folder: string, number: number, run: string): Segment {
  const path = join(folder, `${String(number).padStart(12, '0')}-${run}.spool`);
  return { number, run, path, size: 0, unread: 0, newestAt: 0, oldestAt: 0 };
}

/**
 * Counts what is to be read of a file from here on, and tells how many places are damaged. What follows the last sound record is cut
 * off, so that the file ends with it.
 */
export async function scanSegment(files: SpoolFiles, segment: Segment, from: number): Promise<number> {
  segment.size = await files.size(segment.path);
  let damaged = 0;
  let end = Math.min(from, segment.size);
  segment.unread = 0;
  for (;;) {
    const slice = await readSegment(files, segment, end, SLICE_BYTES);
    damaged += slice.damaged;
    for (const { frame } of slice.frames) {
      if (segment.unread++ === 0) segment.oldestAt = frame.at;
      segment.newestAt = Math.max(segment.newestAt, frame.at);
    }
    if (slice.isLast) {
      end = slice.frames.at(-1)?.end.offset ?? end;
      break;
    }
    end = slice.next;
  }
  if (end < segment.size) {
    await withFile(files, segment.path, 'r+', (file) => file.truncate(end));
    segment.size = end;
  }
  return damaged;
}

export interface Slice {
  readonly frames: readonly PlacedFrame[];
  /** Places where records are no longer what was written. */
  readonly damaged: number;
  /** Where the next slice begins. */
  readonly next: number;
  readonly isLast: boolean;
}

/** The sound records from an offset on, about `bytes` of them, at least one if there is one. */
export async function readSegment(files: SpoolFiles, segment: Segment, from: number, bytes: number): Promise<Slice> {
  return await withFile(files, segment.path, 'r', async (file) => {
    for (let length = bytes; ; length *= 4) {
      const source = await readFully(file, Math.min(length, Math.max(0, segment.size - from)), from);
      const isLast = source.length < length || from + source.length >= segment.size;
      const slice = framesIn(source, isLast, segment, from);
      if (isLast || slice.frames.length > 0) return slice;
    }
  });
}

function framesIn(source: Buffer, isLast: boolean, segment: Segment, from: number): Slice {
  const frames: PlacedFrame[] = [];
  let damaged = 0;
  let at = 0;
  while (at < source.length) {
    const found = frameAt(source, at);
    if (typeof found === 'object') {
      at = found.end;
      frames.push({ frame: found.frame, run: segment.run, end: { segment: segment.number, offset: from + at } });
      continue;
    }
    // The rest may be the beginning of a record that the next slice has in full.
    if (found === 'short' && !isLast) break;
    const next = nextFrame(source, at + 1);
    // How much is damaged shows in a larger slice only.
    if (next === source.length && !isLast) break;
    damaged++;
    at = next;
  }
  return { frames, damaged, next: from + at, isLast };
}
