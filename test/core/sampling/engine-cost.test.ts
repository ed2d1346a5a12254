import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EngineCost } from '../../../core/sampling/engine-cost.js';

/** A process that has run for a while before the monitor began. Times in ms. */
class Process {
  all = 5_500;
  engine: number;
  readonly cost = new EngineCost({ process: () => this.all, engine: () => this.engine });

  constructor(engine = 2_500) {
    this.engine = engine;
  }

  /** V8's threads take `engine`, all others `others`. */
  interval(others: number, engine: number): void {
    this.all += others + engine;
    this.engine += engine;
    this.cost.interval();
  }

  intervals(count: number, others: number, engine: (interval: number) => number): void {
    for (let i = 0; i < count; i++) this.interval(others, engine(i));
  }
}

describe('what V8 does for a thread', () => {
  it('is what its threads take and half as much again, shared out over the time in which garbage was made', () => {
    const process = new Process();
    process.intervals(200, 110, () => 20);

    // 30 ms of collecting, 10 of them on the thread of JavaScript, for 100 ms of making.
    expect(process.cost.factor).toBeCloseTo(1.3, 3);
  });

  it('is nothing where its threads cannot be told from others', () => {
    const process = new Process(0);
    process.intervals(50, 50, () => 0);

    expect(process.cost.factor).toBe(1);
  });

  it('is nothing before the first interval, and leaves out what was done until then', () => {
    const process = new Process(1_000_000);
    expect(process.cost.factor).toBe(1);

    process.interval(0, 0);

    expect(process.cost.factor).toBeGreaterThan(1.2);
    expect(process.cost.factor).toBeLessThan(1.4);
  });

  it('stays known between collections of the whole heap that are half a minute apart', () => {
    const process = new Process();
    const engine = (i: number): number => (i % 6 === 0 ? 120 : 0);
    process.intervals(240, 110, engine);
    const factors = Array.from({ length: 12 }, (_, i) => {
      process.interval(110, engine(i));
      return process.cost.factor;
    });

    expect(Math.min(...factors)).toBeGreaterThan(1.2);
    expect(Math.max(...factors)).toBeLessThan(1.4);
  });

  it('forgets what V8 compiled while the process was young', () => {
    const process = new Process();
    process.intervals(12, 50, () => 400);
    expect(process.cost.factor).toBe(5);

    process.intervals(100, 102, () => 4);

    expect(process.cost.factor).toBeCloseTo(1.06, 2);
  });

  it('is from nothing to four times what the thread takes, whatever is measured', () => {
    const ms = fc.double({ min: 0, max: 20_000, noNaN: true });
    fc.assert(
      fc.property(fc.array(fc.tuple(ms, ms), { minLength: 1, maxLength: 40 }), (intervals) => {
        const process = new Process();
        for (const [others, engine] of intervals) {
          process.interval(others, engine);
          expect(process.cost.factor).toBeGreaterThanOrEqual(1);
          expect(process.cost.factor).toBeLessThanOrEqual(5);
        }
      }),
    );
  });
});
