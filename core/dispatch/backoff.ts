/** Waits between attempts: each `factor` times the last, up to `maxMs`, spread by `jitter`. */
export interface BackoffOptions {
  readonly initialMs: number;
  readonly maxMs: number;
  readonly factor: number;
  /** 0–1: share of the wait that is random, so that many do not come back at the same moment. */
  readonly jitter: number;
}

export class Backoff {
  readonly #options: BackoffOptions;
  readonly #random: () => number;
  #next: number;

  /** `random` gives 0 to below 1. */
  constructor(options: BackoffOptions, random: () => number = Math.random) {
    this.#options = options;
    this.#random = random;
    this.#next = options.initialMs;
  }

  /** The next wait in ms: between `(1 - jitter)` times the step and the step itself. */
  next(): number {
    const { maxMs, factor, jitter } = this.#options;
    const step = Math.min(this.#next, maxMs);
    this.#next = Math.min(step * factor, maxMs);
    return step * (1 - jitter * this.#random());
  }

  /** Begins again at `initialMs`: call it after a success. */
  reset(): void {
    this.#next = this.#options.initialMs;
  }
}
