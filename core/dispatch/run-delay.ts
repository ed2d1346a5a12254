import { SchedStat } from '../sched-stat.js';

/** How long this thread was ready to run while others had the processor: no time that its own work took. Always 0 where there is no `/proc` of Linux. */
export class RunDelay {
  readonly #thread = new SchedStat('/proc/thread-self/schedstat');

  /** Total since the thread began, in ms; a few µs a reading. Call it from one thread only. */
  ms(): number {
    return this.#thread.delayMs();
  }

  /** Gives the file back; from then on it is 0. */
  close(): void {
    this.#thread.close();
  }
}
