import { SignalIterator } from './signal-iterator.js';

/**
 * One writer, many readers, of values by key of which only the newest per key matters. A slow reader holds one value per key,
 * and at most `capacity` of them: then the one that waited longest goes.
 */
export class KeyedConflation<T extends object> {
  readonly #capacity: number;
  readonly #readers = new Map<Map<string, T>, SignalIterator<T>>();
  #closed = false;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get subscribers(): number {
    return this.#readers.size;
  }

  publish(key: string, value: T): void {
    for (const [pending, iterator] of this.#readers) {
      // Put again at the end: what changed last is read last.
      pending.delete(key);
      pending.set(key, value);
      if (pending.size > this.#capacity) this.#takeOldest(pending);
      iterator.wake();
    }
  }

  /** Values published from now on, until the signal aborts or this is closed. */
  subscribe(signal?: AbortSignal): AsyncIterableIterator<T> {
    const pending = new Map<string, T>();
    const iterator = new SignalIterator<T>(
      () => this.#takeOldest(pending),
      () => this.#readers.delete(pending),
      signal,
    );
    if (this.#closed) iterator.end();
    else if (!iterator.ended) this.#readers.set(pending, iterator);
    return iterator;
  }

  /** Ends every reader. Later subscriptions end at once. */
  close(): void {
    this.#closed = true;
    for (const iterator of [...this.#readers.values()]) iterator.end();
  }

  #takeOldest(pending: Map<string, T>): T | undefined {
    for (const [key, value] of pending) {
      pending.delete(key);
      return value;
    }
    return undefined;
  }
}
