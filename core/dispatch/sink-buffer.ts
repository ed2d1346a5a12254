import type { Overflow } from './mailbox.js';
import type { DropReason } from './sink-counts.js';

export interface BufferedItem<T> {
  /** Counts up from 1 in order of arrival in this process; 0 for what an earlier process left. */
  readonly order: number;
  /** Unique everywhere; the same at every attempt and after a restart. */
  readonly id: string;
  readonly value: T;
  readonly bytes: number;
  /** Wall time of arrival, in ms. */
  readonly at: number;
  /** A newer item of the same key replaces it. */
  readonly key?: string;
}

export interface BatchLimits {
  readonly items: number;
  readonly bytes: number;
}

/** What is kept on disk. */
export interface SpoolDepth {
  /** Records that are not acknowledged. */
  readonly records: number;
  /** Size of all files. */
  readonly bytes: number;
  /** Records that an earlier process left, found at the start; a counter. */
  readonly recovered: number;
  /** Why nothing can be kept on disk now; `null` while all is well. */
  readonly problem: string | null;
}

/** Items were lost, or replaced by newer ones, before they could be taken. */
export type OnLost = (reason: DropReason | 'conflated', count: number) => void;

/** Where a sink keeps what is not delivered yet. What was taken stays in the count, and safe from overflow, until it is settled. */
export interface SinkBuffer<T> {
  /** Items kept, those taken included. */
  readonly length: number;
  /** Bytes in memory, those taken included. */
  readonly bytes: number;
  /** Items that are not taken. */
  readonly waiting: number;
  readonly waitingBytes: number;
  /** `order` of the oldest item that is not taken, or less; infinite when none waits. */
  readonly nextOrder: number;
  /** `order` of the oldest item kept, or less; infinite when it is empty. */
  readonly oldestOrder: number;
  /** Wall time of the oldest item kept, in ms; `null` when it is empty. */
  readonly oldestAt: number | null;
  /** What is on disk; `null` for a buffer in memory. */
  readonly spool: SpoolDepth | null;
  push(item: BufferedItem<T>): void;
  /** The oldest items that are not taken. May be none although some wait, when they cannot be had now. Never rejects. */
  take(limits: BatchLimits): readonly BufferedItem<T>[] | Promise<readonly BufferedItem<T>[]>;
  /** Those of the taken items that are worth another attempt; the others are forgotten, and counted. */
  stillWanted(items: readonly BufferedItem<T>[]): readonly BufferedItem<T>[];
  /** An item that was taken is delivered or given up: forget it. Ignores others. */
  settle(item: BufferedItem<T>): void;
  /** Ends. Resolves with how many items were lost by it; never rejects. */
  close(): number | Promise<number>;
}

export interface MemoryBufferOptions {
  /** Most items. */
  readonly capacity: number;
  /** Most bytes, all items together. */
  readonly capacityBytes: number;
  readonly overflow: Overflow;
}
