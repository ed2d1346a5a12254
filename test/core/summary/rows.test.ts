import { describe, expect, it } from 'vitest';
import { PAGE_ROWS } from '../../../core/summary/page.js';
import { Rows } from '../../../core/summary/rows.js';
import { SCORES } from '../../../core/summary/score-times.js';
import { liveBytes } from '../../support/memory.js';

function opened(count: number): Rows {
  const rows = new Rows('consumer');
  for (let n = 0; n < count; n++) rows.open(n, 0, 0);
  return rows;
}

function close(rows: Rows, n: number): void {
  rows.free(rows.take(n)!);
}

describe('the rows of open entities', () => {
  it('take 2.9 MB at most for 10,000 consumers, however often they were sampled', () => {
    const before = liveBytes();
    const rows = new Rows('consumer');
    for (let n = 0; n < 10_000; n++) rows.open(n, 0, 0);
    for (let n = 0; n < 10_000; n++) {
      for (let sample = 0; sample < 5; sample++) {
        rows.sample(n, () => (sample + 1) * 100);
      }
    }

    expect(liveBytes() - before).toBeLessThan(2_900_000);
    expect(rows.find(9_999)?.page.samples[0]).toBe(5);
  });

  it('give their memory back when all have closed, but for one page', () => {
    const rows = opened(5 * PAGE_ROWS);
    expect(rows.capacity).toBe(5 * PAGE_ROWS);
    for (let n = 0; n < 5 * PAGE_ROWS; n++) close(rows, n);

    expect(rows.capacity).toBe(PAGE_ROWS);
    expect(rows.find(7)).toBeNull();
  });

  it('use a page again that was given back, and begin every row anew', () => {
    const rows = opened(3 * PAGE_ROWS);
    for (let n = 0; n < 3 * PAGE_ROWS; n++) {
      const { page, row } = rows.find(n)!;
      page.samples[row] = 9;
      page.sketches[0]!.add(row, 50);
      page.setScore(row, 4, 0);
      page.settle(row, 100);
    }
    for (let n = 0; n < 3 * PAGE_ROWS; n++) close(rows, n);
    for (let n = 0; n < 3 * PAGE_ROWS; n++) rows.open(n, 0, 0);

    expect(rows.capacity).toBe(3 * PAGE_ROWS);
    for (let n = 0; n < 3 * PAGE_ROWS; n++) {
      const { page, row } = rows.find(n)!;
      expect(page.samples[row]).toBe(0);
      expect(page.sketches[0]!.percentiles(row)).toBeNull();
      for (let score = 0; score < SCORES; score++) expect(page.scores!.at(row, score)).toBe(0);
    }
  });

  it('never give one row to two', () => {
    const rows = new Rows('producer');
    const taken = new Map<number, number>();
    let next = 0;
    for (let step = 0; step < 5_000; step++) {
      // Two steps forward, one back, in an order that leaves holes.
      if (step % 3 === 2) {
        const [number, n] = [...taken][(step * 7) % taken.size]!;
        expect(rows.take(n)).toBe(number);
        rows.free(number);
        taken.delete(number);
      } else {
        rows.open(next, 0, 0);
        const number = rows.take(next)!;
        expect(taken.has(number)).toBe(false);
        rows.free(number);
        rows.open(next, 0, 0);
        taken.set(number, next++);
      }
    }
  });

  it('open no slot twice', () => {
    const rows = opened(1);
    expect(rows.open(0, 0, 0)).toBeNull();
  });
});
