import fc from 'fast-check';
import { expect, it } from 'vitest';
import { FixedPoint } from '../../../plugins/prometheus/series/fixed-point.js';
import { anyNumber, printedFixed } from '../../support/printed-numbers.js';

const PLACES = [0, 3, 6, 8] as const;

/** As a line writes it. */
function written(number: FixedPoint, value: number): string {
  const units = number.units(value);
  if (units < 0) return number.text(value);
  const end = 2 + number.length(units);
  const bytes = Buffer.alloc(end + 1, '#');
  number.write(units, bytes, end);

  expect(bytes.toString('latin1', 0, 2)).toBe('##');
  expect(bytes.toString('latin1', end)).toBe('#');
  return bytes.toString('latin1', 2, end);
}

it.each(PLACES)(
  'writes numbers that end %i places after the point with all of them, and others as String does',
  (places) => {
    const number = new FixedPoint({ places, scale: 1, rounded: false });
    const short = fc.nat({ max: 2 ** 45 }).map((units) => units / 10 ** places);
    fc.assert(
      fc.property(fc.oneof(anyNumber, short), (value) => {
        expect(written(number, value)).toBe(printedFixed(value, places));
      }),
      { numRuns: 3_000 },
    );
  },
);

it('writes numbers of every length', () => {
  for (const places of PLACES) {
    const number = new FixedPoint({ places, scale: 1, rounded: false });
    for (let power = 1; power < 1e15; power *= 10) {
      for (const units of [power - 1, power, power + 1, power * 7 - 3]) {
        const value = units / 10 ** places;
        if (units < 1e15) expect(written(number, value)).toBe(printedFixed(value, places));
      }
    }
  }
});

it('writes shares of 256, and their neighbours, so that they are read as the same number', () => {
  const ratio = new FixedPoint({ places: 8, scale: 1, rounded: false });
  for (let n = 0; n <= 256; n++) {
    for (const value of [n / 256, n / 256 + Number.EPSILON, n / 255]) {
      const text = written(ratio, value);

      expect(Number(text)).toBe(value);
      if (Number.isInteger(value * 256)) expect(text).toMatch(/^[01]\.\d{8}$/);
    }
  }
});

it('rounds to the last place where it is told to', () => {
  const seconds = new FixedPoint({ places: 6, scale: 1 / 1_000, rounded: true });
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1e12, noNaN: true }), (ms) => {
      const shown = Math.round(ms * 1_000) / 1e6;

      expect(written(seconds, ms)).toBe(printedFixed(shown, 6));
    }),
    { numRuns: 2_000 },
  );
  expect(written(seconds, -3)).toBe('-0.003');
  expect(written(seconds, Infinity)).toBe('+Inf');
});
