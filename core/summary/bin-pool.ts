/** Bins of one sketch: with them all values within a factor of 38 are told to 8 %, within 1,400 to 16 %. */
export const BINS = 24;
/** Sketches to make bins for at a time. */
const MORE_BINS = 127;

/** Bins for those of some sketches that need them, `BINS` for each, found by a number from 1. */
export class BinPool {
  readonly #most: number;
  readonly #make: new (
    length: number,
  ) => Uint8Array | Uint16Array;
  #bins: Uint8Array | Uint16Array;
  /** Numbers given back. */
  readonly #free: number[] = [];
  #used = 0;

  constructor(most: number, make: new (length: number) => Uint8Array | Uint16Array) {
    this.#most = most;
    this.#make = make;
    this.#bins = new make(0);
  }

  /** Those of number `n` begin at `(n - 1) * BINS`. Another array after `take`. */
  get bins(): Uint8Array | Uint16Array {
    return this.#bins;
  }

  /** The number of bins that are all empty. */
  take(): number {
    const number = this.#free.pop() ?? ++this.#used;
    if (number * BINS > this.#bins.length) {
      const bins = this.#bins;
      this.#bins = new this.#make(Math.min(this.#most, number + MORE_BINS) * BINS);
      this.#bins.set(bins);
    }
    this.#bins.fill(0, (number - 1) * BINS, number * BINS);
    return number;
  }

  give(number: number): void {
    this.#free.push(number);
  }
}
