export interface FlushWait {
  readonly signal: AbortSignal | undefined;
  /** Why it was given up, as text. */
  aborted(): string;
  /** What was lost meanwhile, as text; `null` for nothing. */
  lost(): string | null;
}

interface Waiter {
  readonly upTo: number;
  done(): void;
}

/** Those who wait until everything up to an item is settled. */
export class FlushWaiters {
  readonly #waiters = new Set<Waiter>();

  get size(): number {
    return this.#waiters.size;
  }

  /** Resolves when that item is settled; rejects when something was lost, or the signal aborts first. */
  wait(upTo: number, given: FlushWait): Promise<void> {
    const { signal } = given;
    return new Promise<void>((resolve, reject) => {
      const end = (): void => {
        signal?.removeEventListener('abort', abort);
        this.#waiters.delete(waiter);
      };
      const abort = (): void => {
        end();
        reject(new Error(given.aborted()));
      };
      const waiter: Waiter = {
        upTo,
        done: () => {
          end();
          const text = given.lost();
          if (text === null) resolve();
          else reject(new Error(text));
        },
      };
      this.#waiters.add(waiter);
      if (signal?.aborted === true) return abort();
      signal?.addEventListener('abort', abort, { once: true });
    });
  }

  /** Ends the waits for items that are settled. */
  settle(isSettled: (upTo: number) => boolean): void {
    for (const waiter of this.#waiters) if (isSettled(waiter.upTo)) waiter.done();
  }
}
