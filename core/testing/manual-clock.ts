import type { Clock, Timer } from '../clock.js';

interface Pending {
  due: number;
  readonly order: number;
  /** `null` for a timer that runs once. */
  readonly every: number | null;
  readonly callback: () => void;
}

/** A clock that stands still until it is told to move, so that a test decides what happens when. */
export class ManualClock implements Clock {
  readonly #timers = new Set<Pending>();
  #monotonic = 0;
  #wallOffset: number;
  #nextOrder = 0;

  /** `startMs` is the wall time at the beginning; the monotonic time always begins at 0. */
  constructor(startMs = 1_700_000_000_000) {
    this.#wallOffset = startMs;
  }

  /** Timers that are armed. 0 after everything was stopped properly. */
  get pending(): number {
    return this.#timers.size;
  }

  now(): number {
    return this.#wallOffset + this.#monotonic;
  }

  monotonic(): number {
    return this.#monotonic;
  }

  setTimeout(callback: () => void, ms: number): Timer {
    return this.#arm(callback, ms, null);
  }

  setInterval(callback: () => void, ms: number): Timer {
    return this.#arm(callback, ms, Math.max(1, ms));
  }

  /** Moves both times and runs what falls due, in order of due time; those due together run in the order they were armed. */
  advance(ms: number): void {
    const target = this.#monotonic + ms;
    while (this.#runNext(target));
    this.#monotonic = target;
  }

  /** As `advance`, but lets promises settle before each timer and at the end. */
  async advanceAsync(ms: number): Promise<void> {
    const target = this.#monotonic + ms;
    do {
      await settle();
    } while (this.#runNext(target));
    this.#monotonic = target;
    await settle();
  }

  /** Sets the wall clock forward or back, as an operator or NTP does; the monotonic time does not move. */
  jumpWallTime(ms: number): void {
    this.#wallOffset += ms;
  }

  #arm(callback: () => void, ms: number, every: number | null): Timer {
    const timer: Pending = {
      due: this.#monotonic + Math.max(0, ms),
      order: this.#nextOrder++,
      every,
      callback,
    };
    this.#timers.add(timer);
    return { cancel: () => void this.#timers.delete(timer) };
  }

  #runNext(target: number): boolean {
    let next: Pending | undefined;
    for (const timer of this.#timers) {
      if (timer.due > target) continue;
      if (next === undefined || timer.due < next.due || (timer.due === next.due && timer.order < next.order))
        next = timer;
    }
    if (next === undefined) return false;
    this.#monotonic = Math.max(this.#monotonic, next.due);
    if (next.every === null) this.#timers.delete(next);
    else next.due += next.every;
    next.callback();
    return true;
  }
}

/** One turn of the event loop: every promise that can settle has settled after it. */
function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
