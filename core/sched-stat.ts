import { closeSync, openSync, readSync } from 'node:fs';

/** Long enough for three counters of 64 bits. */
const LINE_BYTES = 64;

/** Which number of the line, in ns: how long the thread ran, and how long it was ready to run while others had the processor. */
const RAN = 0;
const DELAYED = 1;

/**
 * What Linux tells of one thread in a `schedstat` file of `/proc` (Documentation/scheduler/sched-stats.rst), in ms since the thread began. The file
 * is kept open, so that a reading takes a few µs. Always 0 where there is no such file, or the thread has ended.
 */
export class SchedStat {
  readonly #path: string;
  readonly #line = Buffer.alloc(LINE_BYTES);
  #file: number | null | undefined;

  constructor(path: string) {
    this.#path = path;
  }

  /** For how long the thread ran. */
  cpuMs(): number {
    return this.#read(RAN);
  }

  /** For how long the thread was ready to run and others had the processor. */
  delayMs(): number {
    return this.#read(DELAYED);
  }

  /** Gives the file back; from then on all is 0. */
  close(): void {
    if (typeof this.#file === 'number') closeSync(this.#file);
    this.#file = null;
  }

  #read(place: number): number {
    if (this.#file === undefined) this.#file = openOrNull(this.#path);
    if (this.#file === null) return 0;
    const ns = Number(lineOf(this.#file, this.#line).split(' ')[place]);
    return Number.isFinite(ns) ? ns / 1e6 : 0;
  }
}

function lineOf(file: number, buffer: Buffer): string {
  try {
    return buffer.toString('latin1', 0, readSync(file, buffer, 0, LINE_BYTES, 0));
  } catch {
    // The thread has ended (ESRCH).
    return '';
  }
}

function openOrNull(path: string): number | null {
  try {
    return openSync(path, 'r');
  } catch {
    return null;
  }
}
