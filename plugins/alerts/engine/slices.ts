import type { Clock } from '../../../core/index.js';

/** Longest piece of work in one turn of the event loop, ms. */
export const SLICE_MS = 3;

/** Does work a slice at a time, so that the event loop is never held for long. */
export class Slices {
  readonly #clock: Clock;
  readonly #waiting = new Map<string, () => Generator<void>>();
  #running: Generator<void> | undefined;
  #turn: NodeJS.Immediate | undefined;
  #replaced = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Work that newer work of its key replaced before it began; a counter. */
  get replaced(): number {
    return this.#replaced;
  }

  /** Adds work; work of the same key that has not begun is left out, for it is of an older state. */
  add(key: string, work: () => Generator<void>): void {
    if (this.#waiting.delete(key)) this.#replaced++;
    this.#waiting.set(key, work);
    this.#schedule();
  }

  stop(): void {
    clearImmediate(this.#turn);
    this.#turn = undefined;
    this.#waiting.clear();
    this.#running = undefined;
  }

  #schedule(): void {
    this.#turn ??= setImmediate(() => {
      this.#turn = undefined;
      this.#run();
      if (this.#running !== undefined || this.#waiting.size > 0) this.#schedule();
    });
  }

  #run(): void {
    const until = this.#clock.monotonic() + SLICE_MS;
    do {
      this.#running ??= this.#next();
      if (this.#running === undefined) return;
      if (this.#running.next().done === true) this.#running = undefined;
    } while (this.#clock.monotonic() < until);
  }

  #next(): Generator<void> | undefined {
    const [first] = this.#waiting;
    if (first === undefined) return undefined;
    this.#waiting.delete(first[0]);
    return first[1]();
  }
}
