/**
 * Movement of one counter, as far as samples show it. All times are monotonic ms. Between two equal samples nothing has moved;
 * without samples nothing is known, and nothing here changes.
 */
export class Flow {
  #count = Number.NaN;
  #sampledAt = Number.NaN;
  #silentSince: number;
  #movedFrom = Number.NaN;
  #flat = false;
  readonly #openedAt: number;

  constructor(now: number) {
    this.#openedAt = now;
    this.#silentSince = now;
  }

  /** Whether anything has moved since it opened. */
  get started(): boolean {
    return this.#count > 0;
  }

  /** Whether nothing moved between the two newest samples. */
  get flat(): boolean {
    return this.#flat;
  }

  /** Whether the newest sample showed movement. */
  get moving(): boolean {
    return !this.#flat && !Number.isNaN(this.#movedFrom);
  }

  get sampledAt(): number {
    return this.#sampledAt;
  }

  /** The newest sample that showed movement; before the first one, when it opened. */
  get silentSince(): number {
    return this.#silentSince;
  }

  /** Takes in a sample; unknown values are passed over. */
  sample(count: number, told: number): void {
    if (Number.isNaN(count)) return;
    // A jump of the wall clock makes a sample look older than it is, but none is older than the one before it.
    const at = Math.max(told, Number.isNaN(this.#sampledAt) ? this.#openedAt : this.#sampledAt);
    const first = Number.isNaN(this.#count);
    const moved = first ? count > 0 : count > this.#count;
    if (moved) {
      this.#silentSince = at;
      this.#movedFrom = this.#sampledAt;
    }
    this.#flat = !first && !moved;
    this.#count = count;
    this.#sampledAt = at;
  }

  /** Silence before `at` was in order, for example a pause; it does not count. */
  excuse(at: number): void {
    this.#silentSince = Math.max(this.#silentSince, at);
    this.#movedFrom = Number.NaN;
    this.#flat = false;
  }

  /** Whether something surely moved after `since` and before `at`, and still did at the newest sample. */
  flowedWithin(since: number, at: number): boolean {
    return this.moving && this.#movedFrom >= since && this.#sampledAt <= at;
  }
}
