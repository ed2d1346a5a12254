import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EntityKey } from '../../../core/model/entity.js';
import { NOTHING, stream } from '../../support/fake-source.js';
import { SamplingKit } from '../../support/sampling-kit.js';

describe('the sampler', () => {
  let kit: SamplingKit;
  let worker: EntityKey;
  let router: EntityKey;
  let transport: EntityKey;

  beforeEach(() => {
    kit = new SamplingKit();
    worker = kit.open.worker(100);
    router = kit.open.router(worker, 'r');
    transport = kit.open.transport(router, 't');
    kit.sampler.start();
  });

  afterEach(() => {
    kit.liveness.stop();
    kit.sampler.stop();
    expect(kit.clock.pending).toBe(0);
  });

  it('samples every worker and transport each interval, and nothing else that nobody wants', async () => {
    kit.open.producer(transport, 'p');

    await kit.clock.advanceAsync(10_000);

    expect(kit.source.asked.map(({ kind }) => kind)).toEqual(['worker', 'transport', 'worker', 'transport']);
  });

  it('samples producers while somebody holds a lease, and no longer', async () => {
    const producer = kit.open.producer(transport, 'p');
    const lease = kit.sampler.lease({ kinds: ['producer'] });
    await kit.clock.advanceAsync(5_000);
    expect(kit.source.takeAsked('producer')).toEqual([producer]);

    lease.release();
    lease.release();
    await kit.clock.advanceAsync(5_000);

    expect(kit.source.takeAsked('producer')).toEqual([]);
  });

  it('hands over a batch per kind with the nodes, the values and NaN for what is unknown', async () => {
    kit.source.answer(transport, () => ({ values: { bytesReceived: 500, recvBitrate: 800 } }));

    await kit.clock.advanceAsync(5_000);

    expect(kit.batches.map(({ kind }) => kind)).toEqual(['worker', 'transport']);
    const batch = kit.batches[1]!;
    if (batch.kind !== 'transport') throw new Error('no transports');
    expect(batch.entities.map(({ key }) => key)).toEqual([transport]);
    expect([...batch.columns.bytesReceived]).toEqual([500]);
    expect(batch.columns.bytesSent[0]).toBeNaN();
    expect(batch).toMatchObject({ tick: 1, length: 1, coverage: 1, worker });
  });

  it('counts one that opens in the slot of a closed one from nothing', async () => {
    kit.sampler.lease({ kinds: ['producer'] });
    const produce = (id: string, packetCount: number): EntityKey => {
      const producer = kit.open.producer(transport, id);
      kit.source.answer(producer, () => ({ streams: [stream({ packetCount, packetsLost: 5 })] }));
      return producer;
    };
    const old = produce('old', 1_000);
    await kit.clock.advanceAsync(10_000);
    const { slot } = kit.node('producer', old);
    kit.open.graph.close(old, 'api');
    const young = produce('young', 30);
    expect(kit.node('producer', young).slot).toBe(slot);
    expect(kit.value('producer', young, 'packetCount')).toBeNaN();

    await kit.clock.advanceAsync(5_000);

    expect(kit.value('producer', young, 'packetCount')).toBe(30);
    expect(kit.value('producer', young, 'packetsLost')).toBe(5);
    expect(kit.value('producer', young, 'packetsPerSecond')).toBeNaN();
  });

  it('makes rates from the time of the source, not of the clock, and none at first sight', async () => {
    const producer = kit.open.producer(transport, 'p');
    kit.sampler.lease({ kinds: ['producer'] });
    const answers = [
      { timestamp: 1_000, streams: [stream({ packetCount: 100, nackCount: 2, packetsLost: 0 })] },
      { timestamp: 3_000, streams: [stream({ packetCount: 190, nackCount: 6, packetsLost: 10 })] },
    ];
    kit.source.answer(producer, () => answers.shift()!);

    await kit.clock.advanceAsync(5_000);
    expect(kit.value('producer', producer, 'packetCount')).toBe(100);
    expect(kit.value('producer', producer, 'packetsPerSecond')).toBeNaN();

    await kit.clock.advanceAsync(5_000);
    expect(kit.value('producer', producer, 'packetsPerSecond')).toBe(45);
    expect(kit.value('producer', producer, 'nacksPerSecond')).toBe(2);
    expect(kit.value('producer', producer, 'lossRatio')).toBe(0.1);
  });

  it.each([
    ['its stream starts again', [stream({ packetCount: 5 })]],
    ['its stream is replaced', [stream({ ssrc: 2222, packetCount: 150 })]],
  ])('makes no rate when %s, and keeps what was counted', async (_, after) => {
    const producer = kit.open.producer(transport, 'p');
    kit.sampler.lease({ kinds: ['producer'] });
    const answers = [[stream({ packetCount: 100 })], [stream({ packetCount: 120 })], after];
    kit.source.answer(producer, () => ({ streams: answers.shift()! }));
    await kit.clock.advanceAsync(10_000);
    expect(kit.value('producer', producer, 'packetsPerSecond')).toBe(4);

    await kit.clock.advanceAsync(5_000);

    expect(kit.value('producer', producer, 'packetsPerSecond')).toBeNaN();
    expect(kit.value('producer', producer, 'packetCount')).toBe(120 + after[0]!.packetCount);
  });

  it('takes the packets sent as those expected when it tells the loss of a consumer', async () => {
    const consumer = kit.open.consumer(transport, 'c', kit.open.producer(transport, 'p'));
    kit.sampler.lease({ kinds: ['consumer'] });
    let packetCount = 0;
    kit.source.answer(consumer, () => {
      packetCount += 100;
      return { streams: [stream({ packetCount, packetsLost: packetCount / 4 })] };
    });

    await kit.clock.advanceAsync(10_000);

    expect(kit.value('consumer', consumer, 'lossRatio')).toBe(0.25);
  });

  it('adds the bit rates of a producer up and lets the worst stream speak for loss, jitter and round trip', async () => {
    const producer = kit.open.producer(transport, 'p');
    kit.sampler.lease({ kinds: ['producer'] });
    kit.source.answer(producer, () => ({
      streams: [
        stream({ ssrc: 1, bitrate: 100, jitter: 3, fractionLost: 0.1, score: 4 }),
        stream({ ssrc: 2, bitrate: 400, jitter: 9, fractionLost: 0, score: 8 }),
      ],
    }));

    await kit.clock.advanceAsync(5_000);

    const value = (field: Parameters<typeof kit.value<'producer'>>[2]) => kit.value('producer', producer, field);
    expect([value('bitrate'), value('jitter'), value('fractionLost'), value('score')]).toEqual([500, 9, 0.1, 8]);
    expect(value('roundTripTime')).toBeNaN();
    expect(kit.sampler.streams(kit.node('producer', producer)).map(({ ssrc }) => ssrc)).toEqual([1, 2]);
  });

  it('derives the CPU share of a worker, its resident memory and how long the probe took', async () => {
    kit.source.latencyMs = 7;
    let cpu = 0;
    kit.source.answer(worker, () => {
      cpu += 1_000;
      return { values: { cpuUserMs: cpu, cpuSystemMs: cpu / 4 } };
    });

    await kit.clock.advanceAsync(10_100);

    expect(kit.value('worker', worker, 'cpuRatio')).toBe(0.25);
    expect(kit.value('worker', worker, 'residentMemory')).toBe(100_000);
    expect(kit.value('worker', worker, 'probeMs')).toBe(7);
  });

  it('counts errors, closed answers and timeouts, and ignores what comes too late', async () => {
    const [broken, gone, slow] = ['broken', 'gone', 'slow'].map((id) => kit.open.transport(router, id)) as [
      EntityKey,
      EntityKey,
      EntityKey,
    ];
    kit.source.answer(broken, () => new Error('no'));
    kit.source.answer(gone, () => NOTHING);
    kit.source.lose(slow);

    await kit.clock.advanceAsync(9_900);
    expect(kit.sampler.status().lanes[0]).toMatchObject({ inFlight: 1, ticks: 0 });
    await kit.clock.advanceAsync(200);

    const { requests } = kit.sampler.status().sampling.find(({ kind }) => kind === 'transport')!;
    expect(requests).toMatchObject({ ok: 1, error: 1, closed: 1, timeout: 1 });
    expect(kit.value('transport', slow, 'bytesReceived')).toBeNaN();
    // Its answer is lost for ever: once the worker has answered something later, it is asked again.
    await kit.clock.advanceAsync(10_000);
    expect(kit.source.asked.filter(({ key }) => key === slow).length).toBeGreaterThan(1);
  });

  it('asks nothing of what has closed, and forgets it', async () => {
    await kit.clock.advanceAsync(5_000);
    const node = kit.node('transport', transport);
    kit.source.takeAsked();

    kit.open.graph.close(transport, 'api');
    await kit.clock.advanceAsync(5_000);

    expect(kit.source.takeAsked()).toEqual([]);
    expect(kit.sampler.value<'transport'>(node, 'bytesReceived')).toBeNaN();
    expect(kit.sampler.sampledAt(node)).toBeNull();
  });

  it('asks a paused producer now and then only', async () => {
    const producer = kit.open.producer(transport, 'p');
    kit.sampler.lease({ kinds: ['producer'] });
    await kit.clock.advanceAsync(5_000);
    kit.open.graph.change('producer', producer, { paused: true }, { type: 'producer.paused', data: {} });
    kit.source.takeAsked();

    await kit.clock.advanceAsync(120_000);

    expect(kit.source.takeAsked('producer')).toHaveLength(2);
  });

  it('writes nothing after it was stopped, though answers still come', async () => {
    kit.source.hang(worker);
    await kit.clock.advanceAsync(5_000);
    const events = kit.events.length;

    kit.sampler.stop();
    kit.source.goOn(worker);
    await kit.clock.advanceAsync(60_000);

    expect(kit.batches).toEqual([]);
    expect(kit.events).toHaveLength(events);
  });

  it('logs an error in the handling of a batch once, and goes on', async () => {
    kit.onBatch = () => {
      throw new Error('a consumer of batches fails');
    };

    await kit.clock.advanceAsync(20_000);

    expect(kit.open.logger.lines.filter(({ level }) => level === 'error')).toHaveLength(1);
    expect(kit.sampler.status().lanes[0]!.ticks).toBe(4);
  });
});
