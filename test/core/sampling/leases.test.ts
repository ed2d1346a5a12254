import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EntityKey } from '../../../core/model/entity.js';
import { stream } from '../../support/fake-source.js';
import { SamplingKit } from '../../support/sampling-kit.js';

describe('leases of single entities', () => {
  let kit: SamplingKit;
  let transport: EntityKey;
  let consumer: EntityKey;
  let packetCount = 0;

  beforeEach(() => {
    kit = new SamplingKit();
    transport = kit.open.transport(kit.open.router(kit.open.worker(), 'r'), 't');
    consumer = kit.open.consumer(transport, 'c', null);
    packetCount = 0;
    kit.source.answer(consumer, () => {
      packetCount += 5;
      return { streams: [stream({ packetCount })] };
    });
    kit.sampler.start();
  });

  afterEach(() => {
    kit.sampler.stop();
    expect(kit.clock.pending).toBe(0);
  });

  const everyMs = (ms: number, ...entities: EntityKey[]) => kit.sampler.lease({ entities, everyMs: ms });

  it.each([250, 700, 1_000, 8_000])('sample an entity every %i ms, and end with their release', async (ms) => {
    const lease = everyMs(ms, consumer);
    await kit.clock.advanceAsync(20 * ms);
    expect(kit.source.takeAsked('consumer')).toHaveLength(20);

    lease.release();
    await kit.clock.advanceAsync(20 * ms);
    expect(kit.source.takeAsked('consumer')).toEqual([]);
  });

  it('keep each its own pace', async () => {
    everyMs(250, consumer);
    everyMs(1_000, transport);

    await kit.clock.advanceAsync(10_000);

    expect(kit.source.asked.filter(({ key }) => key === consumer)).toHaveLength(40);
    // Once at the beginning, and then each second.
    expect(kit.source.asked.filter(({ key }) => key === transport)).toHaveLength(11);
  });

  it('put what they sample into the batch of the tick too', async () => {
    everyMs(1_000, consumer);

    await kit.clock.advanceAsync(5_000);

    const batch = kit.batches.find(({ kind }) => kind === 'consumer');
    expect(batch?.length).toBe(1);
  });

  it('refuse intervals and numbers out of range', () => {
    expect(() => everyMs(249, consumer)).toThrow(RangeError);
    expect(() => everyMs(60_001, consumer)).toThrow(RangeError);
    const many = Array.from({ length: 1_000 }, (_, i) => `r/${i}` as EntityKey);
    const lease = everyMs(1_000, ...many);
    expect(() => everyMs(1_000, consumer)).toThrow(RangeError);
    lease.release();
    everyMs(1_000, consumer);
  });

  it('remember the samples, oldest first, since a moment when asked, without what was unknown', async () => {
    everyMs(1_000, consumer);
    await kit.clock.advanceAsync(3_000);

    const past = kit.sampler.past(consumer);
    expect(past.map(({ values }) => values.packetCount)).toEqual([5, 10, 15]);
    expect(past[0]!.values).not.toHaveProperty('roundTripTime');
    expect(kit.sampler.past(consumer, past[1]!.at)).toHaveLength(2);
    expect(kit.sampler.past(transport)).toEqual([]);
  });

  it('watch an entity every 250 ms until the time is over', async () => {
    const until = kit.sampler.watch(consumer, 2);
    expect(until).toBe(kit.clock.now() + 2_000);
    expect(kit.sampler.watch(consumer, 1)).toBe(until);

    await kit.clock.advanceAsync(10_000);

    expect(kit.source.takeAsked('consumer').length).toBeGreaterThanOrEqual(7);
    expect(kit.source.asked).toEqual([]);
    await kit.clock.advanceAsync(10_000);
    expect(kit.source.takeAsked('consumer')).toEqual([]);
  });

  it('refuse to watch what is not there, or for too long', () => {
    expect(() => kit.sampler.watch('r/none' as EntityKey, 10)).toThrow(/r\/none/);
    expect(() => kit.sampler.watch(consumer, 0.5)).toThrow(RangeError);
    expect(() => kit.sampler.watch(consumer, 301)).toThrow(RangeError);
  });

  it('tell readers that there is something new, no faster than each asked for', async () => {
    everyMs(250, consumer);
    const fast = countTicks(250);
    const slow = countTicks(2_000);

    await kit.clock.advanceAsync(10_000);

    expect(fast()).toBeGreaterThanOrEqual(39);
    expect(slow()).toBeGreaterThanOrEqual(5);
    expect(slow()).toBeLessThanOrEqual(6);
    expect(kit.sampler.subscribers).toBe(2);
  });

  it('hold one tick at most for a reader that does not read, and end it with the sampler', async () => {
    const ticks = kit.sampler.ticks(250);
    everyMs(250, consumer);
    await kit.clock.advanceAsync(10_000);

    expect(await ticks.next()).toEqual({ done: false, value: undefined });
    const waiting = ticks.next();
    kit.sampler.stop();
    expect(await waiting).toEqual({ done: true, value: undefined });
    expect(kit.sampler.subscribers).toBe(0);
  });

  function countTicks(ms: number): () => number {
    let count = 0;
    const read = async () => {
      for await (const _ of kit.sampler.ticks(ms)) count++;
    };
    void read();
    return () => count;
  }
});

describe('the memory of samples', () => {
  it('stays within its bytes by dropping the oldest', async () => {
    const kit = new SamplingKit({ sampling: { pastBytes: 10_000 } });
    const transport = kit.open.transport(kit.open.router(kit.open.worker(), 'r'), 't');
    kit.source.answer(transport, () => ({ values: { bytesReceived: kit.clock.monotonic() } }));
    kit.sampler.start();
    kit.sampler.lease({ entities: [transport], everyMs: 250 });

    await kit.clock.advanceAsync(60_000);

    const past = kit.sampler.past(transport);
    expect(past.length).toBeGreaterThan(10);
    expect(past.length).toBeLessThan(60);
    expect(past.at(-1)!.values.bytesReceived).toBe(60_000);
    kit.sampler.stop();
  });
});
