/**
 * Spreads the items of one response over several turns of the event loop. GraphQL completes a list of plain values in
 * one go, which for a big page takes longer than the SFU's process may be held up; an item that is a promise is
 * completed when it resolves. So items are given as they are until the turn has taken its time, and as promises from
 * then on, which resolve turn by turn.
 */
export class Turns {
  readonly #maxMs: number;
  #began: number | undefined;
  #waiting: (() => void)[] = [];
  #resuming = false;

  /** @param maxMs what one turn may take, ms; it ends after the item that goes beyond. */
  constructor(maxMs: number) {
    this.#maxMs = maxMs;
  }

  /** The items, each asked for only when the one before it is completed: that is what makes measuring useful. */
  *spread<T>(items: readonly T[]): Iterable<T | Promise<T>> {
    for (const item of items) yield this.#isOver() ? this.#later(item) : item;
  }

  #isOver(): boolean {
    const now = performance.now();
    this.#began ??= now;
    return now - this.#began > this.#maxMs;
  }

  #later<T>(item: T): Promise<T> {
    if (!this.#resuming) {
      this.#resuming = true;
      setImmediate(() => void this.#resume());
    }
    return new Promise((resolve) => this.#waiting.push(() => resolve(item)));
  }

  async #resume(): Promise<void> {
    this.#began = performance.now();
    const waiting = this.#waiting;
    let next = 0;
    do {
      waiting[next++]?.();
      // The item is completed in the microtask that resolving has queued, before this goes on.
      await Promise.resolve();
    } while (next < waiting.length && !this.#isOver());
    waiting.splice(0, next);
    this.#resuming = waiting.length > 0;
    if (this.#resuming) setImmediate(() => void this.#resume());
    else this.#began = undefined;
  }
}
