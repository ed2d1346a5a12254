/** How much of what was measured still counts an interval later: collections of the whole heap are up to a minute apart. */
const MEMORY = 0.9;
/** What is taken for known before anything was measured, in ms. */
const PRIOR = { process: 2_000, engine: 300 };
/** What collecting garbage takes in all for each ms of V8's threads: marking and pauses take another half of it on the thread of JavaScript. */
const COLLECTING = 1.5;
/** Whatever is measured, collecting is not believed to cost more than that, in parts of the time in which the garbage was made. */
const MOST = 4;

/**
 * What V8 does for what a thread does: it collects its garbage, mostly on threads of its own. Whose garbage it is cannot be told, so what is
 * collected is shared out over all CPU time of JavaScript in proportion. Where V8's threads cannot be told from others nothing is added.
 */
export class EngineCost {
  readonly #processMs: () => number;
  readonly #engineMs: () => number;
  /** At the last interval's end; `null` before the first. */
  #last: { readonly process: number; readonly engine: number } | null = null;
  /** Of all intervals, fading. */
  #sums = { process: 0, engine: 0 };

  constructor(times: {
    /** CPU time in ms of all threads of the process. */
    readonly process: () => number;
    /** Of V8's own among them; always 0 where it is not known. */
    readonly engine: () => number;
  }) {
    this.#processMs = times.process;
    this.#engineMs = times.engine;
  }

  /** What one ms of sampling costs with what V8 does for it, in ms: 1 to 5. */
  get factor(): number {
    const { process, engine } = this.#sums;
    const collecting = COLLECTING * engine;
    return collecting === 0 ? 1 : 1 + Math.min(MOST, collecting / Math.max(0, process - collecting));
  }

  /** Ends an interval: takes what it showed into the mean. */
  interval(): void {
    const now = { process: this.#processMs(), engine: this.#engineMs() };
    const last = this.#last;
    this.#last = now;
    if (last === null) {
      if (now.engine > 0) this.#sums = PRIOR;
      return;
    }
    const { process, engine } = this.#sums;
    this.#sums = {
      process: process * MEMORY + now.process - last.process,
      engine: engine * MEMORY + Math.max(0, now.engine - last.engine),
    };
  }
}
