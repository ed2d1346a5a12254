import type { HandingOver, Take } from './handout.js';

type Result<T> = IteratorResult<T, undefined>;

const DONE = { done: true, value: undefined } as const;

/**
 * A stream whose end is noticed once, however it ends, and that ends at once when told to, even while its source is waited
 * for: the source is told too, and whatever it still says is ignored.
 */
export class TrackedStream<T> implements AsyncIterableIterator<T>, HandingOver<T> {
  readonly #source: AsyncIterator<T> & Partial<HandingOver<T>>;
  readonly #onEnd: () => void;
  readonly #waiting = new Set<(result: Result<T>) => void>();
  #ended = false;

  /** `onEnd` runs once. */
  constructor(source: AsyncIterable<T>, onEnd: () => void) {
    this.#source = source[Symbol.asyncIterator]();
    this.#onEnd = onEnd;
  }

  next(): Promise<Result<T>> {
    if (this.#ended) return Promise.resolve(DONE);
    return new Promise((resolve, reject) => {
      this.#waiting.add(resolve);
      this.#source.next().then(
        (result) => {
          this.#waiting.delete(resolve);
          if (result.done === true) this.#finish();
          resolve(this.#ended ? DONE : (result as Result<T>));
        },
        (error: unknown) => {
          this.#waiting.delete(resolve);
          this.#finish();
          reject(error);
        },
      );
    });
  }

  return(): Promise<Result<T>> {
    if (!this.#ended) {
      this.#finish();
      // Not awaited: a generator takes it in only when the value it waits for has come.
      this.#source.return?.().catch(() => undefined);
    }
    return Promise.resolve(DONE);
  }

  get handsOver(): boolean {
    return this.#source.handsOver === true;
  }

  handOver(take: Take<T>): void {
    this.#source.handOver?.((value) => {
      if (!this.#ended) take(value);
    });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #finish(): void {
    if (this.#ended) return;
    this.#ended = true;
    for (const resolve of this.#waiting) resolve(DONE);
    this.#waiting.clear();
    this.#onEnd();
  }
}
