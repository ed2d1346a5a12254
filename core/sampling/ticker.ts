import type { Clock, Timer } from '../clock.js';
import { Conflated } from '../dispatch/conflated.js';
import { checkEveryMs } from './leases.js';

const TICK = {};

/** Readers that want to hear of new samples at the same pace. */
class Pace {
  readonly news = new Conflated<typeof TICK>();
  readonly #clock: Clock;
  readonly #everyMs: number;
  #lastAt = Number.NEGATIVE_INFINITY;
  #timer: Timer | null = null;

  constructor(clock: Clock, everyMs: number) {
    this.#clock = clock;
    this.#everyMs = everyMs;
  }

  /** Tells at once, or as soon as the pace allows. */
  tell(): void {
    if (this.#timer !== null) return;
    const wait = this.#lastAt + this.#everyMs - this.#clock.monotonic();
    if (wait <= 0) this.#tellNow();
    else this.#timer = this.#clock.setTimeout(() => this.#tellNow(), wait);
  }

  close(): void {
    this.#timer?.cancel();
    this.news.close();
  }

  #tellNow(): void {
    this.#timer = null;
    this.#lastAt = this.#clock.monotonic();
    this.news.publish(TICK);
  }
}

/** Tells readers that there are new samples, each at the pace it asked for. Readers of one pace share a timer. */
export class Ticker {
  readonly #clock: Clock;
  readonly #paces = new Map<number, Pace>();
  #closed = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get subscribers(): number {
    let sum = 0;
    for (const { news } of this.#paces.values()) sum += news.subscribers;
    return sum;
  }

  /** Throws `RangeError` for a pace out of range. */
  subscribe(everyMs: number, signal?: AbortSignal): AsyncIterableIterator<void> {
    checkEveryMs(everyMs);
    this.#dropUnread();
    let pace = this.#paces.get(everyMs);
    if (pace === undefined) {
      pace = new Pace(this.#clock, everyMs);
      this.#paces.set(everyMs, pace);
    }
    if (this.#closed) pace.close();
    return withoutValue(pace.news.subscribe(signal));
  }

  tell(): void {
    for (const pace of this.#paces.values()) if (pace.news.subscribers > 0) pace.tell();
  }

  close(): void {
    this.#closed = true;
    for (const pace of this.#paces.values()) pace.close();
    this.#paces.clear();
  }

  #dropUnread(): void {
    for (const [everyMs, pace] of this.#paces) {
      if (pace.news.subscribers > 0) continue;
      pace.close();
      this.#paces.delete(everyMs);
    }
  }
}

function withoutValue(source: AsyncIterableIterator<object>): AsyncIterableIterator<void> {
  const bare = ({ done }: IteratorResult<object>): IteratorResult<void> =>
    done === true ? { done, value: undefined } : { done: false, value: undefined };
  return {
    next: async () => bare(await source.next()),
    return: async () => {
      await source.return?.();
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
