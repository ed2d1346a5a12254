import { describe, expect, it } from 'vitest';
import { Handout } from '../../server/handout.js';

/** Takes its time, as writing to a socket may. */
function spin(ms: number): void {
  const until = performance.now() + ms;
  while (performance.now() < until);
}

describe('handing the newest value to many', () => {
  it('takes several turns of the event loop, and skips what is no longer the newest', async () => {
    const handout = new Handout<{ n: number }>();
    const taken = Array.from({ length: 100 }, (): number[] => []);
    for (const values of taken) {
      handout.add(({ n }) => {
        spin(0.3);
        values.push(n);
      });
    }

    handout.publish({ n: 1 });
    expect(taken.at(-1)).toEqual([]);
    handout.publish({ n: 2 });
    await expect.poll(() => taken.every((values) => values.at(-1) === 2)).toBe(true);

    expect(taken[0]).toEqual([1, 2]);
    expect(taken.at(-1)).toEqual([2]);
    handout.publish({ n: 3 });
    await expect.poll(() => taken.every((values) => values.at(-1) === 3)).toBe(true);
  });

  it('gives the newest to those who come later, once, and nothing to those who have left', () => {
    const handout = new Handout<{ n: number }>();
    const [first, second]: [number[], number[]] = [[], []];
    const leaving = ({ n }: { n: number }): void => void first.push(n);
    handout.add(leaving);
    handout.publish({ n: 1 });

    handout.add(({ n }) => second.push(n));
    handout.delete(leaving);
    handout.publish({ n: 2 });

    expect([first, second]).toEqual([[1], [1, 2]]);
    expect(handout.size).toBe(1);
  });
});
