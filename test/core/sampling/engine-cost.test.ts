import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EngineCost } from '../../../core/sampling/engine-cost.js';

interface Spent {
  /** By sampling, on the thread of JavaScript. */
  readonly own?: number;
  /** By all else in the process, V8's threads not included. */
  readonly others?: number;
  readonly engine?: number;
}

/** A process that has run for a while before the monitor began. Times in ms. */
class Process {
  all = 5_500;
  engine: number;
  readonly cost = new EngineCost({ process: () => this.all, engine: () => this.engine });

  constructor(engine = 2_500) {
    this.engine = engine;
  }

  interval({ own = 0, others = 0, engine = 0 }: Spent): void {
    this.all += own + others + engine;
    this.engine += engine;
    this.cost.interval(own);
  }

  intervals(count: number, spent: (interval: number) => Spent): void {
    for (let i = 0; i < count; i++) this.interval(spent(i));
  }
}

describe('what V8 does for sampling', () => {
  it('is all that its threads do, and half as much again, where nobody else makes garbage', () => {
    const process = new Process();
    // Half of what V8's threads take, on the thread of JavaScript besides, is in what sampling takes or not: here it is not.
    process.intervals(200, () => ({ own: 40, others: 10, engine: 20 }));

    expect(process.cost.factor).toBeCloseTo(1 + 30 / 40, 3);
  });

  it('is a small part of that beside an application that takes most of the process', () => {
    const process = new Process();
    process.intervals(200, () => ({ own: 40, others: 2_000, engine: 200 }));

    // 300 in all for 160 parts of 160 + 1,900.
    expect((process.cost.factor - 1) * 40).toBeCloseTo((300 * 160) / (160 + 1_900), 2);
  });

  it('is nothing where its threads cannot be told from others', () => {
    const process = new Process(0);
    process.intervals(50, () => ({ own: 40, others: 10 }));

    expect(process.cost.factor).toBe(1);
  });

  it('is nothing before the first interval, and leaves out what was done until then', () => {
    const process = new Process(1_000_000);
    expect(process.cost.factor).toBe(1);

    process.interval({});

    expect(process.cost.factor).toBeGreaterThan(2);
    expect(process.cost.factor).toBeLessThan(2.5);
  });

  it('stays known between collections of the whole heap that are half a minute apart', () => {
    const process = new Process();
    const spent = (i: number): Spent => ({ own: 40, others: 10, engine: i % 6 === 0 ? 120 : 0 });
    process.intervals(240, spent);
    const factors = Array.from({ length: 12 }, (_, i) => {
      process.interval(spent(i));
      return process.cost.factor;
    });

    expect(Math.min(...factors)).toBeGreaterThan(1.5);
    expect(Math.max(...factors)).toBeLessThan(2.1);
  });

  it('forgets what V8 compiled while the process was young', () => {
    const process = new Process();
    process.intervals(12, () => ({ own: 40, others: 10, engine: 400 }));
    expect(process.cost.factor).toBe(5);

    process.intervals(100, () => ({ own: 40, others: 10, engine: 4 }));

    expect(process.cost.factor).toBeCloseTo(1.15, 1);
  });

  it('is from nothing to four times what sampling takes, whatever is measured', () => {
    const ms = fc.double({ min: 0, max: 20_000, noNaN: true });
    fc.assert(
      fc.property(fc.array(fc.tuple(ms, ms, ms), { minLength: 1, maxLength: 40 }), (intervals) => {
        const process = new Process();
        for (const [own, others, engine] of intervals) {
          process.interval({ own, others, engine });
          expect(process.cost.factor).toBeGreaterThanOrEqual(1);
          expect(process.cost.factor).toBeLessThanOrEqual(5);
        }
      }),
    );
  });
});
