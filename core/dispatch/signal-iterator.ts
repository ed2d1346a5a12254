import type { TwoStep } from './two-step.js';

/** Gives the next value if there is one now; `undefined` to wait for the next wake-up. */
type Take<T> = () => T | undefined;

/**
 * An async iterator over a state that somebody else holds: each `next` takes what there is, or waits to be woken. It holds no
 * queue of values; concurrent `next` calls are served in order. Ends on `end`, `return` or an abort.
 */
export class SignalIterator<T> implements AsyncIterableIterator<T>, TwoStep<T> {
  readonly #take: Take<T>;
  readonly #onEnd: () => void;
  readonly #waiting: ((result: IteratorResult<T>) => void)[] = [];
  /** Those who wait without taking. */
  readonly #asking: ((more: boolean) => void)[] = [];
  readonly #abort: (() => void) | undefined;
  readonly #signal: AbortSignal | undefined;
  /** Whether there was nothing at the last look, and it was not woken since. */
  #empty = false;
  #ended = false;

  /** `onEnd` runs once, however the iterator ends. */
  constructor(take: Take<T>, onEnd: () => void, signal?: AbortSignal) {
    this.#take = take;
    this.#onEnd = onEnd;
    this.#signal = signal;
    if (signal === undefined) return;
    this.#abort = () => this.end();
    if (signal.aborted) this.end();
    else signal.addEventListener('abort', this.#abort, { once: true });
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** Serves those who wait, as far as values reach. */
  wake(): void {
    this.#empty = false;
    while (this.#waiting.length > 0) {
      const value = this.take();
      if (value === undefined) return;
      this.#waiting.shift()?.({ done: false, value });
    }
    for (const resolve of this.#asking.splice(0)) resolve(true);
  }

  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    if (this.#abort !== undefined) this.#signal?.removeEventListener('abort', this.#abort);
    this.#onEnd();
    for (const resolve of this.#waiting.splice(0)) resolve({ done: true, value: undefined });
    for (const resolve of this.#asking.splice(0)) resolve(false);
  }

  ready(): Promise<boolean> {
    if (this.#ended || !this.#empty) return Promise.resolve(!this.#ended);
    return new Promise((resolve) => this.#asking.push(resolve));
  }

  take(): T | undefined {
    const value = this.#ended ? undefined : this.#take();
    this.#empty = value === undefined;
    return value;
  }

  next(): Promise<IteratorResult<T>> {
    if (this.#ended) return Promise.resolve({ done: true, value: undefined });
    if (this.#waiting.length === 0) {
      const value = this.take();
      if (value !== undefined) return Promise.resolve({ done: false, value });
    }
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  return(): Promise<IteratorResult<T>> {
    this.end();
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
