import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { median, percentile, slopeOf } from './statistics.js';

const numbers = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 50 });

describe('median', () => {
  it('is the middle value, or the mean of the two in the middle', () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, 3, 2])).toBe(2.5);
    expect(median([7])).toBe(7);
  });

  it('is unknown of nothing', () => {
    expect(median([])).toBeNaN();
  });

  it('has as many values on either side', () => {
    fc.assert(
      fc.property(numbers, (values) => {
        const middle = median(values);
        const below = values.filter((value) => value < middle).length;
        const above = values.filter((value) => value > middle).length;
        expect(Math.max(below, above)).toBeLessThanOrEqual(values.length / 2);
      }),
    );
  });
});

describe('percentile', () => {
  it('is a value that the given share does not exceed', () => {
    const hundred = Array.from({ length: 100 }, (_, i) => i + 1);
    expect(percentile(hundred, 0.5)).toBe(50);
    expect(percentile(hundred, 0.99)).toBe(99);
    expect(percentile(hundred, 0.999)).toBe(100);
    expect(percentile(hundred, 1)).toBe(100);
    expect(percentile(hundred, 0)).toBe(1);
  });

  it('is unknown of nothing', () => {
    expect(percentile([], 0.5)).toBeNaN();
  });

  it('is one of the values, and never falls as the share grows', () => {
    const shares = fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true }));
    fc.assert(
      fc.property(numbers, shares, (values, [a, b]) => {
        const sorted = values.toSorted((x, y) => x - y);
        expect(sorted).toContain(percentile(sorted, a));
        expect(percentile(sorted, Math.max(a, b))).toBeGreaterThanOrEqual(percentile(sorted, Math.min(a, b)));
      }),
    );
  });
});

describe('slope', () => {
  const line = (perX: number, noise: (x: number) => number): { x: number; y: number }[] =>
    Array.from({ length: 40 }, (_, x) => ({ x, y: 1_000 + perX * x + noise(x) }));
  const wave = (x: number): number => (x % 2 === 0 ? 50 : -50);

  it('finds a line in its noise, and says that it rises', () => {
    const { perX, error, rises } = slopeOf(line(20, wave));
    expect(perX).toBeCloseTo(20, 0);
    expect(error).toBeGreaterThan(0);
    expect(rises).toBe(true);
  });

  it('does not take noise for a rise', () => {
    expect(slopeOf(line(0, wave)).rises).toBe(false);
    expect(slopeOf(line(0.5, wave)).rises).toBe(false);
  });

  it('does not call a fall a rise', () => {
    expect(slopeOf(line(-20, wave)).rises).toBe(false);
  });

  it('says nothing of fewer than three points', () => {
    expect(slopeOf(line(5, wave).slice(0, 2))).toEqual({ perX: Number.NaN, error: Number.NaN, rises: false });
  });

  it('needs a larger rise of fewer points', () => {
    const few = line(20, (x) => wave(x) * 0.2);
    expect(slopeOf(few).rises).toBe(true);
    expect(slopeOf(few.slice(0, 4)).rises).toBe(false);
  });
});
