/** CPU of one request that is spent outside our turns, mostly where the source decodes the answer; from measurement. */
const OUTSIDE_MS_PER_REQUEST = 0.02;
/** Weight of the newest interval in the running mean. */
const WEIGHT = 0.2;
/** Sections closer together than this belong to one turn of the event loop: answers that came in one packet. */
const SAME_TURN_MS = 0.25;
const BUCKET_MS = 10_000;
const BUCKETS = 6;

/**
 * What sampling costs, measured by itself: the time of its own synchronous sections plus a constant for each request. Tells
 * the cost of a sample as a running mean, the share of a core used, and the longest turn of the last minute.
 */
export class CostMeter {
  #spentMs = 0;
  #requests = 0;
  #intervalStart: number;
  #perRequestMs: number | null = null;
  #share: number | null = null;
  #turnMs = 0;
  #turnEnd = Number.NEGATIVE_INFINITY;
  readonly #longest = new Float64Array(BUCKETS).fill(Number.NaN);
  #bucket = 0;

  /** `now` is monotonic ms here and below. */
  constructor(now: number) {
    this.#intervalStart = now;
  }

  /** CPU in ms that one request and the handling of its answer take. */
  get perRequestMs(): number {
    return (this.#perRequestMs ?? 0) + OUTSIDE_MS_PER_REQUEST;
  }

  /** Share of a core used in the last full interval; `null` before the first. */
  get share(): number | null {
    return this.#share;
  }

  /** Accounts for one synchronous section of ours. */
  section(from: number, to: number, requests: number): void {
    this.#spentMs += to - from;
    this.#requests += requests;
    this.#turnMs = from - this.#turnEnd < SAME_TURN_MS ? this.#turnMs + (to - from) : to - from;
    this.#turnEnd = to;
    this.#turnOver(to);
    if (!(this.#longest[this.#bucket % BUCKETS]! >= this.#turnMs)) this.#longest[this.#bucket % BUCKETS] = this.#turnMs;
  }

  /** Ends an interval: takes its cost into the mean. */
  interval(now: number): void {
    const elapsed = now - this.#intervalStart;
    if (elapsed <= 0) return;
    this.#share = (this.#spentMs + this.#requests * OUTSIDE_MS_PER_REQUEST) / elapsed;
    if (this.#requests > 0) {
      const newest = this.#spentMs / this.#requests;
      this.#perRequestMs = this.#perRequestMs === null ? newest : newest * WEIGHT + this.#perRequestMs * (1 - WEIGHT);
    }
    this.#spentMs = 0;
    this.#requests = 0;
    this.#intervalStart = now;
  }

  /** Longest turn in ms within the last minute; `null` when there was none. */
  longestTurnMs(now: number): number | null {
    this.#turnOver(now);
    let longest: number | null = null;
    for (const ms of this.#longest) if (!Number.isNaN(ms) && ms > (longest ?? -1)) longest = ms;
    return longest;
  }

  /** Empties the buckets that a minute has passed over. */
  #turnOver(now: number): void {
    const bucket = Math.floor(now / BUCKET_MS);
    if (bucket - this.#bucket >= BUCKETS) this.#longest.fill(Number.NaN);
    else for (let b = this.#bucket + 1; b <= bucket; b++) this.#longest[b % BUCKETS] = Number.NaN;
    this.#bucket = Math.max(bucket, this.#bucket);
  }
}
