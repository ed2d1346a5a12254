import { Cancelled } from './compiled/cancelled.js';
import type { Waiting } from './compiled/execution.js';

/** An item that is given in a later turn. */
interface Later {
  /** The same for all items of one list. */
  readonly list: object;
  give(): void;
  refuse(reason: Error): void;
}

/**
 * Spreads the items of one response over several turns of the event loop. GraphQL completes a list of plain values in
 * one go, which for a big page takes longer than the SFU's process may be held up; an item that is a promise is
 * completed when it resolves. So items are given as they are until the turn has taken its time, and as promises from
 * then on, which resolve turn by turn. Once whoever waits for the response has gone, one item of each list is refused,
 * which ends a list whose items cannot be `null`, and the others are never asked for.
 */
export class Turns {
  readonly #maxMs: number;
  readonly #client: Waiting | undefined;
  #began: number | undefined;
  #waiting: Later[] = [];
  #resuming = false;

  /**
   * @param maxMs what one turn may take, ms; it ends after the item that goes beyond.
   * @param client who waits for the response, if that is known.
   */
  constructor(maxMs: number, client?: Waiting) {
    this.#maxMs = maxMs;
    this.#client = client;
  }

  /**
   * The items of a list that has no `null` among them, each asked for only when the one before it is completed: that is what makes
   * measuring useful.
   */
  *spread<T>(items: readonly T[]): Iterable<T | Promise<T>> {
    for (const item of items) yield this.#isOver() ? this.#later(items, item) : item;
  }

  #isOver(): boolean {
    const now = performance.now();
    this.#began ??= now;
    return now - this.#began > this.#maxMs;
  }

  #later<T>(list: object, item: T): Promise<T> {
    if (!this.#resuming) {
      this.#resuming = true;
      setImmediate(() => void this.#resume());
    }
    return new Promise((resolve, reject) => this.#waiting.push({ list, give: () => resolve(item), refuse: reject }));
  }

  async #resume(): Promise<void> {
    this.#began = performance.now();
    const waiting = this.#waiting;
    if (this.#client?.aborted === true) this.#refuse();
    let next = 0;
    do {
      waiting[next++]?.give();
      // The item is completed in the microtask that resolving has queued, before this goes on.
      await Promise.resolve();
    } while (next < waiting.length && !this.#isOver());
    waiting.splice(0, next);
    this.#resuming = waiting.length > 0;
    if (this.#resuming) setImmediate(() => void this.#resume());
    else this.#began = undefined;
  }

  #refuse(): void {
    const reason = new Cancelled();
    const lists = new Set<object>();
    for (const later of this.#waiting.splice(0)) {
      if (!lists.has(later.list)) later.refuse(reason);
      lists.add(later.list);
    }
  }
}
