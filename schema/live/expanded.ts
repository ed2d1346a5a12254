/**
 * Makes none, one or several items of each item of another iterator. Ending this one ends the other, also before the
 * first read.
 */
export class Expanded<T, U> implements AsyncIterableIterator<U> {
  readonly #inner: AsyncIterableIterator<T>;
  readonly #expand: (item: T) => readonly U[];
  readonly #rest: U[] = [];
  #ended = false;

  constructor(inner: AsyncIterableIterator<T>, expand: (item: T) => readonly U[]) {
    this.#inner = inner;
    this.#expand = expand;
  }

  async next(): Promise<IteratorResult<U>> {
    while (!this.#ended) {
      const value = this.#rest.shift();
      if (value !== undefined) return { done: false, value };
      const result = await this.#inner.next();
      if (result.done === true) this.#ended = true;
      else this.#rest.push(...this.#expand(result.value));
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
