import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { QuantileSketches } from '../../../core/summary/quantile-sketches.js';

const ROW = 3;

/** The value of nearest rank. */
function exact(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(1, Math.ceil(share * sorted.length)) - 1]!;
}

function sketchOf(values: readonly number[]): QuantileSketches {
  const sketches = new QuantileSketches(5);
  for (const value of values) sketches.add(ROW, value);
  return sketches;
}

const anyValue = fc.oneof(
  { weight: 1, arbitrary: fc.constant(0) },
  { weight: 4, arbitrary: fc.double({ min: 1e-3, max: 1e9, noNaN: true }) },
  { weight: 4, arbitrary: fc.double({ min: 20, max: 300, noNaN: true }) },
  { weight: 2, arbitrary: fc.integer({ min: 0, max: 256 }).map((lost) => lost / 256) },
);

describe('a quantile sketch', () => {
  it('tells every percentile within the error it states, whatever the values and their order', () => {
    fc.assert(
      fc.property(fc.array(anyValue, { minLength: 1, maxLength: 300 }), (values) => {
        const told = sketchOf(values).percentiles(ROW)!;

        expect(told.samples).toBe(values.length);
        for (const [share, estimate] of [
          [0.05, told.p5],
          [0.5, told.p50],
          [0.95, told.p95],
        ] as const) {
          const truth = exact(values, share);
          expect(Math.abs(estimate - truth)).toBeLessThanOrEqual(told.error * truth + 1e-6);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('states an error of 9 % at most for values within a factor of 35, and of 17 % within 1,400', () => {
    const within = (factor: number) =>
      fc.array(fc.double({ min: 7, max: 7 * factor, noNaN: true }), { minLength: 1, maxLength: 200 });
    fc.assert(fc.property(within(35), (values) => sketchOf(values).percentiles(ROW)!.error <= 0.09));
    fc.assert(fc.property(within(1_400), (values) => sketchOf(values).percentiles(ROW)!.error <= 0.17));
  });

  it('tells one value to 1.1 % and zeros exactly', () => {
    expect(sketchOf([42, 42, 42]).percentiles(ROW)!.error).toBeLessThanOrEqual(0.011);
    expect(sketchOf([0, 0]).percentiles(ROW)).toEqual({ p5: 0, p50: 0, p95: 0, samples: 2, error: 0.001 });
  });

  it('passes over what is unknown or negative, and knows nothing without a value', () => {
    expect(sketchOf([]).percentiles(ROW)).toBeNull();
    expect(sketchOf([Number.NaN, -1]).percentiles(ROW)).toBeNull();
  });

  it('keeps rows apart, and forgets one without touching the others', () => {
    const sketches = new QuantileSketches(3);
    for (let row = 0; row < 3; row++) for (let n = 0; n < 10; n++) sketches.add(row, 10 ** row);
    sketches.clear(1);

    expect(sketches.percentiles(1)).toBeNull();
    for (const row of [0, 2]) {
      const { p50, samples } = sketches.percentiles(row)!;
      expect(samples).toBe(10);
      expect(Math.abs(p50 - 10 ** row)).toBeLessThanOrEqual(0.011 * 10 ** row);
    }
  });

  it('is as exact with hundreds of values in a bin, however bins are moved and merged, also in a row given back', () => {
    const some = fc.record({ value: anyValue, times: fc.integer({ min: 1, max: 600 }) });
    const values = fc
      .array(some, { minLength: 1, maxLength: 12 })
      .map((runs) => runs.flatMap(({ value, times }) => new Array<number>(times).fill(value)));
    const sketches = new QuantileSketches(2);
    fc.assert(
      fc.property(values, values, (first, second) => {
        for (const value of first) sketches.add(0, value);
        for (const value of second) sketches.add(1, value);
        for (const [row, added] of [first, second].entries()) {
          const told = sketches.percentiles(row)!;
          const truth = exact(added, 0.5);
          expect(told.samples).toBe(added.length);
          expect(Math.abs(told.p50 - truth)).toBeLessThanOrEqual(told.error * truth + 1e-6);
          sketches.clear(row);
          expect(sketches.percentiles(row)).toBeNull();
        }
      }),
      { numRuns: 200 },
    );
  });

  it('halves what it holds when a bin is full, and goes on with the same percentiles', () => {
    const sketches = new QuantileSketches(1);
    for (let n = 0; n < 70_000; n++) {
      sketches.add(0, 100);
      if (n % 9 === 0) sketches.add(0, 1_000);
      if (n % 9 === 1) sketches.add(0, 0);
    }
    const { p5, p50, p95, samples, error } = sketches.percentiles(0)!;

    expect(samples).toBeLessThan(70_000);
    expect(p5).toBe(0);
    expect(Math.abs(p50 - 100)).toBeLessThanOrEqual(error * 100);
    expect(Math.abs(p95 - 1_000)).toBeLessThanOrEqual(error * 1_000);
  });

  it('takes a value far outside of any range', () => {
    const { p5, p95, error } = sketchOf([Number.POSITIVE_INFINITY, 1e-5, 1e11]).percentiles(ROW)!;

    expect(Math.abs(p5 - 1e-5)).toBeLessThanOrEqual(error * 1e-5);
    expect(Number.isFinite(p95)).toBe(true);
  });
});
