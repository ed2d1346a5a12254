import { cpuTime, processCpuTime } from './cpu-time.js';
import { EngineCost } from './engine-cost.js';
import { OutsideCost } from './outside-cost.js';

/** How much of what was measured still counts an interval later. */
const MEMORY = 0.8;
/**
 * What is taken for known before anything was measured. It outweighs the first intervals, in which code that was never run
 * before costs many times what it costs later.
 */
const PRIOR = { requests: 2_000, msPerRequest: 0.05 };
/** From this length on a section is looked at more closely: on a busy machine it may have stood still meanwhile. */
const SUSPECT_MS = 0.25;
const BUCKET_MS = 10_000;
const BUCKETS = 6;

/**
 * What sampling costs, measured by itself: the time of its own synchronous sections, what requests cost outside of them, and what V8's own
 * threads do for both. Tells the cost of a sample as a running mean, the share of a core used, and the longest turn of the last
 * minute. Time for which the machine let others run does not count.
 */
export class CostMeter {
  readonly #monotonic: () => number;
  readonly #cpuTime: () => number;
  readonly #runDelay: () => number;
  readonly #afterTurn: (callback: () => void) => void;
  readonly #onTurnEnd = (): void => {
    this.#inTurn = false;
  };
  readonly #outside: OutsideCost;
  readonly #engine: EngineCost;
  /** Time of all sections so far, ms. */
  #sectionsMs = 0;
  /** Requests of the section that runs. */
  #justAsked = 0;
  #spentMs = 0;
  #requests = 0;
  #intervalStart: number;
  /** Sums that fade: their ratio is the mean, in which an interval weighs by its requests. */
  #meanSpentMs = PRIOR.requests * PRIOR.msPerRequest;
  #meanRequests = PRIOR.requests;
  #share: number | null = null;
  /** Sections that run: one, and those within it. */
  #depth = 0;
  /** What others had of the processor when that was last looked at. */
  #runDelayMark = 0;
  #turnMs = 0;
  /** A turn has begun: answers that are read together are sections of one turn. */
  #inTurn = false;
  /** CPU time when the turn began. */
  #turnCpuStart = 0;
  readonly #longest = new Float64Array(BUCKETS).fill(Number.NaN);
  #bucket = 0;

  constructor(times: {
    /** Monotonic ms. */
    readonly monotonic: () => number;
    /** CPU time in ms of this thread, or of more than this thread. @default the system's */
    readonly cpuTime?: () => number;
    /** Total in ms for which this thread was ready and others had the processor. @default never */
    readonly runDelay?: () => number;
    /** CPU time in ms of all threads of the process. @default the system's */
    readonly processCpu?: () => number;
    /** CPU time in ms of V8's own threads, which is not within `cpuTime`. @default not known */
    readonly engineCpu?: () => number;
    /** Calls back when the event loop has ended the turn that runs. @default `setImmediate` */
    readonly afterTurn?: (callback: () => void) => void;
  }) {
    this.#runDelay = times.runDelay ?? (() => 0);
    this.#afterTurn = times.afterTurn ?? setImmediate;
    this.#monotonic = times.monotonic;
    this.#cpuTime = times.cpuTime ?? cpuTime;
    this.#outside = new OutsideCost(this.#monotonic, this.#cpuTime);
    this.#engine = new EngineCost({
      process: times.processCpu ?? processCpuTime,
      engine: times.engineCpu ?? (() => 0),
    });
    this.#intervalStart = times.monotonic();
  }

  /** CPU in ms that one request and the handling of its answer take, of this thread and of V8's. */
  get perRequestMs(): number {
    return (this.#meanSpentMs / this.#meanRequests + this.#outside.perRequestMs) * this.#engine.factor;
  }

  /** Share of a core used in the last full interval; `null` before the first. */
  get share(): number | null {
    return this.#share;
  }

  /** Time in ms that our sections have taken of the turn that runs, without the section that runs; 0 between turns. */
  get turnMs(): number {
    return this.#inTurn ? this.#turnMs : 0;
  }

  /** Counts requests that were made, in the section that runs if there is one. */
  asked(requests: number): void {
    if (requests === 0) return;
    this.#requests += requests;
    if (this.#depth > 0) this.#justAsked += requests;
    else this.#outside.asked(requests, this.#sectionsMs);
  }

  /** Counts an answer, after the section that took it. */
  answered(): void {
    this.#outside.answered(this.#sectionsMs);
  }

  /** Runs one synchronous section of ours. One within another counts once. */
  section<T>(work: () => T): T {
    const from = this.enter();
    try {
      return work();
    } finally {
      this.leave(from);
    }
  }

  /** Begins such a section, for whoever has one for each answer; returns the monotonic ms for `leave`, which must follow. */
  enter(): number {
    if (this.#depth++ === 0 && !this.#inTurn) {
      this.#inTurn = true;
      this.#turnMs = 0;
      this.#turnCpuStart = this.#cpuTime();
      this.#runDelayMark = this.#runDelay();
      this.#afterTurn(this.#onTurnEnd);
    }
    return this.#monotonic();
  }

  /** Ends the section that began at that time. */
  leave(from: number): void {
    if (--this.#depth === 0) this.#ended(from);
  }

  /** Ends an interval: takes its cost into the mean. */
  interval(): void {
    const now = this.#monotonic();
    const elapsed = now - this.#intervalStart;
    if (elapsed <= 0) return;
    this.#outside.interval(this.#sectionsMs);
    const ofThread = this.#spentMs + this.#requests * this.#outside.perRequestMs;
    this.#engine.interval();
    this.#share = (ofThread * this.#engine.factor) / elapsed;
    if (this.#requests > 0) {
      this.#meanSpentMs = this.#meanSpentMs * MEMORY + this.#spentMs;
      this.#meanRequests = this.#meanRequests * MEMORY + this.#requests;
    }
    this.#spentMs = 0;
    this.#requests = 0;
    this.#intervalStart = now;
  }

  /** Longest turn in ms within the last minute; `null` when there was none. */
  longestTurnMs(): number | null {
    this.#turnOver(this.#monotonic());
    let longest: number | null = null;
    for (const ms of this.#longest) if (!Number.isNaN(ms) && ms > (longest ?? -1)) longest = ms;
    return longest;
  }

  #ended(from: number): void {
    const to = this.#monotonic();
    const before = this.#turnMs;
    this.#turnMs += to - from;
    if (to - from >= SUSPECT_MS) this.#leaveOut(to - from);
    this.#spentMs += this.#turnMs - before;
    this.#sectionsMs += this.#turnMs - before;
    if (this.#justAsked > 0) {
      this.#outside.asked(this.#justAsked, this.#sectionsMs);
      this.#justAsked = 0;
    }
    this.#turnOver(to);
    if (!(this.#longest[this.#bucket % BUCKETS]! >= this.#turnMs)) this.#longest[this.#bucket % BUCKETS] = this.#turnMs;
  }

  /**
   * Takes from the turn what others had of the processor, such as the worker that was written to. It is known for the time since it was last
   * looked at, which costs a few µs, and taken to have been within this section, because sections are short otherwise. Where it is not known, what else the turn did counts as ours,
   * but never for more than our sections took.
   */
  #leaveOut(sectionMs: number): void {
    const runDelay = this.#runDelay();
    this.#turnMs -= Math.min(sectionMs, Math.max(0, runDelay - this.#runDelayMark));
    this.#runDelayMark = runDelay;
    this.#turnMs = Math.min(this.#turnMs, this.#cpuTime() - this.#turnCpuStart);
  }

  /** Empties the buckets that a minute has passed over. */
  #turnOver(now: number): void {
    const bucket = Math.floor(now / BUCKET_MS);
    if (bucket - this.#bucket >= BUCKETS) this.#longest.fill(Number.NaN);
    else for (let b = this.#bucket + 1; b <= bucket; b++) this.#longest[b % BUCKETS] = Number.NaN;
    this.#bucket = Math.max(bucket, this.#bucket);
  }
}
