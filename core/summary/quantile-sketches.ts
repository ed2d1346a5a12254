import type { Percentiles } from '../model/summaries.js';
import { BINS, BinPool } from './bin-pool.js';

/** The finest bins are 2 % wide, so that a value is told to 1 %. */
const FINEST = Math.log(1.02);
/** Less than this counts as 0, and more than this as this much: far beyond what any of our values can be. */
const TINY = 1e-6;
const HUGE = 1e12;
const FULL = 0xff_ff;
/** Most that a narrow bin holds. */
const NARROW_FULL = 0xff;
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
 * A bin that is full halves all of its row: what came before then counts half. 8 bytes a row, 24 more for one with a positive
 * value, and 48 instead once one of its bins holds more than 255.
 */
export class QuantileSketches {
  /** Only rows with a positive value have bins: many values are 0 most of the time, or never known. */
  readonly #narrow: BinPool;
  #wide: BinPool | null = null;
  /** These are made for the first value: some kinds have values that they never know. */
  #isWide = new Uint8Array(0);
  /** Number of the bins of each row in its pool, counted from 1; 0 without. */
  #places = new Uint16Array(0);
  #zeros = new Uint16Array(0);
  /** Number of the first bin of the window: bin `i` of level `l` holds what is above `1.02^(2^l * (i-1))` up to `1.02^(2^l * i)`. */
  #first = new Int16Array(0);
  /** How often bins were merged. */
  #level = new Uint8Array(0);
  readonly #rows: number;

  constructor(rows: number) {
    this.#rows = rows;
    this.#narrow = new BinPool(rows, Uint8Array);
  }

  /** What is negative or `NaN` is left out. */
  add(row: number, value: number): void {
    if (!(value >= 0)) return;
    if (this.#isUnused) this.#make();
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
    const count = this.#binsOf(row)[this.#from(row) + at]!;
    if (count === FULL) this.#halve(row);
    else if (count === NARROW_FULL && this.#isWide[row] === 0) this.#widen(row);
    this.#binsOf(row)[this.#from(row) + at]!++;
  }

  clear(row: number): void {
    if (this.#isUnused) return;
    const place = this.#places[row]!;
    if (place > 0) this.#poolOf(row).give(place);
    this.#isWide[row] = 0;
    this.#places[row] = 0;
    this.#zeros[row] = 0;
    this.#first[row] = EMPTY;
    this.#level[row] = 0;
  }

  /** `null` without a value. Four significant digits. */
  percentiles(row: number): Percentiles | null {
    const samples = this.#isUnused ? 0 : this.#count(row);
    if (samples === 0) return null;
    const error = Math.ceil((this.#error(row) + ROUNDING) * 1_000) / 1_000;
    const at = (share: number): number => this.#quantile(row, Math.max(1, Math.ceil(share * samples)));
    return { p5: at(0.05), p50: at(0.5), p95: at(0.95), samples, error };
  }

  get #isUnused(): boolean {
    return this.#places.length === 0;
  }

  #make(): void {
    this.#isWide = new Uint8Array(this.#rows);
    this.#places = new Uint16Array(this.#rows);
    this.#zeros = new Uint16Array(this.#rows);
    this.#first = new Int16Array(this.#rows).fill(EMPTY);
    this.#level = new Uint8Array(this.#rows);
  }

  /** Where its bins begin. */
  #from(row: number): number {
    return (this.#places[row]! - 1) * BINS;
  }

  #poolOf(row: number): BinPool {
    return this.#isWide[row] === 0 ? this.#narrow : this.#wide!;
  }

  #binsOf(row: number): Uint8Array | Uint16Array {
    return this.#poolOf(row).bins;
  }

  /** Its counts become too large for narrow bins. */
  #widen(row: number): void {
    const narrow = this.#places[row]!;
    this.#wide ??= new BinPool(this.#places.length, Uint16Array);
    const wide = this.#wide.take();
    const from = this.#from(row);
    this.#wide.bins.set(this.#narrow.bins.subarray(from, from + BINS), (wide - 1) * BINS);
    this.#narrow.give(narrow);
    this.#places[row] = wide;
    this.#isWide[row] = 1;
  }

  #place(row: number, finest: number): number {
    const index = atLevel(finest, this.#level[row]!);
    if (this.#first[row] === EMPTY) {
      this.#first[row] = index - BINS / 2;
      this.#places[row] = this.#poolOf(row).take();
    }
    return index - this.#first[row]!;
  }

  #count(row: number): number {
    let count = this.#zeros[row]!;
    if (this.#places[row] === 0) return count;
    const from = this.#from(row);
    const bins = this.#binsOf(row);
    for (let bin = from; bin < from + BINS; bin++) count += bins[bin]!;
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
    const bins = this.#binsOf(row);
    let at = 0;
    while (at < BINS - 1 && left > bins[from + at]!) left -= bins[from + at++]!;
    const width = widthOf(this.#level[row]!);
    const middle = (2 * width ** (this.#first[row]! + at)) / (width + 1);
    return fourDigits(middle);
  }

  /** Moves the window so that the bin `index` lies in it too, or merges bins when no window holds all. */
  #makeRoom(row: number, index: number): void {
    const from = this.#from(row);
    const bins = this.#binsOf(row);
    let lowest = 0;
    while (lowest < BINS - 1 && bins[from + lowest] === 0) lowest++;
    let highest = BINS - 1;
    while (highest > lowest && bins[from + highest] === 0) highest--;
    const first = this.#first[row]!;
    const low = Math.min(first + lowest, index);
    const span = Math.max(first + highest, index) - low + 1;
    if (span > BINS) {
      this.#merge(row);
      return;
    }
    const moved = low - ((BINS - span) >> 1);
    merged.fill(0);
    for (let at = lowest; at <= highest; at++) merged[first + at - moved] = bins[from + at]!;
    bins.set(merged, from);
    this.#first[row] = moved;
  }

  #merge(row: number): void {
    const first = this.#first[row]!;
    const next = atLevel(first, 1);
    const bins = this.#binsOf(row);
    const from = this.#from(row);
    merged.fill(0);
    for (let at = 0; at < BINS; at++) merged[atLevel(first + at, 1) - next]! += bins[from + at]!;
    if (this.#isWide[row] === 0 && merged.some((count) => count > NARROW_FULL)) this.#widen(row);
    while (merged.some((count) => count > FULL)) {
      for (let at = 0; at < BINS; at++) merged[at] = (merged[at]! + 1) >> 1;
      this.#zeros[row] = (this.#zeros[row]! + 1) >> 1;
    }
    this.#binsOf(row).set(merged, this.#from(row));
    this.#first[row] = next;
    this.#level[row]!++;
  }

  #halve(row: number): void {
    if (this.#places[row] !== 0) {
      const from = this.#from(row);
      const bins = this.#binsOf(row);
      for (let bin = from; bin < from + BINS; bin++) bins[bin] = (bins[bin]! + 1) >> 1;
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
