import * as mediasoup from 'mediasoup';
import type { types } from 'mediasoup';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createMonitor, type EventType, type Monitor } from '../../../core/index.js';
import type { MonitorEventOf } from '../../../core/model/events.js';
import { opusPayload, vp8Payload } from '../../../server/demo/rtp/payload.js';
import { RecordingLogger } from '../../support/recording-logger.js';
import { RtpStream, UdpPeer } from '../../support/rtp.js';
import { OPUS, OPUS_PT, VP8_PT, vp8, WatchedSfu } from '../../support/watched-sfu.js';

const LISTEN = { protocol: 'udp', ip: '127.0.0.1' } as const;
const SSRCS = [22_221, 22_222];

const eventually = <T>(check: () => T | Promise<T>): Promise<T> =>
  vi.waitFor(check, { timeout: 30_000, interval: 25 }) as Promise<T>;

describe('summaries of a real worker', () => {
  let monitor: Monitor;
  let worker: types.Worker;
  let router: types.Router;
  let uplink: types.PlainTransport;
  let downlink: types.PlainTransport;
  let speaker: UdpPeer;
  let listener: UdpPeer;

  beforeEach(async () => {
    monitor = createMonitor({
      mediasoup,
      logger: new RecordingLogger(),
      sampling: { intervalMs: 200, cpuShare: 1 },
      host: { systemInformation: false },
      summaries: { minDurationMs: 0 },
    });
    await monitor.start();
    monitor.stats.lease({ kinds: ['producer', 'consumer'] });
    worker = await WatchedSfu.createWorker();
    router = await WatchedSfu.createRouter(worker);
    router.appData.roomId = 'lab';
    speaker = await UdpPeer.open();
    listener = await UdpPeer.open();
    uplink = await router.createPlainTransport({ listenInfo: LISTEN, comedia: true, appData: { peerId: 'speaker' } });
    speaker.target(uplink.tuple.localPort);
    downlink = await router.createPlainTransport({ listenInfo: LISTEN, appData: { peerId: 'listener' } });
    await downlink.connect({ ip: '127.0.0.1', port: listener.port });
    listener.target(downlink.tuple.localPort);
  });

  afterEach(async () => {
    worker.close();
    speaker.close();
    listener.close();
    await monitor.stop();
  });

  function told<T extends EventType>(type: T): MonitorEventOf<T>[] {
    return monitor.events.recent({ types: [type], limit: 1_000 }) as unknown as MonitorEventOf<T>[];
  }

  const consume = (producer: types.Producer): Promise<types.Consumer> =>
    downlink.consume({ producerId: producer.id, rtpCapabilities: router.rtpCapabilities });

  /** Counters of the newest sample of the only producer and of the only consumer. */
  const sampled = () => {
    const [producer] = monitor.graph.snapshot().all('producer');
    const [consumer] = monitor.graph.snapshot().all('consumer');
    return {
      sent: producer && monitor.stats.value(producer, 'packetCount'),
      heard: consumer && monitor.stats.value(consumer, 'packetCount'),
    };
  };

  it('count the packets and bytes that were sent and heard, the loss, the pause, and agree with the totals', async () => {
    const producer = await uplink.produce({ kind: 'audio', rtpParameters: OPUS });
    const consumer = await consume(producer);
    const ssrc = consumer.rtpParameters.encodings?.[0]?.ssrc ?? 0;
    const stream = new RtpStream({ ssrc: 11_111, payloadType: OPUS_PT, ticksPerPacket: 960 });
    for (let packet = 0; packet < 200; packet++) await speaker.send(stream.next(opusPayload(40 + (packet % 60))));
    await eventually(() => expect(sampled()).toEqual({ sent: 200, heard: 200 }));
    const beforePause = performance.now();
    await consumer.pause();
    const paused = performance.now();
    await eventually(() => expect(performance.now() - paused).toBeGreaterThan(300));
    await consumer.resume();
    const resumed = performance.now();
    const totals = monitor.stats.totals({ scope: 'room', room: 'lab' });
    router.close();

    await eventually(() => expect(told('room.summarized')).toHaveLength(1));
    const [sent] = told('producer.summarized');
    const [heard] = told('consumer.summarized');
    const [room] = told('room.summarized');
    expect(sent).toMatchObject({ room: 'lab', peer: 'speaker', data: { reason: 'router', mediaKind: 'audio' } });
    expect(sent?.data).toMatchObject({ packets: stream.packets, bytes: stream.bytes, packetsLost: 0, lossRatio: 0 });
    expect(sent?.data.samples).toBeGreaterThan(0);
    expect(sent?.data.firstMediaMs).not.toBeNull();
    expect(heard?.data).toMatchObject({ packets: 200, bytes: listener.heard(ssrc).bytes, layers: null });
    expect(heard?.data.pausedMs).toBeGreaterThanOrEqual(300);
    expect(heard?.data.pausedMs).toBeLessThanOrEqual(resumed - beforePause + 2);
    expect(heard?.data.pausedMs).toBeLessThan(heard!.data.durationMs);
    expect(room?.data).toMatchObject({
      participants: 2,
      peakParticipants: 2,
      producers: 1,
      consumers: 1,
      packetsReceived: 200,
      packetsSent: 200,
    });
    expect(room?.data.bytesReceived).toBeGreaterThanOrEqual(totals.bytesReceived);
    const peers = Object.fromEntries(told('peer.summarized').map(({ peer, data }) => [peer, data]));
    expect(peers.speaker).toMatchObject({ producers: 1, packetsReceived: 200, packetsSent: 0 });
    expect(peers.listener).toMatchObject({ consumers: 1, packetsSent: 200 });
    const transports = told('transport.summarized');
    const bytesReceived = transports.reduce((sum, { data }) => sum + (data.bytesReceived ?? 0), 0);
    expect(bytesReceived).toBe(room?.data.bytesReceived);
    expect(transports.every(({ data }) => data.everConnected)).toBe(true);
  });

  it('tell on which layers a simulcast consumer was, and that it was on none before', async () => {
    const producer = await uplink.produce({ kind: 'video', rtpParameters: vp8(SSRCS) });
    const consumer = await consume(producer);
    await consumer.setPreferredLayers({ spatialLayer: 0 });
    const streams = SSRCS.map((ssrc) => new RtpStream({ ssrc, payloadType: VP8_PT, ticksPerPacket: 3_000 }));
    let pictureId = 0;
    await eventually(async () => {
      pictureId++;
      for (const stream of streams) {
        const layer = { keyFrame: pictureId % 5 === 1, pictureId, tl0PictureIndex: pictureId, temporalLayer: 0 };
        await speaker.send(stream.next(vp8Payload(layer, 200)));
      }
      await speaker.send(streams[0]!.report());
      await speaker.send(streams[1]!.report());
      expect(consumer.currentLayers).toMatchObject({ spatialLayer: 0 });
    });
    const onLayer = performance.now();
    await eventually(() => expect(performance.now() - onLayer).toBeGreaterThan(100));
    consumer.close();

    await eventually(() => expect(told('consumer.summarized')).toHaveLength(1));
    const { layers, reason, score, packets } = told('consumer.summarized')[0]!.data;
    expect(reason).toBe('api');
    expect(layers?.spatial).toHaveLength(1);
    expect(layers!.spatial[0]).toBeGreaterThan(0);
    expect(layers!.none).toBeGreaterThan(0);
    expect(layers!.none + layers!.spatial[0]!).toBeCloseTo(1, 3);
    expect(score).not.toBeNull();
    expect(packets === null || packets > 0).toBe(true);
  });

  it('give the death of the worker as the reason, with what was counted until then', async () => {
    const producer = await uplink.produce({ kind: 'audio', rtpParameters: OPUS });
    await consume(producer);
    const stream = new RtpStream({ ssrc: 11_111, payloadType: OPUS_PT, ticksPerPacket: 960 });
    for (let packet = 0; packet < 50; packet++) await speaker.send(stream.next(opusPayload(40)));
    await eventually(() => expect(sampled()).toEqual({ sent: 50, heard: 50 }));

    process.kill(worker.pid, 'SIGKILL');

    await eventually(() => expect(told('room.summarized')).toHaveLength(1));
    expect(told('producer.summarized')[0]?.data).toMatchObject({ reason: 'workerDied', packets: 50 });
    expect(told('consumer.summarized')[0]?.data).toMatchObject({ reason: 'workerDied', packets: 50 });
    expect(told('transport.summarized').map(({ data }) => data.reason)).toEqual(['workerDied', 'workerDied']);
    const types = monitor.events.recent({ limit: 1_000 }).map(({ type }) => type);
    expect(types.indexOf('worker.died')).toBeLessThan(types.indexOf('producer.closed'));
    expect(types.indexOf('producer.closed')).toBeLessThan(types.indexOf('producer.summarized'));
  });
});
