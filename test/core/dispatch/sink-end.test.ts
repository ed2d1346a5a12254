import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { SinkError } from '../../../core/dispatch/sink-error.js';
import { never, turns } from '../../support/plugins.js';
import { sinkWith, succeed } from '../../support/sinks.js';

describe('flushing a sink', () => {
  it('resolves at once when nothing waits', async () => {
    const { sink } = sinkWith(never);

    await sink.flush();
  });

  it('does not wait for the age, nor for the next attempt', async () => {
    let failures = 1;
    const { sink, items } = sinkWith(async () => {
      if (failures-- > 0) throw new Error('refused');
    });
    sink.push('a');

    const first = sink.flush();
    await turns();
    const second = sink.flush();

    await Promise.all([first, second]);
    assert.deepEqual(items(), [['a'], ['a']]);
  });

  it('rejects when the signal aborts, and loses nothing by it', async () => {
    let works = false;
    const { sink, clock } = sinkWith(async () => {
      if (!works) throw new Error('refused');
    });
    sink.push('a');
    const abort = new AbortController();

    const flushed = sink.flush(abort.signal);
    await turns();
    abort.abort();

    await assert.rejects(flushed, /1 items are not delivered yet: refused/);
    await assert.rejects(sink.flush(abort.signal), /not delivered yet/);
    works = true;
    await clock.advanceAsync(30_000);
    assert.equal(sink.stats().delivered, 1);
  });

  it('rejects when something was lost meanwhile', async () => {
    const { sink } = sinkWith(() => Promise.reject(new SinkError('400 bad', { recoverable: false })));
    sink.push('a');

    await assert.rejects(sink.flush(), /1 items were lost: 400 bad/);
  });

  it('is served at whatever moment of a delivery it comes', async () => {
    for (let microtasks = 0; microtasks < 20; microtasks++) {
      let flushed: Promise<void> | undefined;
      const { sink, items } = sinkWith(
        async ({ items: [first] }) => {
          if (first !== 'a') return;
          sink.push('b');
          void (async () => {
            for (let i = 0; i < microtasks; i++) await Promise.resolve();
            flushed = sink.flush();
          })();
        },
        { maxAgeMs: 1_000, capacity: 10 },
      );
      sink.push('a');
      const first = sink.flush();

      await turns();
      await Promise.all([first, flushed]);

      assert.deepEqual(items(), [['a'], ['b']], `${microtasks} microtasks later`);
    }
  });

  it('does not wait for items that come later', async () => {
    const { sink, items } = sinkWith(async ({ items: [first] }) => {
      if (first === 'a') sink.push('b');
      else await never();
    });
    sink.push('a');

    await sink.flush();

    assert.deepEqual(items()[0], ['a']);
    await sink.stop();
  });
});

describe('stopping a sink', () => {
  it('aborts the write, counts what is left, and takes nothing more', async () => {
    const signals: AbortSignal[] = [];
    const { sink, clock, logger } = sinkWith(
      (_, signal) => {
        signals.push(signal);
        return never();
      },
      { maxBatch: 1 },
    );
    sink.push('a');
    sink.push('b');
    await turns();
    const flushed = sink.flush();
    flushed.catch(() => undefined);

    await Promise.all([sink.stop(), sink.stop()]);
    sink.push('c');

    await assert.rejects(flushed, /2 items were lost/);
    assert.deepEqual(
      signals.map(({ aborted }) => aborted),
      [true],
    );
    assert.equal(sink.stats().dropped.stopped, 3);
    assert.deepEqual(logger.messages('warn'), ['test: stopped with items not delivered']);
    assert.equal(clock.pending, 0);
  });

  it('ends a wait for the next attempt', async () => {
    const { sink, clock } = sinkWith(() =>
      Promise.reject(new SinkError('429', { recoverable: true, retryAfterMs: 60_000 })),
    );
    sink.push('a');
    const flushed = sink.flush();
    flushed.catch(() => undefined);
    await turns();

    await sink.stop();

    await assert.rejects(flushed);
    assert.equal(clock.pending, 0);
  });
});

describe('the health of a sink', () => {
  it('is degraded while writes fail, failing after a minute, and well again after a success', async () => {
    let works = false;
    const { sink, clock } = sinkWith(
      async () => {
        if (!works) throw new Error('refused');
      },
      { maxAgeMs: 0, retry: { maxMs: 1_000 } },
    );
    assert.deepEqual(sink.health(), { status: 'ok' });
    sink.push('a');
    await turns();

    assert.deepEqual(sink.health(), { status: 'degraded', reason: 'refused (1 items wait)' });
    await clock.advanceAsync(60_000);
    assert.equal(sink.health().status, 'failing');
    works = true;
    await clock.advanceAsync(1_000);
    assert.deepEqual(sink.health(), { status: 'ok' });
  });

  it('tells of losses for a minute', async () => {
    const { sink, clock } = sinkWith(succeed, { capacity: 1 });
    sink.push('a');
    sink.push('b');
    await sink.flush();

    assert.deepEqual(sink.health(), { status: 'degraded', reason: 'items were lost: overflow' });
    await clock.advanceAsync(60_000);
    assert.deepEqual(sink.health(), { status: 'ok' });
  });

  it('comes with counters by name', async () => {
    const { sink } = sinkWith(succeed);
    sink.push('a');
    await sink.flush();

    const shown = Object.entries(sink.counters());
    assert.deepEqual(
      shown.filter(([, value]) => value !== 0),
      [
        ['delivered', 1],
        ['batches', 1],
      ],
    );
    const names = shown.map(([name]) => name);
    for (const name of [
      'queueLength',
      'spoolRecords',
      'oldestAgeMs',
      'durableDroppedOverflow',
      'latestDroppedExpired',
    ]) {
      assert.ok(names.includes(name), name);
    }
    await sink.stop();
  });
});

describe('the options of a sink', () => {
  it('are refused when out of range', () => {
    assert.throws(() => sinkWith(succeed, { capacity: 0 }));
  });
});
