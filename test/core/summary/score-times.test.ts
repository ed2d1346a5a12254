import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SCORES, ScoreTimes } from '../../../core/summary/score-times.js';

const ROWS = 6;

function timesOf(times: ScoreTimes, row: number): number[] {
  return Array.from({ length: SCORES }, (_, score) => times.at(row, score));
}

describe('times by score', () => {
  it('are those that were added, in whatever order, and nothing of whoever had the row before', () => {
    const row = fc.nat({ max: ROWS - 1 });
    const added = fc.record({ row, score: fc.nat({ max: SCORES - 1 }), ms: fc.nat({ max: 10_000 }) });
    const cleared = row.map((gone) => ({ row: gone, score: null, ms: 0 }));
    const step = fc.oneof({ weight: 5, arbitrary: added }, { weight: 1, arbitrary: cleared });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80, size: 'max' }), (steps) => {
        const times = new ScoreTimes(ROWS);
        const expected = Array.from({ length: ROWS }, () => new Array<number>(SCORES).fill(0));
        for (const { row: at, score, ms } of steps) {
          if (score === null) {
            times.clear(at);
            expected[at]!.fill(0);
          } else {
            times.add(at, score, ms);
            expected[at]![score]! += ms;
          }
        }

        for (let at = 0; at < ROWS; at++) expect(timesOf(times, at)).toEqual(expected[at]);
      }),
    );
  });
});
