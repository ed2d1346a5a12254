import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EntityKey } from '../../../core/model/entity.js';
import type { NodeState } from '../../../core/source.js';
import { stream } from '../../support/fake-source.js';
import { tuple } from '../../support/graph-kit.js';
import { SamplingKit } from '../../support/sampling-kit.js';

const INTERVAL = 1_000;
const CONNECTED = { iceState: 'connected', dtlsState: 'connected' } as const;

/** A sampler every second, and liveness with the default thresholds; swept every second too. */
class LivenessKit extends SamplingKit {
  readonly worker: EntityKey;
  readonly router: EntityKey;
  readonly transport: EntityKey;
  /** What flows now: packets per sample, by entity. */
  readonly #flowing = new Set<EntityKey>();

  constructor() {
    super({ sampling: { intervalMs: INTERVAL, probeDeadlineMs: 500 } });
    this.sampler.start();
    this.liveness.start();
    this.worker = this.open.worker(100);
    this.router = this.open.router(this.worker, 'r');
    this.transport = this.connected('t');
    this.clock.setInterval(() => this.liveness.sweep(), 1_000);
  }

  connected(id: string): EntityKey {
    return this.open.transport(this.router, id, {}, CONNECTED);
  }

  producer(id: string): EntityKey {
    return this.#counting(this.open.producer(this.transport, id));
  }

  consumer(id: string, producer: EntityKey, state: Partial<NodeState<'consumer'>> = {}, on?: EntityKey): EntityKey {
    return this.#counting(this.open.consumer(on ?? this.transport, id, producer, state));
  }

  flow(...keys: EntityKey[]): void {
    for (const key of keys) this.#flowing.add(key);
  }

  still(...keys: EntityKey[]): void {
    for (const key of keys) this.#flowing.delete(key);
  }

  seconds(count: number): Promise<void> {
    return this.clock.advanceAsync(count * 1_000);
  }

  /** Types of the events about liveness so far, oldest first. */
  get findings(): string[] {
    return this.events.map(({ type }) => type).filter((type) => FINDINGS.has(type));
  }

  #counting(key: EntityKey): EntityKey {
    let packetCount = 0;
    this.source.answer(key, () => {
      if (this.#flowing.has(key)) packetCount += 50;
      return { streams: packetCount === 0 ? [] : [stream({ packetCount, byteCount: packetCount })] };
    });
    return key;
  }
}

const FINDINGS = new Set([
  'producer.stalled',
  'producer.recovered',
  'consumer.starved',
  'consumer.recovered',
  'transport.neverConnected',
  'transport.idled',
  'transport.resumed',
]);

describe('liveness', () => {
  let kit: LivenessKit;

  beforeEach(() => {
    kit = new LivenessKit();
  });

  afterEach(() => {
    kit.liveness.stop();
    kit.sampler.stop();
    expect(kit.clock.pending).toBe(1);
  });

  describe('of producers', () => {
    it('tells a producer stalled once it is silent for longer than the threshold, and recovered when it flows', async () => {
      const producer = kit.producer('p');
      kit.flow(producer);
      await kit.seconds(20);
      expect(kit.findings).toEqual([]);

      kit.still(producer);
      await kit.seconds(10);
      expect(kit.findings).toEqual([]);
      await kit.seconds(2);
      expect(kit.findings).toEqual(['producer.stalled']);
      expect(kit.told('producer.stalled')[0]!.data.silentMs).toBe(11_000);
      expect(kit.node('producer', producer).stalledSince).toBe(kit.clock.now() - 12_000);

      kit.flow(producer);
      await kit.seconds(2);
      expect(kit.findings).toEqual(['producer.stalled', 'producer.recovered']);
      expect(kit.node('producer', producer).stalledSince).toBeNull();
    });

    it('tells a producer stalled that never sent anything', async () => {
      kit.producer('p');

      await kit.seconds(12);

      expect(kit.findings).toEqual(['producer.stalled']);
    });

    it('excuses the time of a pause, and takes the finding back when it is paused', async () => {
      const producer = kit.producer('p');
      kit.flow(producer);
      await kit.seconds(5);
      kit.still(producer);
      kit.open.graph.change('producer', producer, { paused: true }, { type: 'producer.paused', data: {} });
      await kit.seconds(200);
      kit.open.graph.change('producer', producer, { paused: false }, { type: 'producer.resumed', data: {} });
      await kit.seconds(9);
      expect(kit.findings).toEqual([]);

      await kit.seconds(3);
      expect(kit.findings).toEqual(['producer.stalled']);
      kit.open.graph.change('producer', producer, { paused: true }, { type: 'producer.paused', data: {} });
      await kit.seconds(1);
      expect(kit.findings).toEqual(['producer.stalled', 'producer.recovered']);
    });

    it('finds nothing while the worker hangs, nor at once when it answers again', async () => {
      const producers = Array.from({ length: 5 }, (_, i) => kit.producer(`p${i}`));
      const consumers = producers.map((producer, i) => kit.consumer(`c${i}`, producer));
      kit.flow(...producers, ...consumers);
      await kit.seconds(5);

      kit.source.hang(kit.worker);
      await kit.seconds(60);
      expect(kit.told('worker.hung')).toHaveLength(1);
      kit.still(...producers, ...consumers);
      kit.source.goOn(kit.worker);
      await kit.seconds(8);
      expect(kit.findings).toEqual([]);

      await kit.seconds(6);
      expect(kit.findings.filter((type) => type === 'producer.stalled')).toHaveLength(5);
    });

    it('tells when the first media came: by the score event at once, else by the first sample', async () => {
      const [scored, sampled] = [kit.producer('scored'), kit.producer('sampled')];
      await kit.clock.advanceAsync(120);
      kit.open.graph.change(
        'producer',
        scored,
        { score: 10 },
        { type: 'producer.scoreChanged', data: { previous: null, score: 10, scores: [] } },
      );
      kit.flow(scored, sampled);
      await kit.seconds(5);

      expect(kit.node('producer', scored).firstMediaMs).toBe(120);
      expect(kit.node('producer', sampled).firstMediaMs).toBe(1_000);
      expect(kit.told('producer.mediaStarted')).toHaveLength(2);
    });
  });

  describe('of consumers', () => {
    it('tells a consumer starved that gets no packets while its producer flows', async () => {
      const producer = kit.producer('p');
      const consumer = kit.consumer('c', producer);
      kit.flow(producer, consumer);
      await kit.seconds(10);
      kit.still(consumer);
      await kit.seconds(8);
      expect(kit.findings).toEqual(['consumer.starved']);
      expect(kit.told('consumer.starved')[0]!.data).toEqual({ cause: 'noPackets', silentMs: 6_000 });
      expect(kit.node('consumer', consumer).starvedSince).not.toBeNull();

      kit.flow(consumer);
      await kit.seconds(2);
      expect(kit.findings).toEqual(['consumer.starved', 'consumer.recovered']);
      expect(kit.node('consumer', consumer).starvedSince).toBeNull();
    });

    it('finds nothing when the producer is the one that stands still', async () => {
      const producer = kit.producer('p');
      const consumer = kit.consumer('c', producer);
      kit.flow(producer, consumer);
      await kit.seconds(10);

      kit.still(producer, consumer);
      await kit.seconds(30);

      expect(kit.findings).toEqual(['producer.stalled']);
    });

    it.each([
      ['the consumer is paused', { paused: true }],
      ['the producer is paused', { producerPaused: true }],
      ['it is a pipe whose other end is not seen', { type: 'pipe' }],
    ] as const)('finds nothing while %s', async (_, state) => {
      const producer = kit.producer('p');
      kit.consumer('c', producer, state);
      kit.flow(producer);

      await kit.seconds(30);

      expect(kit.findings).toEqual([]);
    });

    it('finds nothing before the transport is connected, and gives it the full time after that', async () => {
      const producer = kit.producer('p');
      kit.flow(producer);
      const transport = kit.open.transport(kit.router, 'late');
      kit.consumer('c', producer, {}, transport);
      await kit.seconds(20);
      kit.open.graph.change('transport', transport, CONNECTED, {
        type: 'transport.connected',
        data: { iceConnectMs: 1, dtlsConnectMs: 1 },
      });

      await kit.seconds(5);
      expect(kit.findings).toEqual([]);
      await kit.seconds(3);
      expect(kit.findings).toEqual(['consumer.starved']);
    });

    it('tells a simulcast consumer starved that has no layers, and recovered when it gets some', async () => {
      const producer = kit.producer('p');
      const consumer = kit.consumer('c', producer, { type: 'simulcast' });
      kit.flow(producer);
      await kit.seconds(4);
      expect(kit.findings).toEqual([]);
      await kit.seconds(4);
      expect(kit.told('consumer.starved').map(({ data }) => data.cause)).toEqual(['noLayers']);

      const to = { spatialLayer: 0, temporalLayer: 0 };
      kit.open.graph.change(
        'consumer',
        consumer,
        { currentLayers: to },
        { type: 'consumer.layersChanged', data: { from: null, to } },
      );
      kit.flow(consumer);
      await kit.seconds(1);
      expect(kit.findings).toEqual(['consumer.starved', 'consumer.recovered']);
      expect(kit.node('consumer', consumer).firstMediaMs).toBe(8_000);
    });

    it('takes the finding back when the consumer is paused', async () => {
      const producer = kit.producer('p');
      const consumer = kit.consumer('c', producer);
      kit.flow(producer);
      await kit.seconds(10);

      kit.open.graph.change('consumer', consumer, { paused: true }, { type: 'consumer.paused', data: {} });
      await kit.seconds(1);

      expect(kit.findings).toEqual(['consumer.starved', 'consumer.recovered']);
    });
  });

  describe('of transports', () => {
    it.each([
      ['WebRTC', { type: 'webrtc' }],
      ['WebRTC with ICE alone', { type: 'webrtc', iceState: 'connected' }],
      [
        'comedia without a remote address',
        { type: 'plain', iceState: null, dtlsState: null, tuple: tuple(4000, null) },
      ],
    ] as const)('tells once when one never connected: %s', async (_, state) => {
      const transport = kit.open.transport(kit.router, 'new', {}, state);
      await kit.seconds(30);
      expect(kit.findings).toEqual([]);

      await kit.seconds(60);

      expect(kit.findings).toEqual(['transport.neverConnected']);
      expect(kit.node('transport', transport).neverConnectedSince).not.toBeNull();
    });

    it.each([
      ['direct', { type: 'direct', iceState: null, dtlsState: null }],
      ['plain with a remote address', { type: 'plain', iceState: null, dtlsState: null, tuple: tuple(4000, 9) }],
    ] as const)('never says so of one that is %s', async (_, state) => {
      kit.open.transport(kit.router, 'new', {}, state);

      await kit.seconds(90);

      expect(kit.findings).toEqual([]);
    });

    it('tells a transport idle that receives nothing any more, and resumed when it does', async () => {
      let bytesReceived = 100;
      kit.source.answer(kit.transport, () => ({ values: { bytesReceived } }));
      await kit.seconds(32);
      expect(kit.findings).toEqual(['transport.idled']);
      expect(kit.node('transport', kit.transport).idleSince).toBe(kit.clock.now() - 31_000);

      bytesReceived = 200;
      await kit.seconds(2);

      expect(kit.findings).toEqual(['transport.idled', 'transport.resumed']);
      expect(kit.node('transport', kit.transport).idleSince).toBeNull();
    });

    it('does not call one idle that never received anything: it may only send', async () => {
      kit.source.answer(kit.transport, () => ({ values: { bytesReceived: 0 } }));

      await kit.seconds(90);

      expect(kit.findings).toEqual([]);
    });
  });

  describe('when the wall clock jumps', () => {
    const HOUR = 3_600_000;

    it.each([HOUR, -HOUR])('by %i ms, finds nothing for it and tells true durations', async (jump) => {
      const producer = kit.producer('p');
      kit.clock.jumpWallTime(jump);
      kit.flow(producer);
      await kit.seconds(20);
      const { firstMediaMs } = kit.node('producer', producer);
      expect(firstMediaMs).toBeGreaterThan(0);
      expect(firstMediaMs).toBeLessThanOrEqual(2_000);

      kit.clock.jumpWallTime(jump);
      await kit.seconds(5);
      expect(kit.findings).toEqual([]);
      kit.still(producer);
      await kit.seconds(15);
      expect(kit.findings).toEqual(['producer.stalled']);
      kit.clock.jumpWallTime(jump);
      kit.flow(producer);
      await kit.seconds(2);

      const [recovered] = kit.told('producer.recovered');
      expect(recovered?.data.stalledMs).toBeGreaterThan(10_000);
      expect(recovered?.data.stalledMs).toBeLessThan(20_000);
    });
  });

  it('judges one by nothing of whoever had its slot before', async () => {
    const producer = kit.producer('p');
    const [old, other] = [kit.consumer('old', producer), kit.consumer('other', producer)];
    kit.flow(producer, old, other);
    await kit.seconds(10);
    kit.still(old);
    await kit.seconds(4);
    const { slot } = kit.node('consumer', old);
    kit.open.graph.close(old, 'api');
    const young = kit.consumer('young', producer);
    expect(kit.node('consumer', young).slot).toBe(slot);

    await kit.seconds(4);
    expect(kit.findings).toEqual([]);
    await kit.seconds(3);
    expect(kit.told('consumer.starved').map(({ entity }) => entity?.id)).toEqual(['young']);
  });

  it('keeps nothing of what has closed, and writes nothing once it is stopped', async () => {
    const producer = kit.producer('p');
    kit.open.transport(kit.router, 'never');
    kit.open.graph.close(producer, 'api');
    kit.producer('q');
    kit.liveness.stop();

    await kit.seconds(60);

    expect(kit.findings).toEqual([]);
  });

  it('never writes while an event is being published', async () => {
    const producer = kit.producer('p');
    const before = kit.open.graph.seq;
    kit.open.graph.change(
      'producer',
      producer,
      { score: 10 },
      { type: 'producer.scoreChanged', data: { previous: null, score: 10, scores: [] } },
    );
    expect(kit.open.graph.seq).toBe(before + 1);

    await kit.clock.advanceAsync(1);
    expect(kit.events.at(-1)!.type).toBe('producer.mediaStarted');
  });
});
