import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { Lifecycle, type Part } from '../../core/lifecycle.js';
import { ManualClock } from '../../core/testing/manual-clock.js';
import { never, turns } from '../support/plugins.js';

function lifecycle() {
  const clock = new ManualClock();
  const calls: string[] = [];
  const failures: string[] = [];
  const life = new Lifecycle({
    clock,
    startTimeoutMs: 100,
    stopTimeoutMs: 100,
    onStopError: (name, error) => failures.push(`${name}: ${(error as Error).message}`),
  });
  const part = (name: string, hooks: Partial<Part> = {}): Part => ({
    name,
    start: () => void calls.push(`start ${name}`),
    stop: () => void calls.push(`stop ${name}`),
    ...hooks,
  });
  return { life, clock, calls, failures, part };
}

describe('Lifecycle', () => {
  it('starts in order and stops in reverse, once', async () => {
    const { life, calls, part } = lifecycle();

    await life.start([part('a'), { name: 'nothing' }, part('b')]);
    await Promise.all([life.stop(), life.stop()]);

    assert.deepEqual(calls, ['start a', 'start b', 'stop b', 'stop a']);
  });

  it('stops what runs when a start fails, and rejects with the failure', async () => {
    const { life, calls, part } = lifecycle();
    const broken = part('b', { start: () => Promise.reject(new Error('refused')) });

    await assert.rejects(life.start([part('a'), broken, part('c')]), /refused/);
    await life.stop();

    assert.deepEqual(calls, ['start a', 'stop a']);
  });

  it('gives up a start at its deadline', async () => {
    const { life, clock, calls, part } = lifecycle();
    const started = life.start([part('a'), part('b', { start: never })]);
    started.catch(() => undefined);

    await clock.advanceAsync(100);

    await assert.rejects(started, /not done within 0\.1 s/);
    assert.deepEqual(calls, ['start a', 'stop a']);
    assert.equal(clock.pending, 0);
  });

  it('goes on stopping when one part fails and another never returns', async () => {
    const { life, clock, calls, failures, part } = lifecycle();
    await life.start([
      part('a'),
      part('b', { stop: never }),
      part('c', {
        stop: () => {
          throw new Error('broken');
        },
      }),
    ]);

    const stopped = life.stop();
    await clock.advanceAsync(100);
    await stopped;

    assert.deepEqual(calls.slice(-1), ['stop a']);
    assert.deepEqual(failures, ['c: broken', 'b: not done within 0.1 s']);
  });

  it('gives up a start that still runs when it is stopped', async () => {
    const { life, calls, part } = lifecycle();
    const started = life.start([part('a'), part('b', { start: never }), part('c')]);
    started.catch(() => undefined);
    await turns();

    await life.stop();

    await assert.rejects(started, /Stopped while it started/);
    assert.deepEqual(calls, ['start a', 'stop a']);
  });

  it('starts no further part after it was given up, even when the one that was starting succeeds', async () => {
    const { calls, part } = lifecycle();
    const life = new Lifecycle({ clock: new ManualClock(), onStopError: () => undefined });
    const abort = new AbortController();
    const yielding = part('a', { start: () => abort.abort(new Error('given up')) });

    await assert.rejects(life.start([yielding, part('b')], abort.signal), /given up/);

    assert.deepEqual(calls, ['stop a']);
  });

  it('starts nothing when the signal has aborted', async () => {
    const { life, calls, part } = lifecycle();

    await assert.rejects(life.start([part('a')], AbortSignal.abort(new Error('no longer wanted'))), /no longer wanted/);

    assert.deepEqual(calls, []);
  });
});
