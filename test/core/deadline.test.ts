import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { DeadlineError, withDeadline } from '../../core/deadline.js';
import { ManualClock } from '../../core/testing/manual-clock.js';
import { never, turns } from '../support/plugins.js';

describe('withDeadline', () => {
  it('settles as the work does, and leaves no timer and no listener', async () => {
    const clock = new ManualClock();
    const { signal } = new AbortController();

    const value = await withDeadline(async () => 5, { clock, ms: 10, signal });
    const thrown = withDeadline(
      () => {
        throw new Error('sync');
      },
      { clock, ms: 10, signal },
    );

    assert.equal(value, 5);
    await assert.rejects(thrown, /sync/);
    assert.equal(clock.pending, 0);
  });

  it('rejects at the deadline, aborts the work, and tells when it ends late', async () => {
    const clock = new ManualClock();
    const late: boolean[] = [];
    let inner: AbortSignal | undefined;
    let fail: (error: Error) => void = () => undefined;
    const done = withDeadline(
      (signal) => {
        inner = signal;
        return new Promise((_, reject) => {
          fail = reject;
        });
      },
      { clock, ms: 10, onLate: (failed) => late.push(failed) },
    );

    clock.advance(10);

    await assert.rejects(done, DeadlineError);
    assert.equal(inner?.aborted, true);
    fail(new Error('late'));
    await turns();
    assert.deepEqual(late, [true]);
  });

  it('gives work that is given up early its time to wind down', async () => {
    const clock = new ManualClock();
    const abort = new AbortController();
    const done = withDeadline(never, { clock, ms: 1_000, signal: abort.signal, graceMs: 50 });
    let settled = false;
    done.catch(() => {
      settled = true;
    });

    abort.abort(new Error('given up'));
    await clock.advanceAsync(49);
    assert.equal(settled, false);
    await clock.advanceAsync(1);

    await assert.rejects(done, /given up/);
    assert.equal(clock.pending, 0);
  });

  it('does not begin work that nobody wants any more', async () => {
    let begun = false;
    const work = async (): Promise<void> => {
      begun = true;
    };

    await assert.rejects(withDeadline(work, { clock: new ManualClock(), ms: 10, signal: AbortSignal.abort() }));

    assert.equal(begun, false);
  });
});
