import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { ManualClock } from '../../../core/testing/manual-clock.js';

describe('ManualClock', () => {
  it('runs due timers in order of due time, then of arming', () => {
    const clock = new ManualClock(1000);
    const ran: string[] = [];
    clock.setTimeout(() => ran.push(`late at ${clock.monotonic()}`), 20);
    clock.setTimeout(() => ran.push(`early at ${clock.monotonic()}`), 10);
    clock.setTimeout(() => ran.push(`early too at ${clock.monotonic()}`), 10);
    clock.setTimeout(() => ran.push('never'), 31);

    clock.advance(30);

    assert.deepEqual(ran, ['early at 10', 'early too at 10', 'late at 20']);
    assert.equal(clock.now(), 1030);
    assert.equal(clock.pending, 1);
  });

  it('runs an interval again and again until it is cancelled', () => {
    const clock = new ManualClock();
    const ran: number[] = [];
    const timer = clock.setInterval(() => ran.push(clock.monotonic()), 10);

    clock.advance(25);
    clock.advance(5);
    timer.cancel();
    clock.advance(100);

    assert.deepEqual(ran, [10, 20, 30]);
    assert.equal(clock.pending, 0);
  });

  it('runs timers that a callback arms within the same advance', () => {
    const clock = new ManualClock();
    const ran: number[] = [];
    clock.setTimeout(() => clock.setTimeout(() => ran.push(clock.monotonic()), 5), 5);

    clock.advance(10);

    assert.deepEqual(ran, [10]);
  });

  it('lets promises settle between timers when it advances asynchronously', async () => {
    const clock = new ManualClock();
    const ran: number[] = [];
    const loop = async (): Promise<void> => {
      for (let i = 0; i < 3; i++) {
        await new Promise<void>((resolve) => void clock.setTimeout(resolve, 10));
        ran.push(clock.monotonic());
      }
    };
    const done = loop();

    await clock.advanceAsync(30);

    await done;
    assert.deepEqual(ran, [10, 20, 30]);
  });

  it('moves the wall time alone when it jumps', () => {
    const clock = new ManualClock(0);

    clock.jumpWallTime(-5000);

    assert.equal(clock.now(), -5000);
    assert.equal(clock.monotonic(), 0);
  });
});
