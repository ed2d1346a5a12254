import type { Clock } from '../../../core/index.js';

const MINUTE_MS = 60_000;

export interface PaceOptions {
  /** Most in any minute. */
  readonly perMinute: number;
  /** Least time between two, ms. */
  readonly gapMs: number;
}

/** How often a receiver may be asked. */
export class Pace {
  readonly #clock: Clock;
  readonly #options: PaceOptions;
  readonly #taken: number[] = [];

  constructor(clock: Clock, options: PaceOptions) {
    this.#clock = clock;
    this.#options = options;
  }

  /** How long to wait for the next, in ms; 0 when it may be taken now. */
  waitMs(): number {
    const now = this.#clock.monotonic();
    const { perMinute, gapMs } = this.#options;
    while (this.#taken[0] !== undefined && now - this.#taken[0] >= MINUTE_MS) this.#taken.shift();
    const [first] = this.#taken;
    const last = this.#taken.at(-1);
    if (first === undefined || last === undefined) return 0;
    return Math.max(gapMs - (now - last), this.#taken.length < perMinute ? 0 : MINUTE_MS - (now - first), 0);
  }

  /** One was taken, now at the latest. */
  take(): void {
    this.#taken.push(this.#clock.monotonic());
  }
}
