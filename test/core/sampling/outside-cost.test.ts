import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OutsideCost } from '../../../core/sampling/outside-cost.js';

const INTERVAL_MS = 5_000;

/**
 * A thread with an application in it that runs for a share of the time that is left, and rounds of requests that cost `costMs` each
 * outside the sections. The application runs evenly, or in bursts that the rounds are caught by or not.
 */
class Thread {
  wall = 0;
  cpu = 0;
  sections = 0;
  readonly cost = new OutsideCost(
    () => this.wall,
    () => this.cpu,
  );
  readonly #busy: () => number;

  constructor(busy: () => number) {
    this.#busy = busy;
  }

  /** Time passes in which nothing of ours is done. */
  wait(ms: number): void {
    this.wall += ms;
    this.cpu += ms * this.#busy();
  }

  #work(ms: number): void {
    this.wall += ms;
    this.cpu += ms;
  }

  round(requests: number, costMs: number, waitsMs: number): void {
    this.#work(requests * 0.01);
    this.sections += requests * 0.01;
    this.cost.asked(requests, this.sections);
    this.wait(waitsMs);
    for (let i = 0; i < requests; i++) {
      this.#work(costMs + 0.005);
      this.sections += 0.005;
      this.cost.answered(this.sections);
    }
  }

  interval(rounds: number, requests: number, costMs: number, waitsMs = 2): void {
    const until = this.wall + INTERVAL_MS;
    for (let i = 0; i < rounds; i++) {
      this.round(requests, costMs, waitsMs);
      this.wait(40);
    }
    this.wait(until - this.wall);
    this.cost.interval(this.sections);
  }
}

describe('the cost of requests outside our sections', () => {
  it('is what the thread spends from asking to the last answer, less our sections', () => {
    const thread = new Thread(() => 0);
    for (let i = 0; i < 40; i++) thread.interval(30, 64, 0.035);

    expect(thread.cost.perRequestMs).toBeCloseTo(0.035, 4);
  });

  it('holds nothing of what an application does evenly in the same thread, however much that is', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 0.68, noNaN: true }), fc.integer({ min: 5, max: 100 }), (busy, micros) => {
        const thread = new Thread(() => busy);
        for (let i = 0; i < 40; i++) thread.interval(30, 64, micros / 1_000);

        expect(thread.cost.perRequestMs).toBeCloseTo(micros / 1_000, 3);
      }),
    );
  });

  it('is near the truth beside an application that works in bursts', () => {
    let step = 0;
    // Busy for two rounds of each seven, without any regard to the requests.
    const thread = new Thread(() => (step++ % 7 < 2 ? 1 : 0));
    for (let i = 0; i < 60; i++) thread.interval(31, 64, 0.03);

    expect(thread.cost.perRequestMs).toBeGreaterThan(0.02);
    expect(thread.cost.perRequestMs).toBeLessThan(0.04);
  });

  it('stays what it was while the application takes nearly all of the thread', () => {
    let busy = 0;
    const thread = new Thread(() => busy);
    for (let i = 0; i < 40; i++) thread.interval(30, 64, 0.035);
    busy = 0.99;
    for (let i = 0; i < 40; i++) thread.interval(30, 64, 0.035);

    expect(thread.cost.perRequestMs).toBeCloseTo(0.035, 4);
  });

  it('follows a machine that has become slower', () => {
    const thread = new Thread(() => 0.2);
    for (let i = 0; i < 40; i++) thread.interval(30, 64, 0.02);
    for (let i = 0; i < 20; i++) thread.interval(30, 64, 0.06);

    expect(thread.cost.perRequestMs).toBeGreaterThan(0.055);
  });

  it('says nothing of requests whose answers stay out, and starts anew with the next', () => {
    const thread = new Thread(() => 0);
    thread.cost.asked(64, 0);
    thread.wait(50_000);
    for (let i = 0; i < 40; i++) thread.interval(30, 64, 0.035);

    expect(thread.cost.perRequestMs).toBeCloseTo(0.035, 4);
  });

  it('is within bounds, whatever is measured', () => {
    const free = new Thread(() => 0);
    for (let i = 0; i < 40; i++) free.interval(30, 64, 0);
    const dear = new Thread(() => 0);
    for (let i = 0; i < 40; i++) dear.interval(10, 8, 5);

    expect(free.cost.perRequestMs).toBeGreaterThan(0);
    expect(dear.cost.perRequestMs).toBeLessThanOrEqual(0.2);
  });
});
