import { type TwoStep, twoStep } from '../core/index.js';
import type { Held } from './holdings.js';
import type { Subscriber } from './subscriber.js';

const DONE = { done: true, value: undefined } as const;

/**
 * What comes of the values of a source, for one subscriber. Each value is taken when its connection has room for what comes of it and no
 * other subscription is in the middle of a message, so one that waits holds its place in the source and nothing else.
 */
export class PacedResults<T> implements AsyncIterableIterator<T>, Held {
  readonly #source: TwoStep<unknown>;
  readonly #map: (payload: unknown) => Promise<T>;
  readonly #subscriber: Subscriber;
  #ended = false;

  constructor(source: AsyncIterator<unknown>, map: (payload: unknown) => Promise<T>, subscriber: Subscriber) {
    this.#source = twoStep(source);
    this.#map = map;
    this.#subscriber = subscriber;
    subscriber.holdings.add(this);
  }

  get heldBytes(): number {
    return this.#source.heldBytes ?? 0;
  }

  release(): void {
    this.return().catch(() => undefined);
  }

  async next(): Promise<IteratorResult<T, undefined>> {
    try {
      while (!this.#ended && (await this.#source.ready())) {
        const value = await this.#result();
        if (value !== undefined) return { done: false, value };
        if (this.#subscriber.aborted) break;
      }
    } catch (error) {
      await this.return();
      throw error;
    }
    return await this.return();
  }

  async return(): Promise<typeof DONE> {
    if (this.#ended) return DONE;
    this.#ended = true;
    this.#subscriber.holdings.delete(this);
    this.#subscriber.floor.leave(this.#subscriber);
    this.#subscriber.door.forget(this.#subscriber);
    await this.#source.return?.();
    return DONE;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  get #isWanted(): boolean {
    return !this.#ended && !this.#subscriber.aborted;
  }

  /** The next one; `undefined` when there was nothing to take, or nobody wants it. */
  async #result(): Promise<T | undefined> {
    const { floor, door } = this.#subscriber;
    // What never speaks in parts may go between those of others.
    if (this.#source.unfinished !== undefined) await floor.take(this.#subscriber);
    try {
      if (this.#isWanted) await door.enter(this.#subscriber);
      const payload = this.#isWanted ? this.#source.take() : undefined;
      return payload === undefined ? undefined : await this.#map(payload);
    } finally {
      door.leave(this.#subscriber);
      if (this.#source.unfinished !== true) floor.leave(this.#subscriber);
    }
  }
}
