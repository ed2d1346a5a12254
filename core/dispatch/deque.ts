/** Slots that may lie empty at the front before the array is cut. */
const MOST_EMPTY = 1_024;

/** First-in-first-out queue without a bound of its own. Every item has a position that does not change while it waits. */
export class Deque<T extends object> {
  #items: (T | undefined)[] = [];
  #head = 0;
  /** Position of the first slot of the array. */
  #base = 0;

  get size(): number {
    return this.#items.length - this.#head;
  }

  get first(): T | undefined {
    return this.#items[this.#head];
  }

  /** Returns the position of the item. */
  push(item: T): number {
    return this.#base + this.#items.push(item) - 1;
  }

  /** The item at this position; `undefined` when it has left. */
  at(position: number): T | undefined {
    return this.#items[position - this.#base];
  }

  /** Another item for a position that has not left. */
  replace(position: number, item: T): void {
    this.#items[position - this.#base] = item;
  }

  /** Oldest first; nothing may come or go meanwhile. */
  *[Symbol.iterator](): IterableIterator<T> {
    for (let i = this.#head; i < this.#items.length; i++) yield this.#items[i] as T;
  }

  shift(): T | undefined {
    const item = this.first;
    if (item === undefined) return undefined;
    // A slot that is left behind would keep its item alive.
    this.#items[this.#head++] = undefined;
    if (this.#head === this.#items.length || (this.#head > MOST_EMPTY && this.#head * 2 > this.#items.length))
      this.#cut();
    return item;
  }

  clear(): void {
    this.#head = this.#items.length;
    this.#cut();
  }

  #cut(): void {
    this.#base += this.#head;
    this.#items = this.#items.slice(this.#head);
    this.#head = 0;
  }
}
