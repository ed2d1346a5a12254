import fc from 'fast-check';
import { expect, it } from 'vitest';
import { LineBlock } from '../../../plugins/prometheus/by-id/line-block.js';
import { NUMBER_BYTES, writeNumber } from '../../../plugins/prometheus/series/number-bytes.js';

const number = fc.oneof(
  fc.double({ noNaN: true }),
  fc.maxSafeInteger(),
  fc.integer({ min: -1_000, max: 1_000 }),
  fc.constantFrom(0, -0, 1e15, -1e15, 1e15 - 1, 1e21, 1e-7, 5e-324, Number.MAX_VALUE, -Number.MAX_VALUE, 2 ** 53),
  fc.constantFrom(Infinity, -Infinity),
);

/** As the exposition formats take it. */
function expected(value: number): string {
  return Number.isFinite(value) ? String(value) : value > 0 ? '+Inf' : '-Inf';
}

it('writes every number as String does, with the signs that Prometheus wants for infinity', () => {
  fc.assert(
    fc.property(number, fc.nat({ max: 40 }), (value, at) => {
      const bytes = Buffer.alloc(at + NUMBER_BYTES, '#');
      const end = writeNumber(value, bytes, at);

      expect(bytes.toString('latin1', 0, end)).toBe('#'.repeat(at) + expected(value));
    }),
  );
});

it('keeps blocks of lines as they would be if each was written anew, whatever values come and go', () => {
  const value = fc.oneof(fc.constant(Number.NaN), fc.constantFrom(1, 2, -0, 0), number);
  const pages = fc.array(fc.array(value, { minLength: 5, maxLength: 5 }), { minLength: 1, maxLength: 8 });
  const names = fc.array(fc.string({ unit: 'grapheme', minLength: 1 }), { minLength: 5, maxLength: 5 });
  fc.assert(
    fc.property(names, pages, (before, each) => {
      const block = new LineBlock(5, (entity) => `${before[entity]} `);
      const given = each.map((values) => {
        const bytes = block.update(Float64Array.from(values));
        const lines = values.flatMap((one, i) => (Number.isNaN(one) ? [] : [`${before[i]} ${expected(one)}\n`]));

        expect(block.lines).toBe(lines.length);
        return { bytes, text: Buffer.from(lines.join('')).toString() };
      });

      // Only now: what was given must not change with what comes later.
      for (const { bytes, text } of given) expect(bytes.toString()).toBe(text);
    }),
  );
});

it('gives the same block again while no value changes', () => {
  const block = new LineBlock(2, (entity) => `m{i="${entity}"} `);
  const first = block.update(Float64Array.of(1, Number.NaN));

  expect(block.update(Float64Array.of(1, Number.NaN))).toBe(first);
  expect(block.update(Float64Array.of(1, 2))).not.toBe(first);
});
