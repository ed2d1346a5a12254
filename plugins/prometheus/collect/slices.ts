import type { Clock } from '../../../core/index.js';

/** Longest that one slice may hold the event loop, ms; the check itself comes only every few items. */
const SLICE_MS = 1;

/** Divides long work into slices, between which the event loop turns. */
export class Slices {
  readonly #clock: Clock;
  readonly #signal: AbortSignal;
  #began: number;
  #longestMs = 0;

  /** `signal` ends the work at the next pause. */
  constructor(clock: Clock, signal: AbortSignal) {
    this.#clock = clock;
    this.#signal = signal;
    this.#began = clock.monotonic();
  }

  /** Longest slice so far, ms. */
  get longestMs(): number {
    return Math.max(this.#longestMs, this.#clock.monotonic() - this.#began);
  }

  /** Whether it is time for a pause. */
  get isOver(): boolean {
    return this.#clock.monotonic() - this.#began >= SLICE_MS;
  }

  /** Lets the event loop turn. Rejects when the work is given up. */
  async pause(): Promise<void> {
    this.#longestMs = this.longestMs;
    await new Promise<void>((resolve) => setImmediate(resolve));
    this.#signal.throwIfAborted();
    this.#began = this.#clock.monotonic();
  }

  /** Does `work` for every item, `batch` of them between two looks at the clock. */
  async each<T>(items: readonly T[], batch: number, work: (item: T) => void): Promise<void> {
    for (let from = 0; from < items.length; from += batch) {
      if (this.isOver) await this.pause();
      const to = Math.min(items.length, from + batch);
      for (let i = from; i < to; i++) work(items[i]!);
    }
  }
}
