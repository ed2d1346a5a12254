import { closeSync, openSync, readSync } from 'node:fs';

/** Long enough for three counters of 64 bits. */
const LINE_BYTES = 64;

/**
 * How long this thread was ready to run while others had the processor: no time that its own work took. From `/proc/thread-self/schedstat` of
 * Linux (Documentation/scheduler/sched-stats.rst, second field, ns), a few µs a reading; always 0 where there is none.
 */
export class RunDelay {
  readonly #line = Buffer.alloc(LINE_BYTES);
  #file: number | null | undefined;

  /** Total since the thread began, in ms. Call it from one thread only. */
  ms(): number {
    if (this.#file === undefined) this.#file = openOrNull();
    if (this.#file === null) return 0;
    const length = readSync(this.#file, this.#line, 0, LINE_BYTES, 0);
    const ns = Number(this.#line.toString('latin1', 0, length).split(' ')[1]);
    return Number.isFinite(ns) ? ns / 1e6 : 0;
  }

  /** Gives the file back; from then on it is 0. */
  close(): void {
    if (typeof this.#file === 'number') closeSync(this.#file);
    this.#file = null;
  }
}

function openOrNull(): number | null {
  try {
    return openSync('/proc/thread-self/schedstat', 'r');
  } catch {
    return null;
  }
}
