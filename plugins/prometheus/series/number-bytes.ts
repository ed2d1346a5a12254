import { numberText } from './text.js';

const ZERO = 48;
const MINUS = 45;
const POINT = 46;
/** Whole numbers below this have few enough digits that no two of them, however shifted by the point, are the same double. */
const MOST_DIGITS = 1e15;
/** Whole numbers below this are printed in the integers of the processor. */
const PART = 1e9;
const PART_DIGITS = 9;
/** Numbers of places after the point that are tried: those of thousandths and millionths, and of a share of 256. */
const PLACES = [6, 8] as const;
const POWERS = [1e6, 1e8] as const;
/** `String` writes smaller fractions with an exponent. */
const LEAST_FRACTION = 1e-6;

/** Bytes that a number takes at most. */
export const NUMBER_BYTES = 26;

/** Writes what `numberText` gives, as bytes from `at` on, and tells where they end. */
export function writeNumber(value: number, bytes: Uint8Array, at: number): number {
  if (value < 0) {
    if (value <= -MOST_DIGITS || !Number.isInteger(value)) return writeText(value, bytes, at);
    bytes[at] = MINUS;
    return writeWhole(-value, bytes, at + 1);
  }
  if (value < MOST_DIGITS) {
    const whole = Math.floor(value);
    if (whole === value) return writeWhole(value, bytes, at);
    if (value >= LEAST_FRACTION) {
      const end = writeFraction(value, whole, bytes, at);
      if (end > 0) return end;
    }
  }
  return writeText(value, bytes, at);
}

/**
 * A fraction of few places, and 0 for any other. Where `n / 10^p` is the very double, with `n` of 15 digits at most, its digits are
 * those that `String` would find: no other number of so few digits is that double (a double tells 15 digits apart).
 */
function writeFraction(value: number, whole: number, bytes: Uint8Array, at: number): number {
  for (let i = 0; i < PLACES.length; i++) {
    const power = POWERS[i]!;
    const shifted = Math.round(value * power);
    if (shifted >= MOST_DIGITS || shifted / power !== value) continue;
    let places = PLACES[i]!;
    let rest = shifted - whole * power;
    while (rest % 10 === 0) {
      rest /= 10;
      places--;
    }
    const point = writeWhole(whole, bytes, at);
    bytes[point] = POINT;
    writeDigits(rest, bytes, point + places);
    for (let zero = point + places - digitsOf(rest); zero > point; zero--) bytes[zero] = ZERO;
    return point + places + 1;
  }
  return 0;
}

/** A whole number from 0 to below 1e15. */
function writeWhole(value: number, bytes: Uint8Array, at: number): number {
  if (value < PART) {
    const end = at + digitsOf(value);
    writeDigits(value, bytes, end - 1);
    return end;
  }
  const high = Math.floor(value / PART);
  const middle = at + digitsOf(high);
  writeDigits(high, bytes, middle - 1);
  const end = middle + PART_DIGITS;
  const low = value - high * PART;
  writeDigits(low, bytes, end - 1);
  for (let zero = end - digitsOf(low) - 1; zero >= middle; zero--) bytes[zero] = ZERO;
  return end;
}

/** The digits of a whole number below 1e9, the last one at `last`. */
function writeDigits(value: number, bytes: Uint8Array, last: number): void {
  let rest = value | 0;
  let at = last;
  do {
    const tenth = (rest / 10) | 0;
    bytes[at--] = ZERO + rest - tenth * 10;
    rest = tenth;
  } while (rest > 0);
}

function digitsOf(value: number): number {
  if (value < 1e5) return value < 1e2 ? (value < 10 ? 1 : 2) : value < 1e3 ? 3 : value < 1e4 ? 4 : 5;
  return value < 1e7 ? (value < 1e6 ? 6 : 7) : value < 1e8 ? 8 : 9;
}

function writeText(value: number, bytes: Uint8Array, at: number): number {
  const text = numberText(value);
  for (let i = 0; i < text.length; i++) bytes[at + i] = text.charCodeAt(i);
  return at + text.length;
}
