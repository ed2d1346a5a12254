import { SignalIterator } from './signal-iterator.js';

/**
 * One writer, many readers, of values of which only the newest per key matters. A slow reader holds one value per key,
 * in the order of their last change, and at most `capacity`: beyond that the oldest is lost and counted. Publishing
 * never waits.
 */
export class ConflatedByKey<K, V extends object> {
  readonly #capacity: number;
  readonly #readers = new Map<Map<K, V>, SignalIterator<V>>();
  #dropped = 0;
  #closed = false;

  /** `capacity` is a whole number from 1. */
  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get subscribers(): number {
    return this.#readers.size;
  }

  /** Values lost to slow readers; a counter. A value that a newer one of its key replaced is not lost. */
  get dropped(): number {
    return this.#dropped;
  }

  publish(key: K, value: V): void {
    for (const [waiting, iterator] of this.#readers) {
      waiting.delete(key);
      if (waiting.size >= this.#capacity) {
        const [oldest] = waiting.keys();
        if (oldest !== undefined) waiting.delete(oldest);
        this.#dropped++;
      }
      waiting.set(key, value);
      iterator.wake();
    }
  }

  /** Values published from now on, until the signal aborts or this is closed. */
  subscribe(signal?: AbortSignal): AsyncIterableIterator<V> {
    const waiting = new Map<K, V>();
    const take = (): V | undefined => {
      const [first] = waiting;
      if (first === undefined) return undefined;
      waiting.delete(first[0]);
      return first[1];
    };
    const iterator = new SignalIterator<V>(take, () => this.#readers.delete(waiting), signal);
    if (this.#closed) iterator.end();
    else if (!iterator.ended) this.#readers.set(waiting, iterator);
    return iterator;
  }

  /** Ends every reader. Later subscriptions end at once. */
  close(): void {
    this.#closed = true;
    for (const iterator of this.#readers.values()) iterator.end();
  }
}
