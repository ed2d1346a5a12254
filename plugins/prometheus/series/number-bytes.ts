import { numberText } from './text.js';

const ZERO = 48;
const MINUS = 45;
/** Whole numbers below this are exact in steps of one, and `String` writes them without an exponent. */
const MOST_DIGITS = 1e15;

/** Bytes that a number takes at most. */
export const NUMBER_BYTES = 26;

/** Writes what `numberText` gives, as bytes from `at` on, and tells where they end. */
export function writeNumber(value: number, bytes: Uint8Array, at: number): number {
  if (Number.isInteger(value) && value < MOST_DIGITS && value > -MOST_DIGITS) return writeInteger(value, bytes, at);
  const text = numberText(value);
  for (let i = 0; i < text.length; i++) bytes[at + i] = text.charCodeAt(i);
  return at + text.length;
}

function writeInteger(value: number, bytes: Uint8Array, at: number): number {
  let rest = value;
  let first = at;
  if (rest < 0) {
    bytes[first++] = MINUS;
    rest = -rest;
  }
  let end = first;
  // Backwards, and then turned round: the number of digits is not known before.
  do {
    const tenth = Math.floor(rest / 10);
    bytes[end++] = ZERO + (rest - tenth * 10);
    rest = tenth;
  } while (rest > 0);
  for (let low = first, high = end - 1; low < high; low++, high--) {
    const byte = bytes[low]!;
    bytes[low] = bytes[high]!;
    bytes[high] = byte;
  }
  return end;
}
