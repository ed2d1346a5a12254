import { SignalIterator } from './signal-iterator.js';

/** Holds at most one value: the newest not yet read. */
interface Slot<T> {
  value: T | undefined;
}

/**
 * One writer, many readers, of values of which only the newest matters. A reader that is slow misses values and holds one at
 * most, so publishing never waits and memory never grows.
 */
export class Conflated<T extends object> {
  readonly #readers = new Map<Slot<T>, SignalIterator<T>>();
  #closed = false;

  get subscribers(): number {
    return this.#readers.size;
  }

  publish(value: T): void {
    for (const [slot, iterator] of this.#readers) {
      slot.value = value;
      iterator.wake();
    }
  }

  /** Values published from now on, until the signal aborts or this is closed. */
  subscribe(signal?: AbortSignal): AsyncIterableIterator<T> {
    const slot: Slot<T> = { value: undefined };
    const take = (): T | undefined => {
      const { value } = slot;
      slot.value = undefined;
      return value;
    };
    const iterator = new SignalIterator<T>(take, () => this.#readers.delete(slot), signal);
    if (this.#closed) iterator.end();
    else if (!iterator.ended) this.#readers.set(slot, iterator);
    return iterator;
  }

  /** Ends every reader. Later subscriptions end at once. */
  close(): void {
    this.#closed = true;
    for (const iterator of this.#readers.values()) iterator.end();
  }
}
