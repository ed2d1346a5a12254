import { describe, expect, it } from 'vitest';
import { Flows } from '../../../core/liveness/flows.js';

const A = { slot: 3, openedSeq: 10 };
const B = { slot: 3, openedSeq: 20 };

describe('flows', () => {
  it('take no sample for an old one when the wall clock jumps between it and its judging', () => {
    const flows = new Flows();
    flows.open(A, 0);
    flows.sample(3, 50, 5_000);
    flows.sample(3, 100, 10_000 - 3_600_000);
    flows.sample(3, 100, 15_000);

    expect(flows.sampledAt(3) - flows.silentSince(3)).toBe(10_000);
  });

  it('know nothing of whoever had the slot before', () => {
    const flows = new Flows();
    flows.open(A, 0);
    flows.sample(3, 50, 1_000);
    flows.sample(3, 90, 2_000);
    expect([flows.isMoving(3), flows.hasStarted(3), flows.flowedWithin(3, 0, 9_000)]).toEqual([true, true, true]);
    flows.sample(3, 90, 3_000);
    expect(flows.isFlat(3)).toBe(true);
    flows.close(3);

    flows.open(B, 4_000);

    expect(flows.has(A)).toBe(false);
    expect(flows.has(B)).toBe(true);
    expect([flows.isFlat(3), flows.isMoving(3), flows.hasStarted(3)]).toEqual([false, false, false]);
    expect([flows.sampledAt(3), flows.silentSince(3), flows.openedAt(3)]).toEqual([Number.NaN, 4_000, 4_000]);
    flows.sample(3, 60, 5_000);
    expect(flows.isFlat(3)).toBe(false);
  });

  it('have nobody in a slot that was closed, also when nobody has taken it since', () => {
    const flows = new Flows();
    flows.open(A, 0);
    flows.close(3);

    expect(flows.has(A)).toBe(false);
  });

  it('keep what they know when they grow, and take no more memory for any number that come and go', () => {
    const flows = new Flows();
    flows.open({ slot: 0, openedSeq: 1 }, 7);
    flows.open({ slot: 500, openedSeq: 2 }, 8);
    expect([flows.openedAt(0), flows.openedAt(500), flows.has({ slot: 0, openedSeq: 1 })]).toEqual([7, 8, true]);
    const { capacity } = flows;

    for (let seq = 3; seq < 1_000; seq++) {
      flows.close(500);
      flows.open({ slot: 500, openedSeq: seq }, seq);
    }

    expect(flows.capacity).toBe(capacity);
  });
});
