import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CreateMonitorOptions, EventType, MonitorEvent } from '../../../core/index.js';
import type { MonitorEventOf } from '../../../core/model/events.js';
import type { SfuMonitor } from '../../../core/sfu-monitor.js';
import type { FakeRouter, FakeTransport, FakeWorker } from '../../support/fake-sfu.js';
import type { ManualClock } from '../../support/manual-clock.js';
import { turns } from '../../support/plugins.js';
import { eventsOf, passTime, summaryScene } from '../../support/summary-kit.js';

const TICK_MS = 5_000;

describe('summaries', () => {
  let clock: ManualClock;
  let monitor: SfuMonitor;
  let events: MonitorEvent[];
  let worker: FakeWorker;
  let router: FakeRouter;
  let ann: FakeTransport;
  let bob: FakeTransport;

  async function start(options: Partial<CreateMonitorOptions> = {}): Promise<void> {
    ({ clock, monitor, events, worker, router, ann, bob } = await summaryScene(options));
  }

  const pass = (ms: number): Promise<void> => passTime(clock, ms);
  const told = <T extends EventType>(type: T): MonitorEventOf<T>[] => eventsOf(events, type);
  const types = (): string[] => events.map(({ type }) => type);

  beforeEach(() => start());
  afterEach(() => monitor.stop());

  it('follow the close of a stream with what it counted, whose it was and where it lived', async () => {
    const producer = ann.produce({ kind: 'video' });
    await turns();
    Object.assign(producer.stats[0]!, { packetCount: 900, byteCount: 90_000, packetsLost: 100, nackCount: 4 });
    Object.assign(producer.stats[0]!, { pliCount: 2, firCount: 1, packetsRetransmitted: 7 });
    await pass(2 * TICK_MS);
    clock.advance(1_200);
    producer.close();
    await pass(0);

    const [summary] = told('producer.summarized');
    const [closed] = told('producer.closed');
    expect(summary).toMatchObject({ severity: 'info', room: 'blue', peer: 'ann' });
    expect(summary?.entity).toEqual(closed?.entity);
    expect(summary?.ancestors).toEqual(closed?.ancestors);
    expect(summary!.seq).toBeGreaterThan(closed!.seq);
    expect(summary?.data).toMatchObject({
      reason: 'api',
      durationMs: 11_200,
      mediaKind: 'video',
      mimeType: 'video/VP8',
      samples: 2,
      packets: 900,
      bytes: 90_000,
      packetsLost: 100,
      lossRatio: 0.1,
      packetsRetransmitted: 7,
      nackCount: 4,
      keyFrameRequests: 3,
      stalls: 0,
      pausedMs: 0,
    });
    expect(summary?.data.unsampledMs).toBeGreaterThanOrEqual(1_200);
    expect(monitor.events.recent({ types: ['producer.summarized'] })).toHaveLength(1);
  });

  it('say that nothing is known of a stream that was never sampled, and not 0', async () => {
    const producer = ann.produce();
    await turns();
    clock.advance(1_500);
    producer.close();
    await pass(0);

    expect(told('producer.summarized')[0]?.data).toMatchObject({
      samples: 0,
      unsampledMs: null,
      packets: null,
      bytes: null,
      lossRatio: null,
      keyFrameRequests: null,
      bitrate: null,
      roundTripTime: null,
      score: null,
      firstMediaMs: null,
    });
  });

  it('count as the sampler does: a stream that starts again keeps what it had', async () => {
    const producer = ann.produce();
    await turns();
    Object.assign(producer.stats[0]!, { packetCount: 500, byteCount: 5_000 });
    await pass(TICK_MS);
    Object.assign(producer.stats[0]!, { ssrc: 4242, packetCount: 30, byteCount: 300 });
    await pass(TICK_MS);
    const totals = monitor.stats.totals({ scope: 'sfu' });
    producer.close();
    await pass(0);

    expect(totals.packetsReceived).toBe(530);
    expect(told('producer.summarized')[0]?.data).toMatchObject({ packets: 530, bytes: 5_300 });
    expect(monitor.stats.totals({ scope: 'sfu' }).packetsReceived).toBe(530);
  });

  it('hold what was sampled in a tick that had not ended when the stream closed', async () => {
    const producer = ann.produce();
    await turns();
    await pass(TICK_MS);
    Object.assign(producer.stats[0]!, { packetCount: 77, bitrate: 1_000 });
    // Nobody answers for this one, so the tick does not end.
    bob.getStats = () => new Promise(() => {});
    await pass(TICK_MS);
    producer.close();
    await pass(0);

    const { packets, samples, bitrate } = told('producer.summarized')[0]!.data;
    expect(packets).toBe(77);
    expect(monitor.stats.totals({ scope: 'sfu' }).packetsReceived).toBe(77);
    expect(samples).toBe(2);
    expect(bitrate).toMatchObject({ samples: 2 });
  });

  it('give percentiles of what was sampled, without the samples of a pause', async () => {
    const producer = ann.produce({ kind: 'video' });
    await turns();
    for (const bitrate of [100_000, 200_000, 300_000, 400_000]) {
      Object.assign(producer.stats[0]!, { bitrate, roundTripTime: 40, packetCount: bitrate });
      await pass(TICK_MS);
    }
    producer.pause();
    Object.assign(producer.stats[0]!, { bitrate: 0 });
    await pass(60_000);
    producer.close();
    await pass(0);

    const { bitrate, roundTripTime, pausedMs, samples } = told('producer.summarized')[0]!.data;
    expect(pausedMs).toBe(60_000);
    expect(bitrate?.samples).toBe(4);
    expect(samples).toBeGreaterThan(4);
    expect(Math.abs(bitrate!.p50 - 200_000)).toBeLessThanOrEqual(bitrate!.error * 200_000);
    expect(Math.abs(bitrate!.p95 - 400_000)).toBeLessThanOrEqual(bitrate!.error * 400_000);
    expect(Math.abs(roundTripTime!.p50 - 40)).toBeLessThanOrEqual(roundTripTime!.error * 40);
  });

  it('weigh the score by time, exactly, and leave pauses out', async () => {
    const producer = ann.produce();
    const consumer = bob.consume(producer);
    await turns();
    consumer.setScore({ score: 9, producerScore: 10, producerScores: [10] });
    clock.advance(9_000);
    consumer.setScore({ score: 3, producerScore: 10, producerScores: [10] });
    clock.advance(1_000);
    consumer.pause();
    clock.advance(50_000);
    consumer.close();
    await pass(0);

    const { score, pausedMs } = told('consumer.summarized')[0]!.data;
    expect(score).toEqual({ p5: 3, p50: 9, p95: 9, knownMs: 10_000 });
    expect(pausedMs).toBe(50_000);
  });

  it('tell the shares of time on each layer, and on none, and how often it switched', async () => {
    const producer = ann.produce({ kind: 'video', type: 'simulcast', encodings: 3 });
    const consumer = bob.consume(producer);
    await turns();
    clock.advance(1_000);
    consumer.setLayers({ spatialLayer: 0, temporalLayer: 1 });
    clock.advance(4_000);
    consumer.setLayers({ spatialLayer: 2, temporalLayer: 1 });
    clock.advance(5_000);
    consumer.pause();
    clock.advance(90_000);
    consumer.close();
    await pass(0);

    expect(told('consumer.summarized')[0]?.data.layers).toEqual({
      none: 0.1,
      spatial: [0.4, 0, 0.5],
      temporal: [0, 0.9],
      switches: 1,
    });
  });

  it('have no layers where there are none', async () => {
    const consumer = bob.consume(ann.produce());
    await turns();
    clock.advance(2_000);
    consumer.close();
    await pass(0);

    expect(told('consumer.summarized')[0]?.data.layers).toBeNull();
  });

  it('count what stood still, and for how long, up to the close', async () => {
    const producer = ann.produce();
    await turns();
    ann.connect();
    Object.assign(producer.stats[0]!, { packetCount: 10 });
    await pass(60_000);
    producer.close();
    await pass(0);

    const [stalled] = told('producer.stalled');
    const { stalls, stalledMs } = told('producer.summarized')[0]!.data;
    expect(stalls).toBe(1);
    const silentFrom = stalled!.at - stalled!.data.silentMs;
    expect(stalledMs).toBe(told('producer.closed')[0]!.at - silentFrom);
  });

  it('tell of a transport when it connected and what it moved', async () => {
    ann.setIceState('connected');
    clock.advance(150);
    ann.setDtlsState('connecting');
    ann.setDtlsState('connected');
    Object.assign(ann.stats, { bytesReceived: 700, bytesSent: 800, rtpBytesSent: 600, recvBitrate: 5_600 });
    await pass(TICK_MS);
    ann.close();
    await pass(0);

    expect(told('transport.summarized')[0]?.data).toMatchObject({
      reason: 'api',
      everConnected: true,
      iceConnectMs: 0,
      dtlsConnectMs: 150,
      bytesReceived: 700,
      bytesSent: 800,
      rtpBytesSent: 600,
      samples: 1,
      recvBitrate: { samples: 1 },
      availableOutgoingBitrate: null,
    });
  });

  it('tell of data channels what they moved', async () => {
    const producer = ann.produceData();
    const consumer = bob.consumeData(producer);
    await turns();
    Object.assign(producer.stats, { messagesReceived: 9, bytesReceived: 900 });
    Object.assign(consumer.stats, { messagesSent: 8, bytesSent: 800 });
    await pass(TICK_MS);
    producer.close();
    await pass(0);

    expect(told('dataProducer.summarized')[0]?.data).toMatchObject({ reason: 'api', messages: 9, bytes: 900 });
    expect(told('dataConsumer.summarized')[0]?.data).toMatchObject({
      reason: 'producer',
      messages: 8,
      bytes: 800,
      bufferFills: 0,
    });
  });

  it('tell of a peer its streams, the worst of them, its traffic and what the sampler counted for it', async () => {
    const meter = monitor.traffic({ room: 'blue', peer: 'bob' });
    meter.add(50, 'in');
    const [good, bad] = [ann.produce(), ann.produce()];
    await turns();
    const [well, poorly] = [bob.consume(good), bob.consume(bad)];
    await turns();
    well.setScore({ score: 9, producerScore: 10, producerScores: [10] });
    poorly.setScore({ score: 2, producerScore: 10, producerScores: [10] });
    Object.assign(well.stats[0]!, { packetCount: 1_000, packetsLost: 10 });
    Object.assign(poorly.stats[0]!, { packetCount: 1_000, packetsLost: 250 });
    Object.assign(bob.stats, { bytesReceived: 10, bytesSent: 2_000 });
    await pass(2 * TICK_MS);
    const totals = monitor.stats.totals({ scope: 'peer', room: 'blue', peer: 'bob' });
    bob.close();
    await pass(0);

    const summary = told('peer.summarized')[0]!;
    expect(summary).toMatchObject({ entity: null, room: 'blue', peer: 'bob', severity: 'info' });
    expect(types().indexOf('peer.summarized')).toBeGreaterThan(types().lastIndexOf('consumer.summarized'));
    expect(summary.data).toMatchObject({
      durationMs: 10_000,
      transports: 1,
      producers: 0,
      consumers: 2,
      consumedMs: 20_000,
      worstScore: { stream: { kind: 'consumer', id: poorly.id }, p50: 2 },
      worstLoss: { stream: { id: poorly.id }, lossRatio: 0.25 },
      bytesReceived: totals.bytesReceived,
      bytesSent: 2_000,
      packetsSent: 2_000,
      packetsLostSent: 260,
      signalling: { bytesIn: 50, bytesOut: 0, messagesIn: 1, messagesOut: 0 },
    });
    expect(totals.packetsSent).toBe(2_000);
  });

  it('tell of a peer that comes back only what its new session moved', async () => {
    const meter = monitor.traffic({ room: 'blue', peer: 'cid' });
    meter.add(100, 'in');
    const first = router.createTransport({ appData: { peerId: 'cid' } });
    await turns();
    meter.add(20, 'in');
    first.close();
    await pass(0);
    const second = router.createTransport({ appData: { peerId: 'cid' } });
    await turns();
    meter.add(3, 'in');
    second.close();
    await pass(0);

    expect(told('peer.summarized').map(({ data }) => data.signalling?.bytesIn)).toEqual([20, 3]);
  });

  it('tell of a room who was there, and the sum of all its streams', async () => {
    const producer = ann.produce();
    await turns();
    bob.consume(producer);
    Object.assign(ann.stats, { bytesReceived: 4_000 });
    await pass(TICK_MS);
    bob.close();
    const cid = router.createTransport({ appData: { peerId: 'cid' } });
    await pass(TICK_MS);
    cid.close();
    router.close();
    await pass(0);

    expect(told('room.summarized')).toMatchObject([
      {
        entity: null,
        room: 'blue',
        peer: null,
        data: {
          durationMs: 10_000,
          participants: 3,
          peakParticipants: 2,
          participantMs: 20_000,
          transports: 3,
          producers: 1,
          consumers: 1,
          producedMs: 10_000,
          consumedMs: 5_000,
          bytesReceived: 4_000,
        },
      },
    ]);
    expect(types().at(-1)).toBe('room.summarized');
  });

  it('follow a move to another peer: a stream counts for the one it closed as', async () => {
    const producer = ann.produce();
    await turns();
    producer.appData = { peerId: 'dan' };
    await pass(2_000);
    producer.close();
    await pass(0);
    ann.close();
    await pass(0);

    const byPeer = Object.fromEntries(told('peer.summarized').map(({ peer, data }) => [peer, data.producers]));
    expect(byPeer).toEqual({ dan: 1, ann: 0 });
  });

  it('give the reason when a worker dies, children first, peers and rooms after their streams', async () => {
    bob.consume(ann.produce());
    await pass(TICK_MS);
    worker.die();
    await pass(1_000);

    const summaries = events.filter(({ type }) => type.endsWith('.summarized'));
    const ofEntities = summaries.filter(({ entity }) => entity !== null);
    expect(ofEntities.map(({ data }) => (data as { reason: string }).reason)).toEqual(
      ofEntities.map(() => 'workerDied'),
    );
    expect(ofEntities).toHaveLength(4);
    expect(new Set(told('peer.summarized').map(({ peer }) => peer))).toEqual(new Set(['ann', 'bob']));
    expect(summaries.at(-1)?.type).toBe('room.summarized');
    const closes = events.filter(({ type, entity }) => type.endsWith('.closed') && entity !== null);
    for (const { entity, seq } of ofEntities) {
      expect(closes.find((closed) => closed.entity?.key === entity?.key)!.seq).toBeLessThan(seq);
    }
  });

  it('tell what was counted before a worker hung, though its samples are unknown now', async () => {
    const producer = ann.produce();
    await turns();
    Object.assign(producer.stats[0]!, { packetCount: 12 });
    await pass(TICK_MS);
    worker.channel.hang();
    await pass(20_000);
    worker.die();
    await pass(1_000);

    expect(told('worker.hung')).toHaveLength(1);
    expect(told('producer.summarized')[0]?.data).toMatchObject({ packets: 12, reason: 'workerDied' });
  });

  it('that still wait are told by a stop, before it says that it has stopped', async () => {
    const producer = ann.produce();
    await turns();
    clock.advance(5_000);
    producer.close();
    await monitor.stop();

    expect(types().slice(-2)).toEqual(['producer.summarized', 'monitor.stopped']);
    expect(clock.pending).toBe(0);
  });
});
