/** Walks a live collection a few items at a time, going on where it left off; what comes or goes meanwhile does no harm. */
export class Rotation<T> {
  readonly #start: () => Iterator<T>;
  #iterator: Iterator<T> | null = null;

  constructor(start: () => Iterator<T>) {
    this.#start = start;
  }

  /**
   * At most `limit` items that are `wanted`, among at most `most` that are looked at; fewer once the end was reached and the walk
   * began anew, so no more than one round.
   */
  take(limit: number, most = limit, wanted: (item: T) => boolean = all): T[] {
    const taken: T[] = [];
    let restarted = this.#iterator === null;
    this.#iterator ??= this.#start();
    for (let left = most; taken.length < limit && left > 0; ) {
      const { done, value } = this.#iterator.next();
      if (done !== true) {
        left--;
        if (wanted(value)) taken.push(value);
        continue;
      }
      this.#iterator = null;
      if (restarted || taken.length > 0) break;
      restarted = true;
      this.#iterator = this.#start();
    }
    return taken;
  }
}

function all(): boolean {
  return true;
}
