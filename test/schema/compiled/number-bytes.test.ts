import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MOST_NUMBER_BYTES, writeNumber } from '../../../schema/compiled/number-bytes.js';

const GUARD = 0xff;

/** What was written, or `null` for what has to be written otherwise. */
function written(value: number): string | null {
  const bytes = Buffer.alloc(MOST_NUMBER_BYTES + 2, GUARD);
  const end = writeNumber(value, bytes, 1);
  expect([bytes[0], bytes.at(-1)]).toEqual([GUARD, GUARD]);
  return end === -1 ? null : bytes.toString('latin1', 1, end);
}

describe('a number', () => {
  it('is written as String does, or not at all', () => {
    const decimals = fc
      .tuple(fc.maxSafeInteger(), fc.nat({ max: 12 }))
      .map(([digits, places]) => digits / 10 ** places);
    const usual = fc.tuple(fc.integer({ min: -1e9, max: 1e9 }), fc.nat({ max: 6 })).map(([n, p]) => n / 10 ** p);
    fc.assert(
      fc.property(fc.oneof(fc.double(), fc.float(), fc.integer(), decimals, usual), (value) => {
        expect(written(value) ?? String(value)).toBe(String(value));
      }),
      { numRuns: 20_000 },
    );
  });

  it.each([
    0, -0, 1, -1, 9, 10, 99, 100, 2_147_483_647, -2_147_483_648, 0.5, -0.5, 0.1, 0.000001, -0.000001,
    999_999_999.999999, 0.999999, 1.000001, 300_001.5, 123_456.789, 100.01, 0.00002,
  ])('is written without the algorithm of String when it is as short as %d', (value) => {
    expect(written(value)).toBe(String(value));
  });

  it.each([Number.NaN, Infinity, -Infinity, 1e21, 5e-324, 1e-7, 1 / 3, 2 ** 31, 1e15, 0.1 + 0.2, 0.0000015, 1e9 + 0.5])(
    'is left to String when it is %d',
    (value) => {
      expect(written(value)).toBeNull();
    },
  );
});
