import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import type { MonitorEvent } from '../../../core/model/events.js';
import { sampleBatch } from '../../../core/testing/sample-batches.js';
import { sampleEvent } from '../../../core/testing/sample-events.js';
import { pluginSet, scripted, turns } from '../../support/plugins.js';

describe('delivering to plugins', () => {
  it('delivers the events of one turn as one array, in order', async () => {
    const batches: (readonly MonitorEvent[])[] = [];
    const { set } = pluginSet([scripted('a', { onEvents: (events) => void batches.push(events) })]);
    await set.start();
    const first = sampleEvent('room.opened');
    const second = sampleEvent('room.closed');

    set.publish(first);
    set.publish(second);
    assert.equal(batches.length, 0);
    await turns();

    assert.deepEqual(batches, [[first, second]]);
    await set.stop();
  });

  it('delivers only what a plugin asked for, and tells which kinds are wanted', async () => {
    const seen: string[] = [];
    const { set } = pluginSet([
      scripted(
        'picky',
        {
          onEvents: (events) => void seen.push(...events.map(({ type }) => type)),
          onSamples: ({ kind }) => void seen.push(kind),
        },
        { interest: { events: ['worker.died'], samples: ['consumer'] } },
      ),
      scripted('deaf', {}),
    ]);
    assert.deepEqual([...set.wantedKinds()], []);
    await set.start();

    set.publish(sampleEvent('worker.created'));
    set.publish(sampleEvent('worker.died'));
    set.deliver(sampleBatch('worker'));
    set.deliver(sampleBatch('consumer'));
    await turns();

    assert.deepEqual(seen, ['consumer', 'worker.died']);
    assert.deepEqual([...set.wantedKinds()], ['consumer']);
    await set.stop();
    assert.deepEqual([...set.wantedKinds()], []);
  });

  it('keeps events for a plugin that is starting, so that it misses none after it read the graph', async () => {
    let finish: () => void = () => undefined;
    const seen: string[] = [];
    const { set } = pluginSet([
      scripted('a', {
        start: () => new Promise<void>((resolve) => (finish = resolve)),
        onEvents: (events) => void seen.push(...events.map(({ type }) => type)),
      }),
    ]);
    const started = set.start();
    await turns();
    set.publish(sampleEvent('room.opened'));
    await turns();
    assert.deepEqual(seen, []);

    finish();
    await started;
    await turns();

    assert.deepEqual(seen, ['room.opened']);
    await set.stop();
  });

  it('splits a flood over several turns', async () => {
    const sizes: number[] = [];
    const { set } = pluginSet([scripted('a', { onEvents: ({ length }) => void sizes.push(length) })], {
      eventsPerCall: 40,
    });
    await set.start();

    for (let i = 0; i < 100; i++) set.publish(sampleEvent('room.opened'));
    await turns(8);

    assert.deepEqual(sizes, [40, 40, 20]);
    await set.stop();
  });

  it('counts what does not fit, and puts a resync in the place of the gap', async () => {
    const seen: MonitorEvent[] = [];
    const { set } = pluginSet([scripted('a', { onEvents: (events) => void seen.push(...events) })], {
      eventCapacity: 100,
    });
    await set.start();
    const flood = Array.from({ length: 130 }, () => sampleEvent('room.opened'));
    const after = sampleEvent('room.closed');

    for (const event of flood) set.publish(event);
    await turns();
    set.publish(after);
    await turns();

    assert.deepEqual(
      seen.map(({ type }) => type),
      [...flood.slice(0, 100).map(({ type }) => type), 'monitor.resync', 'room.closed'],
    );
    assert.deepEqual(seen[100]?.data, { missedEvents: 30 });
    assert.equal(seen[100]?.seq, flood.at(-1)?.seq);
    assert.equal(set.status()[0]?.eventsMissed, 30);
    assert.equal(set.status()[0]?.eventsDelivered, 102);
    await set.stop();
  });
});
