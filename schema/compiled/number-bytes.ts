const ZERO = 48;
const MINUS = 45;
const POINT = 46;
/** Digits after the point that are tried, and what a value is multiplied by for them. */
const PLACES = 6;
const POWER = 1e6;
/** From here on a multiple of the last place may not be exact, nor the only one of so few digits. */
const MOST_UNITS = 1e15;
/** Most bytes that are written. */
export const MOST_NUMBER_BYTES = 17;

/**
 * Writes a number as `String` does, which is how JSON does, and gives where it ends; -1, and nothing is written, for one that needs the
 * algorithm of `String`: not finite, of more than 15 digits or six places, or with an exponent.
 *
 * A value that is the nearest double to a decimal number of at most 15 digits is that of no other such number, so these digits, without
 * zeros at their end, are the shortest that tell it from its neighbours: what `Number::toString` of ECMAScript prints. Dividing a whole
 * number below 2^53 by a power of ten that is exact gives the nearest double.
 */
export function writeNumber(value: number, bytes: Uint8Array, at: number): number {
  if ((value | 0) === value) return writeWhole(value, bytes, at);
  const size = Math.abs(value);
  const units = Math.round(size * POWER);
  if (!(units < MOST_UNITS) || units / POWER !== size) return -1;
  const whole = Math.floor(size);
  let next = at;
  if (value < 0) bytes[next++] = MINUS;
  next = writeDigits(whole, bytes, next);
  return writeFraction(units - whole * POWER, bytes, next);
}

function writeWhole(value: number, bytes: Uint8Array, at: number): number {
  if (value >= 0) return writeDigits(value, bytes, at);
  bytes[at] = MINUS;
  return writeDigits(-value, bytes, at + 1);
}

/** A whole number from 0 to 2^31. */
function writeDigits(value: number, bytes: Uint8Array, at: number): number {
  const end = at + digitsOf(value);
  let rest = value;
  for (let next = end - 1; next > at; next--) {
    const tenth = (rest / 10) | 0;
    bytes[next] = ZERO + rest - tenth * 10;
    rest = tenth;
  }
  bytes[at] = ZERO + rest;
  return end;
}

/** Point and digits of a number of the last place from 0 on; nothing for 0, and no zeros at the end. */
function writeFraction(units: number, bytes: Uint8Array, at: number): number {
  if (units === 0) return at;
  let rest = units | 0;
  let end = at + PLACES + 1;
  let isEnd = true;
  for (let next = at + PLACES; next > at; next--) {
    const tenth = (rest / 10) | 0;
    const digit = rest - tenth * 10;
    rest = tenth;
    if (isEnd && digit === 0) {
      end = next;
    } else {
      isEnd = false;
      bytes[next] = ZERO + digit;
    }
  }
  bytes[at] = POINT;
  return end;
}

function digitsOf(value: number): number {
  if (value < 1e5) return value < 1e2 ? (value < 10 ? 1 : 2) : value < 1e3 ? 3 : value < 1e4 ? 4 : 5;
  return value < 1e7 ? (value < 1e6 ? 6 : 7) : value < 1e8 ? 8 : value < 1e9 ? 9 : 10;
}
