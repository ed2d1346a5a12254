import type { BufferedItem } from '../dispatch/sink-buffer.js';
import type { Position } from './segment.js';

/** What an item takes in memory besides its bytes, about. */
const ITEM_BYTES = 256;

/** An item in memory, and how far it has come. */
export interface SpoolEntry<T> {
  readonly item: BufferedItem<T>;
  /** In memory. */
  readonly bytes: number;
  /** Monotonic time of arrival, in ms. */
  readonly since: number;
  /** Lives on disk only, once it is there. */
  isTail: boolean;
  isSettled: boolean;
  isWriting: boolean;
  isWritten: boolean;
  /** Where its record ends; `null` while it is not on disk, or when its record is out of order. */
  end: Position | null;
}

export function newEntry<T>(item: BufferedItem<T>, since: number): SpoolEntry<T> {
  const bytes = item.bytes + ITEM_BYTES;
  return { item, bytes, since, isTail: true, isSettled: false, isWriting: false, isWritten: false, end: null };
}
