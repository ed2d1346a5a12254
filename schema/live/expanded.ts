import { type TwoStep, twoStep } from '../../core/index.js';

/**
 * Makes none, one or several items of each item of another iterator, and holds those that were not taken yet. Ending this one ends the
 * other, also before the first read.
 */
export class Expanded<T, U> implements AsyncIterableIterator<U>, TwoStep<U> {
  readonly #inner: TwoStep<T>;
  readonly #expand: (item: T) => readonly U[];
  readonly #bytesOf: (rest: readonly U[]) => number;
  readonly #rest: U[] = [];
  #ended = false;

  /** `bytesOf`: what those that were not taken yet hold, by estimate, asked also when all were; for items that hold next to nothing it may be left out. */
  constructor(
    inner: AsyncIterableIterator<T>,
    expand: (item: T) => readonly U[],
    bytesOf: (rest: readonly U[]) => number = () => 0,
  ) {
    this.#inner = twoStep(inner);
    this.#expand = expand;
    this.#bytesOf = bytesOf;
  }

  /** Whether there are more items of the one that was taken last. */
  get unfinished(): boolean {
    return this.#rest.length > 0;
  }

  /** The items of the one that was taken last that are yet to be taken. */
  get rest(): readonly U[] {
    return this.#rest;
  }

  get heldBytes(): number {
    return this.#bytesOf(this.#rest);
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
