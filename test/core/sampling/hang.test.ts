import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EntityKey } from '../../../core/model/entity.js';
import { stream } from '../../support/fake-source.js';
import { SamplingKit } from '../../support/sampling-kit.js';

const INTERVAL = 1_000;

describe('a worker that hangs', () => {
  let kit: SamplingKit;
  let sick: EntityKey;
  let well: EntityKey;
  let sickTransport: EntityKey;
  let wellTransport: EntityKey;

  beforeEach(async () => {
    kit = new SamplingKit({ sampling: { intervalMs: INTERVAL, maxInFlight: 8 } });
    sick = kit.open.worker(100);
    well = kit.open.worker(200);
    sickTransport = transports(sick, 'sick', 50);
    wellTransport = transports(well, 'well', 5);
    for (const key of [sickTransport, wellTransport]) {
      kit.source.answer(key, () => ({ values: { bytesReceived: 1_000, recvBitrate: 10, sendBitrate: 5 } }));
    }
    kit.sampler.start();
    await kit.clock.advanceAsync(2 * INTERVAL);
    kit.source.hang(sick);
  });

  afterEach(() => {
    kit.sampler.stop();
    expect(kit.clock.pending).toBe(0);
  });

  function transports(worker: EntityKey, name: string, count: number): EntityKey {
    const router = kit.open.router(worker, name);
    const keys = Array.from({ length: count }, (_, i) => kit.open.transport(router, `${name}${i}`));
    return keys[0]!;
  }

  function lane(worker: EntityKey) {
    return kit.sampler.status().lanes.find((status) => status.worker === worker)!;
  }

  it('is told once, with the deadline it missed, and shown in the graph', async () => {
    await kit.clock.advanceAsync(20 * INTERVAL);

    expect(kit.told('worker.hung').map(({ entity, data }) => [entity?.key, data])).toEqual([
      [sick, { pid: 100, deadlineMs: 0.75 * INTERVAL }],
    ]);
    expect(kit.node('worker', sick).hungSince).not.toBeNull();
    expect(kit.node('worker', well).hungSince).toBeNull();
    expect(lane(sick).hung).toBe(true);
  });

  it('makes its samples unknown and not old, and keeps what was counted', async () => {
    expect(kit.value('transport', sickTransport, 'bytesReceived')).toBe(1_000);

    await kit.clock.advanceAsync(3 * INTERVAL);

    expect(kit.value('transport', sickTransport, 'bytesReceived')).toBeNaN();
    expect(kit.sampler.sampledAt(kit.node('transport', sickTransport))).toBeNull();
    expect(kit.value('transport', wellTransport, 'bytesReceived')).toBe(1_000);
    expect(kit.sampler.totals({ scope: 'sfu' })).toMatchObject({ bytesReceived: 2_000, recvBitrate: 10 });
    expect(kit.sampler.totals({ scope: 'entity', key: sick }).recvBitrate).toBeNaN();
  });

  it('delays nothing in the lane of another worker', async () => {
    const before = lane(well).ticks;

    await kit.clock.advanceAsync(10 * INTERVAL);

    expect(lane(well)).toMatchObject({ ticks: before + 10, ticksSkipped: 0, hung: false });
  });

  it.each([0, 200, 400, 600, 800, 999])('is found within 2 intervals, when it began %d ms after a tick', async (ms) => {
    kit.source.goOn(sick);
    await kit.clock.advanceAsync(INTERVAL + ms);
    kit.source.hang(sick);

    await kit.clock.advanceAsync(2 * INTERVAL);

    expect(kit.told('worker.hung')).toHaveLength(1);
  });

  it.each([0, 200, 299, 301, 400, 600, 800, 999])(
    'is polled well within an interval of going on, %d ms after a tick',
    async (ms) => {
      await kit.clock.advanceAsync(5 * INTERVAL + ms);
      kit.source.asked.length = 0;
      kit.source.goOn(sick);

      // A moment more, for what is due just then to be done.
      await kit.clock.advanceAsync(0.7 * INTERVAL + 2);

      expect(kit.source.takeAsked().filter((key) => key.startsWith('sick/'))).not.toEqual([]);
    },
  );

  it('is never asked more than the window holds, however long it hangs', async () => {
    await kit.clock.advanceAsync(600 * INTERVAL);

    // The window, and a probe that is sent again each minute in case the first answer was lost.
    expect(lane(sick).inFlight).toBeLessThanOrEqual(8 + 8);
    expect(kit.source.inFlight).toBe(lane(sick).inFlight);
  });

  it('holds 128 requests at most, with the largest window and all probes', async () => {
    const wide = new SamplingKit({ sampling: { intervalMs: INTERVAL, maxInFlight: 120 } });
    const worker = wide.open.worker(300);
    const router = wide.open.router(worker, 'wide');
    for (let i = 0; i < 500; i++) wide.open.transport(router, `wide${i}`);
    wide.source.hang(worker);
    wide.sampler.start();

    await wide.clock.advanceAsync(1_200 * INTERVAL);

    expect(wide.source.peakInFlight).toBeGreaterThan(8);
    expect(wide.source.peakInFlight).toBeLessThanOrEqual(128);
    expect(wide.source.askedTwice).toBe(0);
    wide.sampler.stop();
  });

  it('tells that its ticks are skipped once, and counts them all', async () => {
    await kit.clock.advanceAsync(10 * INTERVAL);

    const skipped = kit.told('monitor.tickSkipped').map(({ data }) => data.reason);
    expect(skipped.filter((reason) => reason === 'hung')).toHaveLength(1);
    expect(lane(sick).ticksSkipped).toBeGreaterThanOrEqual(8);
  });

  it('is sampled again within one interval once it answers, and told to have recovered', async () => {
    await kit.clock.advanceAsync(5 * INTERVAL);

    kit.source.goOn(sick);
    await kit.clock.advanceAsync(INTERVAL);

    expect(kit.told('worker.recovered')).toHaveLength(1);
    expect(kit.told('worker.recovered')[0]!.data.hungMs).toBeGreaterThan(2 * INTERVAL);
    expect(kit.node('worker', sick).hungSince).toBeNull();
    await kit.clock.advanceAsync(INTERVAL);
    expect(kit.value('transport', sickTransport, 'bytesReceived')).toBe(1_000);
    expect(kit.sampler.totals({ scope: 'sfu' })).toMatchObject({ bytesReceived: 2_000, recvBitrate: 20 });
  });

  it('has its late answers counted as timeouts and ignored', async () => {
    const transports = () => kit.sampler.status().sampling.find(({ kind }) => kind === 'transport')!.requests;
    // Too late in the interval for a tick to be made up for.
    await kit.clock.advanceAsync(5.5 * INTERVAL);
    expect(transports().timeout).toBe(8);
    const { ok } = transports();

    kit.source.goOn(sick);
    await kit.clock.advanceAsync(0);

    expect(kit.told('worker.recovered')).toHaveLength(1);
    expect(transports().ok).toBe(ok);
  });

  it('leaves nothing behind when it closes while it hangs', async () => {
    await kit.clock.advanceAsync(3 * INTERVAL);

    kit.open.graph.close(sick, 'workerDied');
    kit.source.goOn(sick);
    await kit.clock.advanceAsync(3 * INTERVAL);

    expect(kit.told('worker.recovered')).toEqual([]);
    expect(kit.sampler.status().lanes.map(({ worker }) => worker)).toEqual([well]);
    expect(kit.sampler.totals({ scope: 'sfu' }).bytesReceived).toBe(2_000);
  });

  it('makes a rate over the time of the hang when its counters went on', async () => {
    const producer = kit.open.producer(sickTransport, 'p');
    kit.sampler.lease({ kinds: ['producer'] });
    kit.source.answer(producer, () => ({
      streams: [stream({ packetCount: Math.floor(kit.clock.monotonic() / 100) })],
    }));
    kit.source.goOn(sick);
    await kit.clock.advanceAsync(3 * INTERVAL);
    kit.source.hang(sick);
    await kit.clock.advanceAsync(5 * INTERVAL);
    kit.source.goOn(sick);
    await kit.clock.advanceAsync(2 * INTERVAL);

    expect(kit.value('producer', producer, 'packetsPerSecond')).toBeCloseTo(10, 0);
  });
});
