import { numberText } from './text.js';

const ZERO = 48;
const POINT = 46;
/** Below this every whole number is a double, and no two decimal fractions of as many digits are the same one. */
const MOST_UNITS = 1e15;
/** Whole numbers below this are printed in the integers of the processor. */
const PART = 1e9;
const PART_DIGITS = 9;
/** Powers of ten by their exponent, up to `MOST_UNITS`. */
const POWERS = Float64Array.from({ length: 16 }, (_, i) => 10 ** i);
/** The two digits of each number below 100. */
const TENS = Uint8Array.from({ length: 100 }, (_, i) => ZERO + Math.floor(i / 10));
const ONES = Uint8Array.from({ length: 100 }, (_, i) => ZERO + (i % 10));

/** Numbers that stand in a piece of text. */
export interface NumbersInText {
  readonly bytes: Uint8Array;
  /** Where each begins, and 1 more than where it ends. */
  readonly beginAt: Uint32Array;
  readonly endAt: Uint32Array;
}

export interface FixedPointOptions {
  /** Digits after the point. */
  readonly places: 0 | 3 | 6 | 8;
  /** What a value is multiplied by before it is shown. */
  readonly scale: number;
  /** Whether values are rounded to the last place. Others than those that end there are written as `String` does, unless they are. */
  readonly rounded: boolean;
}

/**
 * Writes the numbers of one metric with always as many digits after the point, so that a line seldom gets longer or shorter when its value
 * changes. Both exposition formats take zeros there (OpenMetrics 1.0, `realnumber` of the ABNF).
 */
export class FixedPoint {
  readonly #places: number;
  readonly #scale: number;
  readonly #rounded: boolean;
  readonly #power: number;
  readonly #factor: number;

  constructor({ places, scale, rounded }: FixedPointOptions) {
    this.#places = places;
    this.#scale = scale;
    this.#rounded = rounded;
    this.#power = 10 ** places;
    this.#factor = scale * this.#power;
  }

  /** A value in units of the last place; -1 for one that is not written in them, but by `text`. */
  units(value: number): number {
    const units = Math.round(value * this.#factor);
    if (!(units >= 0 && units < MOST_UNITS)) return -1;
    if (this.#rounded) return units;
    return (this.#places === 0 ? units : units / this.#power) === value * this.#scale ? units : -1;
  }

  /** Bytes that units take. */
  length(units: number): number {
    const places = this.#places;
    if (places === 0) return digitsOf(units);
    return units < this.#power ? places + 2 : digitsOf(units) + 1;
  }

  /** Writes units so that they end before `end`. */
  write(units: number, bytes: Uint8Array, end: number): void {
    const places = this.#places;
    if (places === 0) {
      writeWhole(units, bytes, end);
      return;
    }
    const whole = Math.floor(units / this.#power);
    const point = end - places - 1;
    writePadded(units - whole * this.#power, bytes, point + 1, end);
    bytes[point] = POINT;
    writeWhole(whole, bytes, point);
  }

  /**
   * Writes the values of the first `count` of `which` over the numbers that stand there, and sets `uneven` to 1 where that number is
   * longer or shorter. Tells how many those are. One loop over all, because a number that a function takes or returns is mostly an object.
   */
  overwrite(values: Float64Array, which: Uint16Array, count: number, text: NumbersInText, uneven: Uint8Array): number {
    const { bytes, beginAt, endAt } = text;
    const factor = this.#factor;
    const scale = this.#scale;
    const power = this.#power;
    const rounded = this.#rounded;
    const places = this.#places;
    const point = places === 0 ? 0 : 1;
    const least = places + 1;
    let left = 0;
    for (let n = 0; n < count; n++) {
      const i = which[n]!;
      const value = values[i]!;
      const end = endAt[i]! - 1;
      const digits = end - beginAt[i]! - point;
      const units = Math.round(value * factor);
      const isExact = rounded || units / power === value * scale;
      const isAsLong =
        digits >= least &&
        digits < POWERS.length &&
        units < POWERS[digits]! &&
        (digits === least ? units >= 0 : units >= POWERS[digits - 1]!);
      if (!isExact || !isAsLong) {
        uneven[i] = 1;
        left++;
      } else if (digits > PART_DIGITS) this.write(units, bytes, end);
      else if (point === 0) writePadded(units, bytes, end - digits, end);
      else {
        const whole = Math.floor(units / power);
        const at = end - places - 1;
        writePadded(units - whole * power, bytes, at + 1, end);
        bytes[at] = POINT;
        writePadded(whole, bytes, end - digits - 1, at);
      }
    }
    return left;
  }

  /** A value that has no units. */
  text(value: number): string {
    if (!this.#rounded) return numberText(value * this.#scale);
    return numberText(Math.round(value * this.#factor) / this.#power);
  }
}

function writeWhole(value: number, bytes: Uint8Array, end: number): void {
  if (value < PART) {
    writeDigits(value, bytes, end);
    return;
  }
  const high = Math.floor(value / PART);
  writePadded(value - high * PART, bytes, end - PART_DIGITS, end);
  writeDigits(high, bytes, end - PART_DIGITS);
}

/** A whole number below 1e9 with zeros before it from `from` on. */
function writePadded(value: number, bytes: Uint8Array, from: number, end: number): void {
  let rest = value | 0;
  let at = end;
  while (at > from + 1) {
    const hundredth = (rest / 100) | 0;
    const pair = rest - hundredth * 100;
    bytes[--at] = ONES[pair]!;
    bytes[--at] = TENS[pair]!;
    rest = hundredth;
  }
  if (at > from) bytes[from] = ZERO + rest;
}

/** The digits of a whole number below 1e9. */
function writeDigits(value: number, bytes: Uint8Array, end: number): void {
  let rest = value | 0;
  let at = end;
  while (rest >= 100) {
    const hundredth = (rest / 100) | 0;
    const pair = rest - hundredth * 100;
    bytes[--at] = ONES[pair]!;
    bytes[--at] = TENS[pair]!;
    rest = hundredth;
  }
  bytes[--at] = ONES[rest]!;
  if (rest >= 10) bytes[--at] = TENS[rest]!;
}

function digitsOf(value: number): number {
  if (value >= PART)
    return value < 1e12 ? (value < 1e10 ? 10 : value < 1e11 ? 11 : 12) : value < 1e13 ? 13 : value < 1e14 ? 14 : 15;
  if (value < 1e5) return value < 1e2 ? (value < 10 ? 1 : 2) : value < 1e3 ? 3 : value < 1e4 ? 4 : 5;
  return value < 1e7 ? (value < 1e6 ? 6 : 7) : value < 1e8 ? 8 : 9;
}
