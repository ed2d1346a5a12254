import type { ActionOptions } from './options.js';

/** Alerts whose cool-down is remembered; beyond it the oldest is forgotten, and the rate limit alone holds. */
const MOST_REMEMBERED = 10_000;

/** How often an action may be taken: in all, and for one alert. */
export class Allowance {
  readonly #options: Pick<ActionOptions, 'rateLimit' | 'coolDownMs'>;
  /** Monotonic times at which it was taken, the oldest first; at most as many as the limit. */
  readonly #taken: number[] = [];
  /** By id of alert, the oldest first. */
  readonly #lastFor = new Map<string, number>();

  constructor(options: Pick<ActionOptions, 'rateLimit' | 'coolDownMs'>) {
    this.#options = options;
  }

  /** Why it may not be taken at this monotonic time in ms; `null` when it may, and then that counts. */
  take(alert: string, now: number): string | null {
    const { rateLimit, coolDownMs } = this.#options;
    const last = this.#lastFor.get(alert);
    if (last !== undefined && now - last < coolDownMs) {
      return `it was taken for this alert ${Math.round((now - last) / 1_000)} s ago; the cool-down is ${coolDownMs / 1_000} s`;
    }
    while (this.#taken[0] !== undefined && now - this.#taken[0] >= rateLimit.perMs) this.#taken.shift();
    if (this.#taken.length >= rateLimit.count) {
      return `it was taken ${rateLimit.count} times in the last ${rateLimit.perMs / 1_000} s, which is the limit`;
    }
    this.#taken.push(now);
    this.#remember(alert, now);
    return null;
  }

  #remember(alert: string, now: number): void {
    this.#lastFor.delete(alert);
    for (const [id, at] of this.#lastFor) {
      if (now - at < this.#options.coolDownMs && this.#lastFor.size < MOST_REMEMBERED) break;
      this.#lastFor.delete(id);
    }
    this.#lastFor.set(alert, now);
  }
}
