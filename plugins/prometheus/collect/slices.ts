import type { Clock } from '../../../core/index.js';

/** How long a slice may hold the event loop, ms; what is under way when it is over is finished. */
const SLICE_MS = 0.75;
/** The same where no code is compiled yet: what is under way takes a millisecond and more then. */
const COLD_SLICE_MS = 0.25;
/** How long `each` works between two looks at the clock, ms. */
const LOOK_MS = 0.1;
const FIRST_BATCH = 8;

/** Divides long work into slices, between which the event loop turns. */
export class Slices {
  readonly #clock: Clock;
  readonly #signal: AbortSignal;
  readonly #sliceMs: number;
  #began: number;
  #longestMs = 0;

  /** `signal` ends the work at the next pause. `isCold`: this work is done for the first time, so that its code is slow. */
  constructor(clock: Clock, signal: AbortSignal, isCold = false) {
    this.#clock = clock;
    this.#signal = signal;
    this.#sliceMs = isCold ? COLD_SLICE_MS : SLICE_MS;
    this.#began = clock.monotonic();
  }

  /** Longest slice so far, ms. */
  get longestMs(): number {
    return Math.max(this.#longestMs, this.#clock.monotonic() - this.#began);
  }

  /** Whether it is time for a pause. */
  get isOver(): boolean {
    return this.#clock.monotonic() - this.#began >= this.#sliceMs;
  }

  /** Lets the event loop turn. Rejects when the work is given up. */
  async pause(): Promise<void> {
    this.#longestMs = this.longestMs;
    await new Promise<void>((resolve) => setImmediate(resolve));
    this.#signal.throwIfAborted();
    this.#began = this.#clock.monotonic();
  }

  /** Does `work` for every item, as `range`. */
  async each<T>(items: readonly T[], most: number, work: (item: T) => void): Promise<void> {
    await this.range(items.length, most, (i) => work(items[i]!));
  }

  /**
   * Does `work` for every whole number from 0 to below `end`, for `most` of them between two looks at the clock, and for fewer while they
   * take long: on the first page of a process the code is slow, and not compiled yet.
   */
  async range(end: number, most: number, work: (i: number) => void): Promise<void> {
    await this.spans(end, most, (from, to) => {
      for (let i = from; i < to; i++) work(i);
    });
  }

  /** As `range`, for `work` that goes through the numbers from `from` to below `to` itself. */
  async spans(end: number, most: number, work: (from: number, to: number) => void): Promise<void> {
    let batch = Math.min(FIRST_BATCH, most);
    let before = this.#clock.monotonic();
    for (let from = 0; from < end; ) {
      const to = Math.min(end, from + batch);
      work(from, to);
      from = to;
      const now = this.#clock.monotonic();
      if (now - before < LOOK_MS) batch = Math.min(most, batch * 2);
      else if (batch > 1) batch >>= 1;
      before = now;
      if (now - this.#began < this.#sliceMs || from >= end) continue;
      await this.pause();
      before = this.#clock.monotonic();
    }
  }
}
