import type { Clock } from '../../../core/index.js';

const MINUTE_MS = 60_000;

/** At most so many in any minute. */
export class Pace {
  readonly #clock: Clock;
  readonly #perMinute: number;
  readonly #taken: number[] = [];

  constructor(clock: Clock, perMinute: number) {
    this.#clock = clock;
    this.#perMinute = perMinute;
  }

  /** How long to wait for the next, in ms; 0 when it may be taken now. */
  waitMs(): number {
    const now = this.#clock.monotonic();
    while (this.#taken[0] !== undefined && now - this.#taken[0] >= MINUTE_MS) this.#taken.shift();
    const first = this.#taken[0];
    return first === undefined || this.#taken.length < this.#perMinute ? 0 : MINUTE_MS - (now - first);
  }

  take(): void {
    this.#taken.push(this.#clock.monotonic());
  }
}
