import fc from 'fast-check';
import { expect, it } from 'vitest';
import { NUMBER_BYTES, writeNumber } from '../../../plugins/prometheus/series/number-bytes.js';
import { anyNumber, printed } from '../../support/printed-numbers.js';

it('writes every number as String does, with the signs that Prometheus wants for infinity', () => {
  fc.assert(
    fc.property(anyNumber, fc.nat({ max: 40 }), (value, at) => {
      const bytes = Buffer.alloc(at + NUMBER_BYTES, '#');
      const end = writeNumber(value, bytes, at);

      expect(bytes.toString('latin1', 0, end)).toBe('#'.repeat(at) + printed(value));
    }),
    { numRuns: 2_000 },
  );
});

it('writes shares of 256, thousandths and millionths, and their neighbours, as String does', () => {
  const bytes = Buffer.alloc(NUMBER_BYTES);
  const text = (value: number): string => bytes.toString('latin1', 0, writeNumber(value, bytes, 0));
  const wrong: number[] = [];
  for (let n = 0; n <= 5_000; n++) {
    for (const value of [n / 256, n / 1_000, n / 1e6, n / 1e8, (n * 999_983) / 1e6, n * 0.001, n * 1e-6]) {
      for (const one of [value, value + Number.EPSILON]) if (text(one) !== String(one)) wrong.push(one);
    }
  }

  expect(wrong).toEqual([]);
});
