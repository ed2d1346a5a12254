import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import type { SinkBatch } from '../../../core/dispatch/sink-api.js';
import { SinkError } from '../../../core/dispatch/sink-error.js';
import { sampleBatch } from '../../../core/testing/sample-batches.js';
import { never, turns } from '../../support/plugins.js';
import { fail, sinkWith, succeed } from '../../support/sinks.js';

describe('items of a batch', () => {
  it('that were acknowledged are not sent again, and the others keep their ids', async () => {
    const { sink, items, batches } = sinkWith(async (batch) => {
      if (batch.attempt > 1) return;
      batch.ack(0);
      batch.ack(2);
      batch.ack(2);
      throw new Error('cut');
    });
    for (const item of ['a', 'b', 'c', 'd']) sink.push(item);

    const first = sink.flush();
    await turns();
    await sink.flush();
    await first;

    assert.deepEqual(items(), [
      ['a', 'b', 'c', 'd'],
      ['b', 'd'],
    ]);
    assert.deepEqual(batches[1]?.ids, [batches[0]?.ids[1], batches[0]?.ids[3]]);
    assert.equal(new Set(batches[0]?.ids).size, 4);
    const { delivered, resent, queueLength } = sink.stats();
    assert.deepEqual({ delivered, resent, queueLength }, { delivered: 4, resent: 2, queueLength: 0 });
  });

  it('may be acknowledged after their write has failed', async () => {
    let first: SinkBatch<string> | undefined;
    const { sink, items, clock } = sinkWith(
      async (batch) => {
        first ??= batch;
        if (batch.attempt === 1) throw new Error('cut');
      },
      { maxBatch: 2, retry: { initialMs: 100, jitter: 0 } },
    );
    sink.push('a');
    sink.push('b');
    await turns();
    first?.ack(1);
    await clock.advanceAsync(100);

    assert.deepEqual(items()[1], ['a']);
    assert.equal(sink.stats().delivered, 2);
  });

  it('that were refused are counted, and not sent again', async () => {
    const { sink, items, logger } = sinkWith(async (batch) => batch.reject(0, 'no route'));
    sink.push('a');
    sink.push('b');

    await assert.rejects(sink.flush(), /1 items were lost/);

    assert.deepEqual(items(), [['a', 'b']]);
    assert.equal(sink.stats().droppedByClass.durable.rejected, 1);
    assert.equal(sink.stats().delivered, 1);
    assert.deepEqual(logger.messages('error'), ['test: an item was refused: no route']);
  });
});

describe('several writes of a sink in flight', () => {
  it('begin in order, as many as allowed, and go on one by one', async () => {
    const open: (() => void)[] = [];
    const { sink, items } = sinkWith(() => new Promise((resolve) => open.push(resolve)), { maxBatch: 1, inFlight: 3 });
    for (const item of ['a', 'b', 'c', 'd', 'e']) sink.push(item);
    await turns();
    assert.deepEqual(items(), [['a'], ['b'], ['c']]);

    open[1]?.();
    await turns();

    assert.deepEqual(items(), [['a'], ['b'], ['c'], ['d']]);
    await sink.stop();
  });

  it('begin when something comes while others hang', async () => {
    const { sink, items } = sinkWith(never, { maxBatch: 1, inFlight: 2 });
    sink.push('a');
    await turns();
    sink.push('b');
    await turns();

    assert.deepEqual(items(), [['a'], ['b']]);
    await sink.stop();
  });

  it('are sent again in order after a failure, and only when none is in flight any more', async () => {
    const open: { resolve(): void; reject(error: Error): void }[] = [];
    let works = false;
    const { sink, items, clock } = sinkWith(
      () => (works ? Promise.resolve() : new Promise((resolve, reject) => open.push({ resolve, reject }))),
      { maxBatch: 1, inFlight: 3, retry: { initialMs: 10, jitter: 0 } },
    );
    for (const item of ['a', 'b', 'c', 'd']) sink.push(item);
    await turns();

    open[2]?.reject(new Error('cut'));
    open[0]?.reject(new Error('cut'));
    await clock.advanceAsync(1_000);
    assert.equal(items().length, 3);
    works = true;
    open[1]?.resolve();
    await clock.advanceAsync(10);

    assert.deepEqual(items().slice(3), [['a'], ['c'], ['d']]);
    assert.equal(sink.stats().delivered, 4);
  });
});

describe('samples in a sink', () => {
  it('are replaced by newer ones of the same key while they wait', async () => {
    let works = false;
    const { sink, items, clock } = sinkWith(
      async () => {
        if (!works) throw new Error('refused');
      },
      { maxAgeMs: 0, retry: { initialMs: 1_000, jitter: 0 } },
    );
    sink.push('k 1', { class: 'latest', key: 'k' });
    await turns();
    for (const item of ['k 2', 'k 3']) sink.push(item, { class: 'latest', key: 'k' });
    sink.push('other', { class: 'latest', key: 'o' });
    works = true;
    await clock.advanceAsync(1_000);

    assert.deepEqual(items(), [['k 1'], ['k 3', 'other']]);
    assert.equal(sink.stats().conflated, 2);
    assert.equal(sink.stats().queueLength, 0);
  });

  it('have keys of the plugin', async () => {
    const { sink, items } = sinkWith(succeed, {
      fromSamples: ({ kind }) => [`${kind} a`, `${kind} b`],
      sampleKey: ({ kind }) => kind,
    });
    sink.onSamples(sampleBatch('worker'));
    await sink.flush();

    assert.deepEqual(items(), [['worker b']]);
  });

  it('lose the oldest beyond bounds of their own, and take no room from events', async () => {
    const { sink } = sinkWith(fail, { latest: { capacity: 2 }, capacity: 3 });
    for (const item of ['a', 'b', 'c']) sink.push(item);
    for (const item of ['x', 'y', 'z']) sink.push(item, { class: 'latest' });

    const { droppedByClass, queueLength } = sink.stats();
    assert.equal(droppedByClass.latest.overflow, 1);
    assert.equal(droppedByClass.durable.overflow, 0);
    assert.equal(queueLength, 5);
    assert.equal(sink.counters().latestDroppedOverflow, 1);
    await sink.stop();
  });
});

describe('a gap in what a sink delivers', () => {
  it('is told before the next batch, and again until it is delivered', async () => {
    let works = false;
    const { sink, items, clock } = sinkWith(
      async () => {
        if (!works) throw new SinkError('down', { recoverable: true });
      },
      { capacity: 2, maxAgeMs: 10, fromGap: (gap) => `${gap.count} ${gap.class} ${gap.reason}` },
    );
    for (const item of ['a', 'b', 'c', 'd']) sink.push(item);
    await clock.advanceAsync(10);
    works = true;
    await sink.flush();

    assert.deepEqual(items(), [
      ['2 durable overflow', 'c', 'd'],
      ['2 durable overflow', 'c', 'd'],
    ]);
    assert.equal(sink.stats().queueLength, 0);
    await sink.stop();
  });
});
