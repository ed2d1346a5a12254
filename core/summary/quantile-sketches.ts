import type { Percentiles } from '../model/summaries.js';

/** Bins of one sketch: with them all values within a factor of 38 are told to 8 %, within 1,400 to 16 %. */
const BINS = 24;
/** The finest bins are 2 % wide, so that a value is told to 1 %. */
const FINEST = Math.log(1.02);
/** Less than this counts as 0, and more than this as this much: far beyond what any of our values can be. */
const TINY = 1e-6;
const HUGE = 1e12;
/** Rows to make bins for at a time. */
const MORE_BINS = 31;
const FULL = 0xff_ff;
/** The sketch has no positive value yet. */
const EMPTY = -0x80_00;
/** Powers of ten, as exact as they can be written. */
const POWERS = Array.from({ length: 16 }, (_, power) => Number(`1e${power}`));
/** What rounding to four digits may add to the error. */
const ROUNDING = 0.000_5;

const merged = new Uint32Array(BINS);

/**
 * One quantile sketch per row: logarithmic bins in a window that goes where the values are. When they do not fit in, every two
 * neighbours become one bin, so that the relative error is the same for all values and known (Epicoco et al., UDDSketch, 2020).
 * A bin that is full halves all of its row: what came before then counts half. 7 bytes a
 * row, and 48 more for one with a positive value.
 */
export class QuantileSketches {
  /** Only rows with a positive value have bins: many values are 0 most of the time, or never known. */
  #bins = new Uint16Array(0);
  /** Number of the bins of each row, counted from 1; 0 without. */
  readonly #places: Uint16Array;
  /** Numbers given back. */
  readonly #free: number[] = [];
  #used = 0;
  readonly #zeros: Uint16Array;
  /** Number of the first bin of the window: bin `i` of level `l` holds what is above `1.02^(2^l * (i-1))` up to `1.02^(2^l * i)`. */
  readonly #first: Int16Array;
  /** How often bins were merged. */
  readonly #level: Uint8Array;

  constructor(rows: number) {
    this.#places = new Uint16Array(rows);
    this.#zeros = new Uint16Array(rows);
    this.#first = new Int16Array(rows).fill(EMPTY);
    this.#level = new Uint8Array(rows);
  }

  /** What is negative or `NaN` is left out. */
  add(row: number, value: number): void {
    if (!(value >= 0)) return;
    if (value < TINY) {
      if (this.#zeros[row] === FULL) this.#halve(row);
      this.#zeros[row]!++;
      return;
    }
    const finest = Math.ceil(Math.log(Math.min(value, HUGE)) / FINEST);
    let at = this.#place(row, finest);
    while (at < 0 || at >= BINS) {
      this.#makeRoom(row, atLevel(finest, this.#level[row]!));
      at = this.#place(row, finest);
    }
    const bin = this.#from(row) + at;
    if (this.#bins[bin] === FULL) this.#halve(row);
    this.#bins[bin]!++;
  }

  clear(row: number): void {
    const place = this.#places[row]!;
    if (place > 0) this.#free.push(place);
    this.#places[row] = 0;
    this.#zeros[row] = 0;
    this.#first[row] = EMPTY;
    this.#level[row] = 0;
  }

  /** `null` without a value. Four significant digits. */
  percentiles(row: number): Percentiles | null {
    const samples = this.#count(row);
    if (samples === 0) return null;
    const error = Math.ceil((this.#error(row) + ROUNDING) * 1_000) / 1_000;
    const at = (share: number): number => this.#quantile(row, Math.max(1, Math.ceil(share * samples)));
    return { p5: at(0.05), p50: at(0.5), p95: at(0.95), samples, error };
  }

  /** Where its bins begin. */
  #from(row: number): number {
    return (this.#places[row]! - 1) * BINS;
  }

  /** Bins for one more row, all empty. */
  #take(): number {
    const known = this.#free.pop();
    const place = known ?? ++this.#used;
    if (place * BINS > this.#bins.length) {
      const bins = this.#bins;
      this.#bins = new Uint16Array(Math.min(this.#places.length, place + MORE_BINS) * BINS);
      this.#bins.set(bins);
    }
    this.#bins.fill(0, (place - 1) * BINS, place * BINS);
    return place;
  }

  #place(row: number, finest: number): number {
    const index = atLevel(finest, this.#level[row]!);
    if (this.#first[row] === EMPTY) {
      this.#first[row] = index - BINS / 2;
      this.#places[row] = this.#take();
    }
    return index - this.#first[row]!;
  }

  #count(row: number): number {
    let count = this.#zeros[row]!;
    if (this.#places[row] === 0) return count;
    const from = this.#from(row);
    for (let bin = from; bin < from + BINS; bin++) count += this.#bins[bin]!;
    return count;
  }

  #error(row: number): number {
    if (this.#first[row] === EMPTY) return 0;
    const width = widthOf(this.#level[row]!);
    return (width - 1) / (width + 1);
  }

  #quantile(row: number, rank: number): number {
    let left = rank - this.#zeros[row]!;
    if (left <= 0) return 0;
    const from = this.#from(row);
    let at = 0;
    while (at < BINS - 1 && left > this.#bins[from + at]!) left -= this.#bins[from + at++]!;
    const width = widthOf(this.#level[row]!);
    const middle = (2 * width ** (this.#first[row]! + at)) / (width + 1);
    return fourDigits(middle);
  }

  /** Moves the window so that the bin `index` lies in it too, or merges bins when no window holds all. */
  #makeRoom(row: number, index: number): void {
    const from = this.#from(row);
    let lowest = 0;
    while (lowest < BINS - 1 && this.#bins[from + lowest] === 0) lowest++;
    let highest = BINS - 1;
    while (highest > lowest && this.#bins[from + highest] === 0) highest--;
    const first = this.#first[row]!;
    const low = Math.min(first + lowest, index);
    const span = Math.max(first + highest, index) - low + 1;
    if (span > BINS) {
      this.#merge(row);
      return;
    }
    const moved = low - ((BINS - span) >> 1);
    merged.fill(0);
    for (let at = lowest; at <= highest; at++) merged[first + at - moved] = this.#bins[from + at]!;
    this.#bins.set(merged, from);
    this.#first[row] = moved;
  }

  #merge(row: number): void {
    const from = this.#from(row);
    const first = this.#first[row]!;
    const next = atLevel(first, 1);
    merged.fill(0);
    for (let at = 0; at < BINS; at++) merged[atLevel(first + at, 1) - next]! += this.#bins[from + at]!;
    while (merged.some((count) => count > FULL)) {
      for (let at = 0; at < BINS; at++) merged[at] = (merged[at]! + 1) >> 1;
      this.#zeros[row] = (this.#zeros[row]! + 1) >> 1;
    }
    this.#bins.set(merged, from);
    this.#first[row] = next;
    this.#level[row]!++;
  }

  #halve(row: number): void {
    if (this.#places[row] !== 0) {
      const from = this.#from(row);
      for (let bin = from; bin < from + BINS; bin++) this.#bins[bin] = (this.#bins[bin]! + 1) >> 1;
    }
    this.#zeros[row] = (this.#zeros[row]! + 1) >> 1;
  }
}

/** The bin of a higher level in which a bin lies: divided by two for each level, rounded up. */
function atLevel(index: number, levels: number): number {
  return -(-index >> levels);
}

/** To four significant digits, as `toPrecision` does it, but without a text in between. For what lies between `TINY` and `HUGE`. */
function fourDigits(value: number): number {
  const power = 3 - Math.floor(Math.log10(value));
  if (power >= 0) return Math.round(value * POWERS[power]!) / POWERS[power]!;
  return Math.round(value / POWERS[-power]!) * POWERS[-power]!;
}

function widthOf(level: number): number {
  return Math.exp(FINEST * 2 ** level);
}
