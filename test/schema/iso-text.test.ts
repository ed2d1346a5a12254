import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isoText } from '../../schema/iso-text.js';

it('writes every moment that a date can be as Date does', () => {
  const moment = fc.oneof(
    fc.integer({ min: -8.64e15, max: 8.64e15 }),
    fc.integer({ min: 0, max: 4e12 }),
    fc.double({ min: -8.64e15, max: 8.64e15, noNaN: true }),
    fc.constantFrom(0, -0, -1, 253_402_300_799_999, 253_402_300_800_000, 8.64e15, -8.64e15),
  );
  fc.assert(
    fc.property(moment, (ms) => {
      expect(isoText(ms)).toBe(new Date(ms).toISOString());
    }),
  );
});

it('refuses what is no moment as Date does', () => {
  for (const ms of [Number.NaN, Infinity, -Infinity, 8.64e15 + 1]) expect(() => isoText(ms)).toThrow(RangeError);
});
