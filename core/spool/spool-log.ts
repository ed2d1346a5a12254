import { join } from 'node:path';
import { AckFile } from './ack-file.js';
import { encodeFrames, FRAME_HEADER_BYTES, type Frame } from './frame.js';
import {
  newSegment,
  type PlacedFrame,
  type Position,
  readSegment,
  scanSegment,
  type Segment,
  segmentOf,
} from './segment.js';
import { type SpoolFile, type SpoolFiles, writeFully } from './spool-files.js';

/** A file whose records are all acknowledged is kept for the next ones until it is this large. */
const IDLE_BYTES = 1_048_576;

export interface SpoolLogOptions {
  readonly files: SpoolFiles;
  readonly folder: string;
  /** Begins the ids of the records that are appended now. */
  readonly run: string;
  readonly maxBytes: number;
  readonly segmentBytes: number;
}

/**
 * An append-only log in files of bounded size: records are appended, read once in order, and acknowledged in order. A file is deleted
 * when all of it is acknowledged, or when it is the oldest and there are too many. One call at a time, but for `ack`.
 */
export class SpoolLog {
  readonly #options: SpoolLogOptions;
  readonly #acks: AckFile;
  /** Oldest first; only the last one is written to. */
  #segments: Segment[] = [];
  #file: SpoolFile | undefined;
  /** Where the next record to be read begins. */
  #reader: Position = { segment: 0, offset: 0 };
  #acked: Position = { segment: 0, offset: 0 };
  #lastNumber = 0;

  constructor(options: SpoolLogOptions) {
    this.#options = options;
    this.#acks = new AckFile(options.files, join(options.folder, 'ack'));
  }

  /** Records that are on disk only. */
  get unread(): number {
    return this.#segments.reduce((sum, { unread }) => sum + unread, 0);
  }

  /** Size of all files. */
  get bytes(): number {
    return this.#segments.reduce((sum, { size }) => sum + size, 0);
  }

  /** Wall time of the oldest unread record, or of an older one of its file; `null` when there is none. */
  get oldestAt(): number | null {
    return this.#segments.find(({ unread }) => unread > 0)?.oldestAt ?? null;
  }

  /** Reads what there is. Resolves with the number of damaged places; rejects when the folder cannot be used. */
  async open(): Promise<number> {
    const { files, folder } = this.#options;
    const found = (await files.list(folder)).flatMap((name) => segmentOf(folder, name) ?? []);
    found.sort((a, b) => a.number - b.number);
    this.#acked = (await this.#acks.read()) ?? this.#acked;
    // Numbers below what is acknowledged would count as acknowledged.
    this.#lastNumber = Math.max(found.at(-1)?.number ?? 0, this.#acked.segment);
    this.#segments = [];
    let damaged = 0;
    for (const segment of found) {
      const from = segment.number === this.#acked.segment ? this.#acked.offset : 0;
      if (segment.number >= this.#acked.segment) damaged += await scanSegment(files, segment, from);
      if (segment.unread > 0) this.#segments.push(segment);
      else await files.remove(segment.path);
    }
    this.#reader = later(this.#acked, { segment: this.#segments[0]?.number ?? 0, offset: 0 });
    return damaged;
  }

  /**
   * Appends; `sync` makes it last. Records that are `inMemory` need not be read again, which holds only while nothing is unread. Resolves
   * with where each record ends; rejects, having kept none of them, as the disk does.
   */
  async append(frames: readonly Frame[], inMemory: boolean): Promise<readonly Position[]> {
    const bytes = encodeFrames(frames);
    const { segment, file } = await this.#segmentFor(bytes.length);
    try {
      await writeFully(file, bytes, segment.size);
    } catch (error) {
      // What was written of it is cut off; where even that fails, nothing is written after it.
      await file.truncate(segment.size).catch(() => this.seal());
      throw error;
    }
    const begin = segment.size;
    const ends: Position[] = [];
    let offset = begin;
    for (const frame of frames) {
      offset += FRAME_HEADER_BYTES + frame.bytes.byteLength;
      ends.push({ segment: segment.number, offset });
      segment.newestAt = Math.max(segment.newestAt, frame.at);
    }
    segment.size = offset;
    if (inMemory) {
      if (this.unread === 0) this.#reader = { segment: segment.number, offset };
    } else {
      if (segment.unread === 0) segment.oldestAt = frames[0]?.at ?? 0;
      segment.unread += frames.length;
    }
    return ends;
  }

  /** Makes what was appended survive a crash of the machine. Rejects as the disk does. */
  async sync(): Promise<void> {
    try {
      await this.#file?.datasync();
    } catch (error) {
      // The kernel forgets what it could not write, and says so once: the next records go to another file.
      await this.seal();
      throw error;
    }
  }

  /** Ends the file that is written to. Never rejects. */
  async seal(): Promise<void> {
    const file = this.#file;
    this.#file = undefined;
    await file?.close().catch(() => undefined);
  }

  /** Removes the oldest files until so many bytes may be added; resolves with the number of unread records that were lost by it. */
  async makeRoom(bytes: number): Promise<number> {
    let lost = 0;
    while (this.#segments.length > 0 && this.bytes + bytes > this.#options.maxBytes) lost += await this.#dropOldest();
    return lost;
  }

  /** Removes files that hold nothing newer than this; resolves with the number of unread records that were lost by it. */
  async expire(before: number): Promise<number> {
    let lost = 0;
    for (let oldest = this.#segments[0]; oldest !== undefined && oldest.newestAt < before; oldest = this.#segments[0]) {
      if (oldest.size === 0) break;
      lost += await this.#dropOldest();
    }
    return lost;
  }

  /** The next records, about `bytes` of them; `lost` were there and no longer make sense. None at the end. Rejects as the disk does. */
  async read(bytes: number): Promise<{ readonly frames: readonly PlacedFrame[]; readonly lost: number }> {
    let lost = 0;
    for (;;) {
      const segment = this.#segments.find(({ unread }) => unread > 0);
      if (segment === undefined) return { frames: [], lost };
      const from = segment.number === this.#reader.segment ? this.#reader.offset : 0;
      const frames = await this.#readOrNothing(segment, from, bytes);
      const last = frames.at(-1);
      this.#reader = last === undefined ? { segment: segment.number, offset: segment.size } : last.end;
      segment.unread = Math.max(0, segment.unread - frames.length);
      segment.oldestAt = last?.frame.at ?? segment.oldestAt;
      if (this.#reader.offset >= segment.size) {
        lost += segment.unread;
        segment.unread = 0;
      }
      if (last !== undefined) return { frames, lost };
    }
  }

  /** All records up to here are acknowledged. */
  ack(position: Position): void {
    if (later(position, this.#acked) === this.#acked) return;
    this.#acked = position;
  }

  /** Notes on disk what is acknowledged, and removes the files it frees. Never rejects: all it may cost is duplicates. */
  async saveAck(): Promise<void> {
    const { files } = this.#options;
    await this.#acks.write(this.#acked).catch(() => undefined);
    while (this.#segments.length > 0) {
      const oldest = this.#segments[0]!;
      const isDone = oldest.number < this.#acked.segment || this.#acked.offset >= oldest.size;
      if (oldest.unread > 0 || oldest.number > this.#acked.segment || !isDone) return;
      if (this.#segments.length === 1) {
        if (oldest.size < IDLE_BYTES) return;
        await this.seal();
      }
      this.#segments.shift();
      await files.remove(oldest.path).catch(() => undefined);
    }
  }

  /** Ends the work with the folder; removes its files when nothing is left in them. Never rejects. */
  async close(): Promise<void> {
    await this.saveAck();
    await this.seal();
    await this.#acks.close().catch(() => undefined);
    const last = this.#segments.at(-1);
    const isDone = last === undefined || (this.#acked.segment === last.number && this.#acked.offset >= last.size);
    if (this.unread > 0 || !isDone) return;
    const paths = [...this.#segments.map(({ path }) => path), this.#acks.path];
    for (const path of paths) await this.#options.files.remove(path).catch(() => undefined);
  }

  async #segmentFor(bytes: number): Promise<{ readonly segment: Segment; readonly file: SpoolFile }> {
    const { files, folder, run, segmentBytes } = this.#options;
    const active = this.#segments.at(-1);
    const fits = active !== undefined && (active.size === 0 || active.size + bytes <= segmentBytes);
    if (this.#file !== undefined && active !== undefined && fits) return { segment: active, file: this.#file };
    await this.seal();
    // The folder may have been removed meanwhile.
    await files.makeFolder(folder);
    const segment = newSegment(folder, this.#lastNumber + 1, run);
    const file = await files.open(segment.path, 'wx+');
    this.#lastNumber = segment.number;
    this.#file = file;
    this.#segments.push(segment);
    await files.syncFolder(folder);
    return { segment, file };
  }

  async #dropOldest(): Promise<number> {
    if (this.#segments.length === 1) await this.seal();
    const oldest = this.#segments.shift();
    if (oldest === undefined) return 0;
    await this.#options.files.remove(oldest.path).catch(() => undefined);
    return oldest.unread;
  }

  /** A file that somebody removed has nothing any more. */
  async #readOrNothing(segment: Segment, from: number, bytes: number): Promise<readonly PlacedFrame[]> {
    try {
      return (await readSegment(this.#options.files, segment, from, bytes)).frames;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
      throw error;
    }
  }
}

function later(a: Position, b: Position): Position {
  return a.segment > b.segment || (a.segment === b.segment && a.offset > b.offset) ? a : b;
}
