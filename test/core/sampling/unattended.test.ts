import { beforeEach, describe, expect, it } from 'vitest';
import type { EntityKey } from '../../../core/model/entity.js';
import type { SampledKind } from '../../../core/model/samples.js';
import { SamplingKit } from '../../support/sampling-kit.js';

const INTERVAL = 1_000;

describe('while nobody asks', () => {
  let kit: SamplingKit;
  let worker: EntityKey;
  let consumer: EntityKey;

  beforeEach(() => {
    kit = new SamplingKit({ sampling: { intervalMs: INTERVAL, unattendedEveryMs: 10_000 } });
    kit.attended = false;
    worker = kit.open.worker();
    const transport = kit.open.transport(kit.open.router(worker, 'r'), 't');
    kit.open.producer(transport, 'p');
    consumer = kit.open.consumer(transport, 'c', 'r/p' as EntityKey);
    kit.liveness.start();
    kit.sampler.start();
  });

  /** How often each kind was asked in so many ticks. */
  async function asked(ticks: number): Promise<Partial<Record<SampledKind, number>>> {
    kit.source.asked.length = 0;
    await kit.clock.advanceAsync(ticks * INTERVAL);
    const counts: Partial<Record<SampledKind, number>> = {};
    for (const { kind } of kit.source.asked) counts[kind] = (counts[kind] ?? 0) + 1;
    return counts;
  }

  const status = (kind: SampledKind) => kit.sampler.status().sampling.find((of) => of.kind === kind)!;

  it('no producer and no consumer is polled, transports are now and then, and workers are probed in every tick', async () => {
    await kit.clock.advanceAsync(500);

    expect(await asked(20)).toEqual({ worker: 20, transport: 2 });
    expect(status('consumer')).toMatchObject({ open: 1, wanted: false, coverage: null });
    expect(status('transport')).toMatchObject({ wanted: true, coverage: 1 });
  });

  it('a worker that hangs is found as soon as ever', async () => {
    await kit.clock.advanceAsync(5 * INTERVAL);
    kit.source.hang(worker);

    await kit.clock.advanceAsync(2.5 * INTERVAL);

    expect(kit.told('worker.hung')).toHaveLength(1);
  });

  it.each([
    ['a lease of a kind', () => kit.sampler.lease({ kinds: ['transport'] })],
    ['a lease of an entity', () => kit.sampler.lease({ entities: [consumer], everyMs: 60_000 })],
    [
      'a subscriber of what the samples lead to',
      () => {
        kit.attended = true;
        return {
          release: () => {
            kit.attended = false;
          },
        };
      },
    ],
  ])('%s has liveness judged and transports sampled in every tick, until it ends', async (_, ask) => {
    await kit.clock.advanceAsync(5.5 * INTERVAL);

    const lease = ask();
    const counts = await asked(4);
    expect(counts).toMatchObject({ transport: 4, producer: 4 });
    expect(counts.consumer).toBeGreaterThanOrEqual(4);
    expect(status('consumer')).toMatchObject({ wanted: true, coverage: 1 });

    lease.release();
    expect(await asked(4)).toEqual({ worker: 4 });
  });

  it('a reader of ticks counts as somebody', async () => {
    await kit.clock.advanceAsync(5.5 * INTERVAL);
    const reader = kit.sampler.ticks(INTERVAL);
    const next = reader.next();

    expect(await asked(4)).toMatchObject({ transport: 4, producer: 4, consumer: 4 });

    await next;
    await reader.return?.();
    kit.sampler.stop();
  });

  it("a second release of a lease ends nobody else's", async () => {
    const ended = kit.sampler.lease({ kinds: ['transport'] });
    ended.release();
    kit.sampler.lease({ kinds: ['transport'] });
    ended.release();

    expect((await asked(2)).transport).toBe(2);
  });
});
