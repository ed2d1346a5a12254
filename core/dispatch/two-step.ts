/** What can be read in two steps: waiting for something, which takes nothing, and taking it. */
export interface TwoStep<T> {
  /** Resolves with `true` when there may be something to take, with `false` at the end. */
  ready(): Promise<boolean>;
  /** The next value; `undefined` when there is none now. */
  take(): T | undefined;
  /** Whether the value taken last is followed by more that belongs to it. Left out by what gives each value for itself. */
  readonly unfinished?: boolean;
  /**
   * About how many bytes would be free if it ended now, with what is yet to come of the value taken last. Left out by what holds next to
   * nothing.
   */
  readonly heldBytes?: number;
  /** Ends it. */
  return?(): Promise<unknown>;
}

/** The iterator itself where it can be read in two steps; of any other one value at most is held from the first step to the second. */
export function twoStep<T>(iterator: AsyncIterator<T> | (AsyncIterator<T> & TwoStep<T>)): TwoStep<T> {
  return 'ready' in iterator && 'take' in iterator ? iterator : new Held(iterator);
}

class Held<T> implements TwoStep<T> {
  readonly #iterator: AsyncIterator<T>;
  #value: T | undefined;
  #asked: Promise<boolean> | undefined;

  constructor(iterator: AsyncIterator<T>) {
    this.#iterator = iterator;
  }

  ready(): Promise<boolean> {
    if (this.#value !== undefined) return Promise.resolve(true);
    this.#asked ??= this.#ask();
    return this.#asked;
  }

  take(): T | undefined {
    const value = this.#value;
    this.#value = undefined;
    return value;
  }

  async return(): Promise<unknown> {
    this.#value = undefined;
    return await this.#iterator.return?.();
  }

  async #ask(): Promise<boolean> {
    try {
      const { done, value } = await this.#iterator.next();
      if (done !== true) this.#value = value;
      return done !== true;
    } finally {
      this.#asked = undefined;
    }
  }
}
