import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { SinkError } from '../../../core/dispatch/sink-error.js';
import { sampleBatch } from '../../../core/testing/sample-batches.js';
import { sampleEvent } from '../../../core/testing/sample-events.js';
import { never, turns } from '../../support/plugins.js';
import { fail, sinkWith, succeed } from '../../support/sinks.js';

describe('batches of a sink', () => {
  it('are sent at once when full', async () => {
    const { sink, items, clock } = sinkWith(succeed, { maxBatch: 2 });

    for (const item of ['a', 'b']) sink.push(item);
    await turns();

    assert.deepEqual(items(), [['a', 'b']]);
    assert.equal(clock.pending, 0);
  });

  it('are sent at their age when not full', async () => {
    const { sink, items, clock } = sinkWith(succeed, { maxAgeMs: 200 });
    sink.push('a');
    await clock.advanceAsync(199);
    sink.push('b');
    assert.deepEqual(items(), []);

    await clock.advanceAsync(1);

    assert.deepEqual(items(), [['a', 'b']]);
  });

  it('hold no more items and bytes than allowed, but one item at least', async () => {
    const { sink, items } = sinkWith(succeed, { maxBatch: 3, maxBatchBytes: 1024 });
    const big = 'x'.repeat(2000);
    const half = 'y'.repeat(600);

    for (const item of ['a', 'b', 'c', 'd', big, half, half]) sink.push(item);
    await sink.flush();

    assert.deepEqual(
      items().map((batch) => batch.map((item) => item[0]).join('')),
      ['abc', 'd', 'x', 'y', 'y'],
    );
  });

  it('never overlap, and keep the order', async () => {
    let running = 0;
    let most = 0;
    const { sink, items } = sinkWith(
      async () => {
        most = Math.max(most, ++running);
        await turns(2);
        running--;
      },
      { maxBatch: 1 },
    );

    for (const item of ['a', 'b', 'c']) sink.push(item);
    await sink.flush();

    assert.equal(most, 1);
    assert.deepEqual(items(), [['a'], ['b'], ['c']]);
  });

  it('are made of events and samples as the plugin says, each class by itself', async () => {
    const { sink, items, batches } = sinkWith(succeed, {
      fromEvent: ({ type }) => (type === 'room.opened' ? type : null),
      fromSamples: ({ kind, length }) => [`${kind} ${length}`],
    });

    sink.onEvents([sampleEvent('room.opened'), sampleEvent('room.closed')]);
    sink.onSamples(sampleBatch('worker'));
    await sink.flush();

    assert.deepEqual(items(), [['room.opened'], ['worker 1']]);
    assert.deepEqual(
      batches.map((batch) => batch.class),
      ['durable', 'latest'],
    );
  });

  it('lose only the item that cannot be encoded', async () => {
    const { sink, items } = sinkWith(succeed, {
      fromEvent: ({ type }) => {
        if (type === 'room.opened') throw new Error('bad event');
        return type;
      },
    });

    sink.onEvents([sampleEvent('room.opened'), sampleEvent('room.closed')]);
    await sink.flush();

    assert.deepEqual(items(), [['room.closed']]);
    assert.equal(sink.stats().dropped.encoding, 1);
  });
});

describe('a failed write of a sink', () => {
  it('is tried again with the same batch, waiting longer each time', async () => {
    const at: number[] = [];
    const { sink, clock, batches } = sinkWith(
      async () => {
        at.push(clock.monotonic());
        if (at.length < 5) throw new Error('refused');
      },
      { maxBatch: 2, retry: { initialMs: 100, maxMs: 400, factor: 2, jitter: 0.2 } },
    );
    sink.push('a');
    sink.push('b');

    await clock.advanceAsync(100 + 200 + 400 + 400);

    assert.deepEqual(at, [0, 100, 300, 700, 1100]);
    assert.deepEqual(
      batches.map(({ attempt }) => attempt),
      [1, 2, 3, 4, 5],
    );
    assert.equal(new Set(batches.map(({ id }) => id)).size, 1);
    assert.ok(batches.every(({ items }) => items.join() === 'a,b'));
    assert.equal(sink.stats().retries, 4);
    assert.equal(sink.stats().delivered, 2);
  });

  it('begins with the shortest wait again after a success', async () => {
    const at: number[] = [];
    const { sink, clock } = sinkWith(
      async () => {
        at.push(clock.monotonic());
        if (at.length !== 3) throw new Error('refused');
      },
      { maxAgeMs: 0, retry: { initialMs: 100, jitter: 0 } },
    );
    sink.push('a');
    await clock.advanceAsync(300);
    sink.push('b');
    await clock.advanceAsync(100);

    assert.deepEqual(at, [0, 100, 300, 300, 400]);
    await sink.stop();
  });

  it('spreads the waits by the jitter', async () => {
    const at: number[] = [];
    const { sink, clock } = sinkWith(
      () => {
        at.push(clock.monotonic());
        return Promise.reject(new Error('refused'));
      },
      { maxAgeMs: 0, random: () => 0.5, retry: { initialMs: 100, jitter: 0.2 } },
    );
    sink.push('a');

    await clock.advanceAsync(90);

    assert.deepEqual(at, [0, 90]);
    await sink.stop();
  });

  it('is not tried before the receiver wants it', async () => {
    const at: number[] = [];
    const { sink, clock } = sinkWith(
      async () => {
        at.push(clock.monotonic());
        if (at.length === 1) throw new SinkError('429', { recoverable: true, retryAfterMs: 5_000 });
      },
      { maxAgeMs: 0 },
    );
    sink.push('a');
    await turns();

    const flushed = sink.flush();
    await clock.advanceAsync(4_999);
    assert.deepEqual(at, [0]);
    await clock.advanceAsync(1);
    await flushed;

    assert.deepEqual(at, [0, 5_000]);
  });

  it('loses the batch when it cannot be recovered, and goes on with the next', async () => {
    const { sink, items, clock } = sinkWith(
      async ({ items: [first] }) => {
        if (first === 'bad') throw new SinkError('400', { recoverable: false });
      },
      { maxBatch: 1 },
    );

    sink.push('bad');
    sink.push('good');
    await clock.advanceAsync(0);

    assert.deepEqual(items(), [['bad'], ['good']]);
    const lost = Object.entries(sink.stats().dropped).filter(([, count]) => count > 0);
    assert.deepEqual(lost, [['rejected', 1]]);
    assert.equal(sink.stats().retries, 0);
  });

  it('loses the batch when the attempts are used up', async () => {
    const { sink, batches, clock } = sinkWith(fail, { maxAgeMs: 0, retry: { initialMs: 10, attempts: 3 } });
    sink.push('a');

    await clock.advanceAsync(1_000);

    assert.equal(batches.length, 3);
    assert.equal(sink.stats().dropped.attempts, 1);
    assert.equal(sink.stats().queueLength, 0);
  });

  it('that never returns counts as failed at its deadline, and its signal aborts', async () => {
    const signals: AbortSignal[] = [];
    const { sink, clock } = sinkWith(
      (_, signal) => {
        signals.push(signal);
        return signals.length === 1 ? never() : Promise.resolve();
      },
      { maxAgeMs: 0, writeTimeoutMs: 1_000, retry: { initialMs: 10 } },
    );
    sink.push('a');

    await clock.advanceAsync(1_010);

    assert.deepEqual(
      signals.map(({ aborted }) => aborted),
      [true, false],
    );
    assert.equal(sink.stats().delivered, 1);
    assert.equal(clock.pending, 0);
  });

  it('is logged when it is new, then every minute with a count, and when it ends', async () => {
    let works = false;
    const { sink, clock, logger } = sinkWith(
      async () => {
        if (!works) throw new Error('refused by amqp://bob:hunter2@host');
      },
      { maxAgeMs: 0, retry: { initialMs: 1_000, maxMs: 1_000, jitter: 0 } },
    );
    sink.push('a');
    await clock.advanceAsync(125_000);
    works = true;
    await clock.advanceAsync(1_000);

    assert.deepEqual(
      logger.lines.map(({ level, message, fields }) => [level, message, fields.repeats]),
      [
        ['error', 'test: write failed: refused by amqp://***@host', undefined],
        ['error', 'test: write failed: refused by amqp://***@host', 60],
        ['error', 'test: write failed: refused by amqp://***@host', 60],
        ['info', 'test: writing works again', undefined],
      ],
    );
  });
});

describe('the buffer of a sink', () => {
  it('drops the oldest items when full, but not those in flight', async () => {
    let finish: () => void = () => undefined;
    const { sink, items } = sinkWith(() => new Promise((resolve) => (finish = resolve)), { maxBatch: 2, capacity: 4 });
    sink.push('a');
    sink.push('b');
    await turns();

    for (const item of ['c', 'd', 'e', 'f']) sink.push(item);
    assert.equal(sink.stats().queueLength, 4);
    finish();
    await turns();

    assert.deepEqual(items(), [
      ['a', 'b'],
      ['e', 'f'],
    ]);
    assert.equal(sink.stats().dropped.overflow, 2);
    finish();
    await sink.stop();
  });

  it('drops the newest items when told to', async () => {
    const { sink, items } = sinkWith(succeed, { capacity: 2, overflow: 'dropNewest' });

    for (const item of ['a', 'b', 'c']) sink.push(item);
    await sink.flush();

    assert.deepEqual(items(), [['a', 'b']]);
    assert.equal(sink.stats().dropped.overflow, 1);
  });

  it('is bounded by bytes too', () => {
    const { sink } = sinkWith(never, { capacityBytes: 1024, maxBatch: 1000 });

    for (let i = 0; i < 5; i++) sink.push('x'.repeat(300));

    assert.equal(sink.stats().queueBytes, 900);
    assert.equal(sink.stats().dropped.overflow, 2);
  });

  it('drops an item that could never fit', () => {
    const { sink } = sinkWith(never, { capacityBytes: 1024 });

    sink.push('é'.repeat(600));

    assert.equal(sink.stats().queueLength, 0);
    assert.equal(sink.stats().dropped.overflow, 1);
  });

  it('accounts for every item', async () => {
    let writes = 0;
    const { sink, clock } = sinkWith(
      async () => {
        writes++;
        if (writes % 3 === 0) throw new SinkError('400', { recoverable: false });
        if (writes % 2 === 0) throw new Error('refused');
      },
      { capacity: 20, maxBatch: 7, maxAgeMs: 10, retry: { initialMs: 5 } },
    );

    for (let i = 0; i < 500; i++) {
      sink.push(`item ${i}`);
      if (i % 9 === 0) await clock.advanceAsync(4);
    }
    await sink.stop();

    const { delivered, dropped, queueLength, queueBytes } = sink.stats();
    const lost = Object.values(dropped).reduce((sum, count) => sum + count, 0);
    assert.ok(delivered > 0 && dropped.overflow > 0 && dropped.rejected > 0 && dropped.stopped > 0);
    assert.equal(delivered + lost, 500);
    assert.deepEqual([queueLength, queueBytes], [0, 0]);
    assert.equal(clock.pending, 0);
  });
});
