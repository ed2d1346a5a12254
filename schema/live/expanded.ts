import { type TwoStep, twoStep } from '../../core/index.js';

/**
 * Makes none, one or several items of each item of another iterator, and holds those that were not taken yet. Ending this one ends the
 * other, also before the first read.
 */
export class Expanded<T, U> implements AsyncIterableIterator<U>, TwoStep<U> {
  readonly #inner: TwoStep<T>;
  readonly #expand: (item: T) => readonly U[];
  readonly #rest: U[] = [];
  #ended = false;

  constructor(inner: AsyncIterableIterator<T>, expand: (item: T) => readonly U[]) {
    this.#inner = twoStep(inner);
    this.#expand = expand;
  }

  /** Whether there are more items of the one that was taken last. */
  get unfinished(): boolean {
    return this.#rest.length > 0;
  }

  async ready(): Promise<boolean> {
    if (this.#ended) return false;
    return this.#rest.length > 0 || (await this.#inner.ready());
  }

  take(): U | undefined {
    while (!this.#ended && this.#rest.length === 0) {
      const item = this.#inner.take();
      if (item === undefined) return undefined;
      this.#rest.push(...this.#expand(item));
    }
    return this.#rest.shift();
  }

  async next(): Promise<IteratorResult<U>> {
    while (await this.ready()) {
      const value = this.take();
      if (value !== undefined) return { done: false, value };
    }
    return { done: true, value: undefined };
  }

  async return(): Promise<IteratorResult<U>> {
    this.#ended = true;
    this.#rest.length = 0;
    await this.#inner.return?.();
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
