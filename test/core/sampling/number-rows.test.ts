import { describe, expect, it } from 'vitest';
import { NumberRows } from '../../../core/sampling/number-rows.js';

function rowOf(rows: NumberRows, row: number): readonly number[] {
  const from = rows.offset(row);
  return Array.from(rows.page(row).subarray(from, from + rows.stride));
}

/** Writes `slot * 10 + place` into each place of the row. */
function fill(rows: NumberRows, row: number): void {
  rows.reserve(row);
  for (let place = 0; place < rows.stride; place++) rows.page(row)[rows.offset(row) + place] = row * 10 + place;
}

describe('rows of numbers', () => {
  it('keep each what was written to it, however many there are and whatever becomes of the others', () => {
    const rows = new NumberRows(3);
    for (const row of [300, 127, 128, 0, 1]) fill(rows, row);
    rows.forget(128);

    expect([0, 1, 127, 128, 300].map((row) => rowOf(rows, row))).toEqual([
      [0, 1, 2],
      [10, 11, 12],
      [1_270, 1_271, 1_272],
      [Number.NaN, Number.NaN, Number.NaN],
      [3_000, 3_001, 3_002],
    ]);
  });

  it('are unknown until they are written, and leave those that are there where they are when they grow', () => {
    const rows = new NumberRows(2);
    rows.reserve(5);
    const page = rows.page(5);
    fill(rows, 5);

    rows.reserve(10_000);

    expect(rows.page(5)).toBe(page);
    expect(rowOf(rows, 5)).toEqual([50, 51]);
    expect(rowOf(rows, 10_000)).toEqual([Number.NaN, Number.NaN]);
    expect(rows.capacity).toBeLessThan(10_200);
  });
});
