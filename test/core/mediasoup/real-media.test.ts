import type { types } from 'mediasoup';
import { afterEach, describe, expect, it } from 'vitest';
import { audioLevel, opusPayload, vp8Payload } from '../../../server/demo/rtp/payload.js';
import { writeReceiverReport } from '../../../server/demo/rtp/rtcp.js';
import { RtpStream, writeNack, writePli } from '../../support/rtp.js';
import { AUDIO_LEVEL_ID, OPUS, OPUS_PT, ORIENTATION_ID, VP8_PT, vp8, WatchedSfu } from '../../support/watched-sfu.js';
import { eventually } from '../../support/until.js';

let sfu: WatchedSfu;
afterEach(() => sfu.dispose());

async function consume(transport: types.Transport, router: types.Router, producer: types.Producer) {
  return transport.consume({ producerId: producer.id, rtpCapabilities: router.rtpCapabilities });
}

const opusStream = (): RtpStream => new RtpStream({ ssrc: 11_111, payloadType: OPUS_PT, ticksPerPacket: 960 });
const vp8Stream = (ssrc: number): RtpStream => new RtpStream({ ssrc, payloadType: VP8_PT, ticksPerPacket: 3_000 });

/** By how much a receiver tells that it held a sender report back. */
const DELAY_MS = 5;

let pictureId = 0;
const frame = (bytes: number, keyFrame = false): Buffer =>
  vp8Payload({ keyFrame, pictureId: pictureId++, tl0PictureIndex: pictureId, temporalLayer: 0 }, bytes);

/** The worker's time: whole ms of the machine's monotonic clock. */
const monotonicMs = (): number => Number(process.hrtime.bigint() / 1_000_000n);

describe('real RTP through a real worker', () => {
  it('is counted exactly: every packet and byte sent in, and every one that came out', async () => {
    const began = monotonicMs();
    sfu = new WatchedSfu();
    const router = await sfu.router();
    const uplink = await sfu.uplink(router);
    const downlink = await sfu.downlink(router);
    const producer = await uplink.transport.produce({ kind: 'audio', rtpParameters: OPUS });
    const consumer = await consume(downlink.transport, router, producer);
    expect((await sfu.read('producer', producer)).streams).toEqual([]);

    const stream = opusStream();
    for (let index = 0; index < 200; index += 1) await uplink.peer.send(stream.next(opusPayload(40 + (index % 60))));
    await eventually(async () => {
      // The worker's rate is of the last moments only.
      await uplink.peer.send(stream.next(opusPayload(40)));
      expect((await sfu.stream('producer', producer)).bitrate).toBeGreaterThan(0);
    });
    await eventually(async () => {
      expect((await sfu.stream('producer', producer)).packetCount).toBe(stream.packets);
    });
    const received = await sfu.stream('producer', producer);
    expect(received).toMatchObject({ ssrc: 11_111, mimeType: 'audio/opus', byteCount: stream.bytes, packetsLost: 0 });

    const ssrc = consumer.rtpParameters.encodings?.[0]?.ssrc ?? 0;
    await eventually(() => expect(downlink.peer.heard(ssrc).packets).toBe(stream.packets));
    const sent = await sfu.stream('consumer', consumer);
    expect(sent).toMatchObject({ ssrc, packetCount: stream.packets, byteCount: downlink.peer.heard(ssrc).bytes });

    const { values, timestamp } = await sfu.read('transport', uplink.transport);
    const readAt = monotonicMs();
    expect(values.bytesReceived).toBe(stream.bytes);
    // Counted by the worker after it has put its own header extensions in.
    expect(values.rtpBytesReceived).toBeGreaterThanOrEqual(stream.bytes);
    expect(timestamp).toBeGreaterThanOrEqual(began);
    expect(timestamp).toBeLessThanOrEqual(readAt);
    expect((await sfu.read('transport', downlink.transport)).values.rtpBytesSent).toBe(sent.byteCount);
  });

  it('connects a comedia transport by its first packet, and shows scores of both sides', async () => {
    sfu = new WatchedSfu();
    const router = await sfu.router();
    const uplink = await sfu.uplink(router);
    const downlink = await sfu.downlink(router);
    const producer = await uplink.transport.produce({ kind: 'audio', rtpParameters: OPUS });
    const key = sfu.key(uplink.transport);
    expect(sfu.writer.node('transport', key).tuple?.remoteAddress).toBeNull();
    expect(sfu.writer.node('producer').score).toBeNull();
    const consumer = await consume(downlink.transport, router, producer);
    const connectedBefore = sfu.writer.told('transport.connected').length;

    const stream = opusStream();
    await uplink.peer.send(stream.next(opusPayload(40)));
    await eventually(() =>
      expect(sfu.writer.node('transport', key).tuple).toMatchObject({
        remoteAddress: '127.0.0.1',
        remotePort: uplink.peer.port,
        protocol: 'udp',
      }),
    );
    expect(sfu.writer.told('transport.connected')).toHaveLength(connectedBefore + 1);
    await eventually(async () => {
      // Without packets the score would fall again.
      await uplink.peer.send(stream.next(opusPayload(40)));
      expect(sfu.writer.node('producer')).toMatchObject({
        score: 10,
        scores: [{ encodingIdx: 0, ssrc: 11_111, rid: null }],
      });
      expect(sfu.writer.node('consumer', sfu.key(consumer))).toMatchObject({ score: 10, producerScore: 10 });
    });
  });

  it('shows loss, jitter in ms, round trip time in ms and key frame requests, as the receiver reports them', async () => {
    const began = performance.now();
    sfu = new WatchedSfu();
    const router = await sfu.router();
    const uplink = await sfu.uplink(router);
    const downlink = await sfu.downlink(router);
    const producer = await uplink.transport.produce({ kind: 'video', rtpParameters: vp8([22_222]) });
    const consumer = await consume(downlink.transport, router, producer);
    const ssrc = consumer.rtpParameters.encodings?.[0]?.ssrc ?? 0;
    const stream = vp8Stream(22_222);
    await uplink.peer.send(stream.next(frame(500, true)));
    for (let index = 0; index < 20; index += 1) await uplink.peer.send(stream.next(frame(500)));
    await eventually(() => expect(downlink.peer.heard(ssrc).packets).toBe(21));
    expect((await sfu.stream('consumer', consumer)).roundTripTime).toBeNaN();

    let heldMs = 0;
    const report = await eventually(async () => {
      await uplink.peer.send(stream.next(frame(500)));
      const found = downlink.peer.senderReports.get(ssrc);
      heldMs = performance.now() - (found?.at ?? Number.NaN);
      expect(heldMs).toBeGreaterThan(50);
      return found!;
    });
    await downlink.peer.send(
      writeReceiverReport(1, [
        {
          ssrc,
          fractionLost: 0.25,
          packetsLost: 5,
          highestSequence: 40_000,
          jitter: 900,
          lastSenderReport: report.ntpMiddle,
          // The rest of the time since the sender report is the round trip.
          msSinceSenderReport: DELAY_MS,
        },
      ]),
    );
    await downlink.peer.send(writePli(ssrc));
    await eventually(async () => {
      const sent = await sfu.stream('consumer', consumer);
      expect(sent).toMatchObject({ fractionLost: 0.25, packetsLost: 5, pliCount: 1 });
      expect(sent.jitter).toBeCloseTo(10);
      // In ms: all of the time since the report came, and no more than since the stream began.
      expect(sent.roundTripTime).toBeGreaterThan(heldMs - DELAY_MS - 1);
      expect(sent.roundTripTime).toBeLessThan(performance.now() - began);
    });
  });

  it('counts NACKs, what they ask for, what was sent again, and what the uplink lost', async () => {
    sfu = new WatchedSfu();
    const router = await sfu.router();
    const uplink = await sfu.uplink(router);
    const downlink = await sfu.downlink(router);
    const producer = await uplink.transport.produce({ kind: 'video', rtpParameters: vp8([22_222]) });
    const consumer = await consume(downlink.transport, router, producer);
    const ssrc = consumer.rtpParameters.encodings?.[0]?.ssrc ?? 0;
    const stream = vp8Stream(22_222);
    await uplink.peer.send(stream.next(frame(300, true)));
    for (let index = 0; index < 30; index += 1) await uplink.peer.send(stream.next(frame(300)));
    stream.lose();
    stream.lose();
    for (let index = 0; index < 5; index += 1) await uplink.peer.send(stream.next(frame(300)));
    await eventually(() => expect(downlink.peer.heard(ssrc).packets).toBe(36));
    await eventually(async () => {
      const received = await sfu.stream('producer', producer);
      // The worker asks the sender for the two that are missing.
      expect(received.nackPacketCount).toBeGreaterThanOrEqual(2);
      expect(received.packetCount).toBe(36);
    });
    const before = await sfu.stream('consumer', consumer);
    expect(before).toMatchObject({ nackCount: 0, nackPacketCount: 0, packetsRetransmitted: 0 });
    await downlink.peer.send(writeNack(ssrc, 1, 0));
    await eventually(async () => {
      expect(await sfu.stream('consumer', consumer)).toMatchObject({ nackCount: 1, nackPacketCount: 1 });
    });
  });

  it('shows the layers a simulcast consumer gets, and null once nothing comes any more', async () => {
    sfu = new WatchedSfu();
    const router = await sfu.router();
    const uplink = await sfu.uplink(router);
    const downlink = await sfu.downlink(router);
    const producer = await uplink.transport.produce({ kind: 'video', rtpParameters: vp8([301, 302]) });
    expect(sfu.writer.node('producer')).toMatchObject({ type: 'simulcast', encodings: 2 });
    const consumer = await consume(downlink.transport, router, producer);
    const key = sfu.key(consumer);
    expect(sfu.writer.node('consumer', key)).toMatchObject({ type: 'simulcast', currentLayers: null });
    expect(sfu.writer.node('consumer', key).preferredLayers).toMatchObject({ spatialLayer: 1 });

    const streams = [vp8Stream(301), vp8Stream(302)];
    await eventually(async () => {
      for (const stream of streams) {
        // Layers are told apart in time by their sender reports.
        await uplink.peer.send(stream.report());
        await uplink.peer.send(stream.next(frame(400, true)));
      }
      expect(sfu.writer.node('consumer', key).currentLayers).toMatchObject({ spatialLayer: 1 });
    });
    expect((await sfu.read('producer', producer)).streams.map(({ ssrc }) => ssrc)).toEqual([301, 302]);
    await eventually(() => expect(sfu.writer.node('consumer', key).currentLayers).toBeNull());
    expect(sfu.writer.told('consumer.layersChanged').at(-1)?.to).toBeNull();

    await consumer.setPreferredLayers({ spatialLayer: 0, temporalLayer: 0 });
    await sfu.read('consumer', consumer);
    expect(sfu.writer.node('consumer', key).preferredLayers).toEqual({ spatialLayer: 0, temporalLayer: 0 });
  });

  it('shows how the sender holds the camera', async () => {
    sfu = new WatchedSfu();
    const router = await sfu.router();
    const { transport, peer } = await sfu.uplink(router);
    await transport.produce({ kind: 'video', rtpParameters: vp8([401]) });
    const stream = vp8Stream(401);
    await peer.send(stream.next(frame(300, true), new Map([[ORIENTATION_ID, Uint8Array.of(0b0000_1001)]])));
    await eventually(() =>
      expect(sfu.writer.told('producer.videoOrientationChanged')).toEqual([
        { camera: true, flip: false, rotation: 90 },
      ]),
    );
    expect(sfu.writer.node('producer').videoOrientation).toEqual({ camera: true, flip: false, rotation: 90 });
  });

  it('shows who speaks and how loud, and silence', async () => {
    sfu = new WatchedSfu();
    const router = await sfu.router();
    const { transport, peer } = await sfu.uplink(router);
    const producer = await transport.produce({ kind: 'audio', rtpParameters: OPUS });
    const levels = await router.createAudioLevelObserver({ interval: 250, threshold: -70 });
    const speaker = await router.createActiveSpeakerObserver({ interval: 100 });
    await levels.addProducer({ producerId: producer.id });
    await speaker.addProducer({ producerId: producer.id });
    const key = sfu.key(producer);
    expect(sfu.writer.node('rtpObserver', sfu.key(levels)).producers).toEqual([key]);

    const stream = opusStream();
    const loud = new Map([[AUDIO_LEVEL_ID, audioLevel(20, true)]]);
    await eventually(async () => {
      // An interval with fewer than ten packets is passed over.
      for (let index = 0; index < 20; index += 1) await peer.send(stream.next(opusPayload(60), loud));
      expect(sfu.writer.told('rtpObserver.volumesReported').length).toBeGreaterThan(0);
      expect(sfu.writer.node('rtpObserver', sfu.key(speaker)).dominantSpeaker).toBe(key);
    });
    expect(sfu.writer.told('rtpObserver.volumesReported')[0]?.volumes).toEqual([
      { producer: { kind: 'producer', key, id: producer.id }, volume: -20 },
    ]);
    await eventually(() => expect(sfu.writer.told('rtpObserver.silenceDetected').length).toBeGreaterThan(0));

    await levels.pause();
    await levels.resume();
    await levels.removeProducer({ producerId: producer.id });
    expect(sfu.writer.types()).toEqual(
      expect.arrayContaining(['rtpObserver.paused', 'rtpObserver.resumed', 'rtpObserver.producerRemoved']),
    );
  });
});
