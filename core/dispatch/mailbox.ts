/** What a full mailbox does with one more item. There is no "wait": a slow reader must never hold up the SFU's process. */
export type Overflow = 'dropOldest' | 'dropNewest';

/** Bounded first-in-first-out queue. Never grows and never throws; what does not fit is counted in `dropped`. */
export class Mailbox<T> {
  readonly #items: (T | undefined)[];
  readonly #overflow: Overflow;
  #head = 0;
  #size = 0;
  #dropped = 0;

  /** Throws `RangeError` unless `capacity` is a whole number from 1. */
  constructor(capacity: number, overflow: Overflow) {
    if (!Number.isInteger(capacity) || capacity < 1) {
      throw new RangeError(`capacity must be a whole number from 1, got ${capacity}`);
    }
    this.#items = new Array<T | undefined>(capacity).fill(undefined);
    this.#overflow = overflow;
  }

  get size(): number {
    return this.#size;
  }

  /** Items lost to overflow since creation; a counter. */
  get dropped(): number {
    return this.#dropped;
  }

  /** False when an item was lost: this one, or the oldest to make room for it. */
  push(item: T): boolean {
    const full = this.#size === this.#items.length;
    if (full) {
      this.#dropped++;
      if (this.#overflow === 'dropNewest') return false;
      this.shift();
    }
    this.#items[(this.#head + this.#size) % this.#items.length] = item;
    this.#size++;
    return !full;
  }

  shift(): T | undefined {
    if (this.#size === 0) return undefined;
    const item = this.#items[this.#head];
    // A slot that is left behind would keep its item alive.
    this.#items[this.#head] = undefined;
    this.#head = (this.#head + 1) % this.#items.length;
    this.#size--;
    return item;
  }
}
