import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import type { MonitorPlugin } from '../../../core/plugin.js';
import { ManualClock } from '../../../core/testing/manual-clock.js';
import { sampleBatch } from '../../../core/testing/sample-batches.js';
import { sampleEvent } from '../../../core/testing/sample-events.js';
import { pluginSet, scripted, turns } from '../../support/plugins.js';

const boom = (): never => {
  throw new Error('boom');
};

/** A running set of one plugin that misbehaves and one that notes what it gets. */
async function withBystander(hooks: MonitorPlugin, clock = new ManualClock()) {
  const seen: string[] = [];
  const made = pluginSet(
    [
      scripted('bad', hooks),
      scripted('good', {
        onEvents: (events) => void seen.push(...events.map(({ type }) => type)),
        onSamples: ({ kind }) => void seen.push(kind),
      }),
    ],
    {},
    clock,
  );
  await made.set.start();
  const publish = async (times: number): Promise<void> => {
    for (let i = 0; i < times; i++) {
      made.set.publish(sampleEvent('room.opened'));
      await turns(2);
    }
  };
  return { ...made, seen, publish, bad: () => made.set.status()[0]! };
}

describe('a plugin that throws', () => {
  it('does not keep events or samples from the others, nor does the throw reach the caller', async () => {
    const { set, seen, publish, bad } = await withBystander({ onEvents: boom, onSamples: boom });

    await publish(1);
    set.deliver(sampleBatch('worker'));

    assert.deepEqual(seen, ['room.opened', 'worker']);
    assert.equal(bad().errors, 2);
    assert.equal(bad().lastError, 'boom');
    assert.equal(bad().state, 'running');
    await set.stop();
  });

  it('is suspended after five throws in a row, with an event and one log line for all of them', async () => {
    const { set, publish, bad, emitted, logger, seen } = await withBystander({ onEvents: boom });

    await publish(7);

    assert.equal(bad().state, 'suspended');
    assert.equal(bad().errors, 5);
    assert.equal(bad().eventsMissed, 2);
    assert.equal(bad().suspensions, 1);
    assert.deepEqual(bad().health, { status: 'degraded', reason: 'suspended: onEvents threw 5 times in a row' });
    assert.deepEqual(emitted, [
      {
        type: 'monitor.pluginSuspended',
        data: { plugin: 'bad', reason: 'onEvents threw 5 times in a row', coolDownMs: 30_000 },
      },
    ]);
    assert.deepEqual(logger.messages(), ['onEvents of the plugin threw', 'plugin suspended']);
    assert.equal(seen.length, 7);
    await set.stop();
  });

  it('is not suspended when the throws are not in a row', async () => {
    let calls = 0;
    const { set, publish, bad } = await withBystander({
      onEvents: () => {
        if (++calls % 5 !== 0) boom();
      },
    });

    await publish(20);

    assert.equal(bad().state, 'running');
    assert.equal(bad().errors, 16);
    await set.stop();
  });

  it('is suspended for one hook even when the other one works', async () => {
    const { set, publish, bad } = await withBystander({ onEvents: () => undefined, onSamples: boom });

    for (let i = 0; i < 5; i++) {
      await publish(1);
      set.deliver(sampleBatch('consumer'));
    }

    assert.equal(bad().state, 'suspended');
    await set.stop();
  });

  it('gets a resync first after the cool-down, and one throw then suspends it again', async () => {
    const got: string[] = [];
    let broken = true;
    const { set, publish, bad, clock, emitted } = await withBystander({
      onEvents: (events) => {
        if (broken) boom();
        got.push(...events.map((event) => `${event.type} ${JSON.stringify(event.data)}`));
      },
    });
    await publish(8);

    clock.advance(30_000);
    await turns();
    assert.equal(bad().state, 'suspended');
    assert.equal(bad().suspensions, 2);
    assert.match(JSON.stringify(bad().health), /onEvents threw again after the cool-down/);
    broken = false;
    await publish(2);
    clock.advance(30_000);
    await publish(1);

    assert.equal(bad().state, 'running');
    assert.deepEqual(got, ['monitor.resync {"missedEvents":3}']);
    await publish(1);
    assert.deepEqual(got.slice(1), ['room.opened {}']);
    assert.deepEqual(
      emitted.map(({ type, data }) => [type, 'missedEvents' in data ? data.missedEvents : null]),
      [
        ['monitor.pluginSuspended', null],
        ['monitor.pluginResumed', 3],
        ['monitor.pluginSuspended', null],
        ['monitor.pluginResumed', 2],
      ],
    );
    await set.stop();
    assert.equal(clock.pending, 0);
  });

  it('wants no samples while it is suspended', async () => {
    const clock = new ManualClock();
    const { set } = pluginSet(
      [scripted('bad', { onSamples: boom }, { interest: { samples: ['producer'] } })],
      {},
      clock,
    );
    await set.start();
    for (let i = 0; i < 5; i++) set.deliver(sampleBatch('producer'));

    assert.deepEqual([...set.wantedKinds()], []);
    clock.advance(30_000);
    assert.deepEqual([...set.wantedKinds()], ['producer']);
    await set.stop();
  });

  it('causes no unhandled rejection when its hooks are asynchronous by mistake, and is suspended all the same', async () => {
    const unhandled: unknown[] = [];
    const note = (reason: unknown): void => void unhandled.push(reason);
    process.on('unhandledRejection', note);
    const asynchronous = { onEvents: async () => boom(), onSamples: async () => boom() } as unknown as MonitorPlugin;
    const { set, publish, bad } = await withBystander(asynchronous);

    await publish(6);
    set.deliver(sampleBatch('worker'));
    await turns();
    process.off('unhandledRejection', note);

    assert.deepEqual(unhandled, []);
    assert.equal(bad().state, 'suspended');
    await set.stop();
  });

  it('is stopped as any other while it is suspended', async () => {
    let stopped = false;
    const stop = (): void => {
      stopped = true;
    };
    const { set, publish, bad, clock } = await withBystander({ onEvents: boom, stop });
    await publish(5);

    await set.stop();

    assert.ok(stopped);
    assert.equal(bad().state, 'stopped');
    assert.equal(clock.pending, 0);
  });

  it('in its health is called failing, and the status can still be read', async () => {
    const { set, bad } = await withBystander({ health: boom, counters: boom });

    assert.deepEqual(bad().health, { status: 'failing', reason: 'health threw: boom' });
    await set.stop();
  });
});

describe('a plugin that is slow', () => {
  it('is suspended after five slow deliveries within a minute', async () => {
    const clock = new ManualClock();
    const { set, publish, bad } = await withBystander({ onEvents: () => clock.advance(25) }, clock);

    await publish(4);
    assert.equal(bad().state, 'running');
    await publish(1);

    assert.equal(bad().state, 'suspended');
    assert.equal(bad().slowestCallMs, 25);
    assert.match(JSON.stringify(bad().health), /5 slow calls, the last of onEvents took 25 ms/);
    await set.stop();
  });

  it('is not blamed for the time in which its thread waited for a processor', async () => {
    const clock = new ManualClock();
    let held = 0;
    let closed = 0;
    const runDelay = { ms: () => held, close: () => closed++ };
    const slow = scripted('bad', {
      onSamples: () => {
        clock.advance(25);
        held += 24;
      },
    });
    const { set } = pluginSet([slow], {}, clock, runDelay);
    await set.start();

    for (let i = 0; i < 10; i++) set.deliver(sampleBatch('worker'));

    assert.equal(set.status()[0]?.state, 'running');
    assert.equal(set.status()[0]?.slowestCallMs, 1);
    await set.stop();
    assert.equal(closed, 1);
  });

  it('is blamed for its own time, however long its thread waited before the call', async () => {
    const clock = new ManualClock();
    let held = 0;
    const runDelay = { ms: () => held, close: () => undefined };
    const slow = scripted('bad', { onEvents: () => clock.advance(25), onSamples: () => clock.advance(25) });
    const { set } = pluginSet([slow], {}, clock, runDelay);
    await set.start();

    for (let i = 0; i < 5; i++) {
      held += 1_000;
      set.deliver(sampleBatch('worker'));
    }

    assert.equal(set.status()[0]?.state, 'suspended');
    assert.equal(set.status()[0]?.slowestCallMs, 25);
    await set.stop();
  });

  it('has the waiting of its thread looked at once for all plugins of a delivery, as long as calls are short', async () => {
    let looks = 0;
    const quick = (name: string) => scripted(name, { onSamples: () => undefined });
    const runDelay = { ms: () => ++looks, close: () => undefined };
    const { set } = pluginSet([quick('a'), quick('b')], {}, new ManualClock(), runDelay);
    await set.start();
    const before = looks;

    set.deliver(sampleBatch('worker'));

    assert.equal(looks - before, 1);
    await set.stop();
  });

  it('is left alone when its slow deliveries are far apart, or within the limit', async () => {
    const clock = new ManualClock();
    const { set, publish, bad } = await withBystander(
      { onEvents: () => clock.advance(25), onSamples: () => clock.advance(20) },
      clock,
    );

    for (let i = 0; i < 5; i++) {
      await publish(1);
      set.deliver(sampleBatch('worker'));
      clock.advance(30_000);
    }

    assert.equal(bad().state, 'running');
    await set.stop();
  });
});
