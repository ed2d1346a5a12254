import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { types } from 'mediasoup';
import { opusPayload } from '../../server/demo/rtp/payload.js';
import { writeReceiverReport } from '../../server/demo/rtp/rtcp.js';
import { fakeRtpStat } from '../support/fake-sfu.js';
import { RtpStream, type UdpPeer } from '../support/rtp.js';
import { watchedFake } from '../support/watched-fake.js';
import { OPUS, OPUS_PT, WatchedSfu } from '../support/watched-sfu.js';
import { eventually } from '../support/until.js';

/** What mediasoup's numbers really mean; each has misled somebody. The worker is real where it shows the trap. */
describe('the numbers of a real mediasoup', () => {
  let sfu: WatchedSfu;
  let producer: types.Producer;
  let consumer: types.Consumer;
  let viewer: UdpPeer;
  const stream = new RtpStream({ ssrc: 11_111, payloadType: OPUS_PT, ticksPerPacket: 960 });

  beforeAll(async () => {
    sfu = new WatchedSfu();
    const router = await sfu.router();
    const uplink = await sfu.uplink(router);
    const downlink = await sfu.downlink(router);
    viewer = downlink.peer;
    producer = await uplink.transport.produce({ kind: 'audio', rtpParameters: OPUS });
    consumer = await downlink.transport.consume({
      producerId: producer.id,
      rtpCapabilities: router.rtpCapabilities,
    });
    for (let index = 0; index < 50; index += 1) await uplink.peer.send(stream.next(opusPayload(80)));
    await eventually(async () => expect((await sfu.stream('consumer', consumer)).packetCount).toBe(50));
  });
  afterAll(() => sfu.dispose());

  it('a consumer also answers with what its producer receives: it is not counted twice', async () => {
    expect((await consumer.getStats()).map(({ type }) => type)).toEqual(['outbound-rtp', 'inbound-rtp']);
    const { streams } = await sfu.read('consumer', consumer);
    expect(streams.map(({ ssrc }) => ssrc)).toEqual([consumer.rtpParameters.encodings?.[0]?.ssrc]);
  });

  it('the time stamp is monotonic, not a wall time', async () => {
    const { timestamp } = await sfu.read('producer', producer);
    expect(timestamp).toBeLessThan(Date.now() / 2);
    expect(timestamp).toBeGreaterThan(0);
  });

  it('jitter comes in RTP clock units, and leaves in ms', async () => {
    const [raw] = await producer.getStats();
    const { jitter } = await sfu.stream('producer', producer);
    expect(jitter).toBeCloseTo((raw?.jitter ?? Number.NaN) / 48, 1);
  });

  it('a round trip time of 0 means that there was no report', async () => {
    expect((await consumer.getStats())[0]?.roundTripTime).toBe(0);
    expect((await sfu.stream('consumer', consumer)).roundTripTime).toBeNaN();
  });

  it('packets lost may be negative, and fraction lost is of 256', async () => {
    const ssrc = consumer.rtpParameters.encodings?.[0]?.ssrc ?? 0;
    await viewer.send(
      writeReceiverReport(1, [
        {
          ssrc,
          fractionLost: 0.5,
          packetsLost: -3,
          highestSequence: 1,
          jitter: 0,
          lastSenderReport: 0,
          msSinceSenderReport: 0,
        },
      ]),
    );
    await eventually(async () => {
      expect((await consumer.getStats())[0]?.fractionLost).toBe(128);
    });
    expect(await sfu.stream('consumer', consumer)).toMatchObject({ packetsLost: -3, fractionLost: 0.5 });
  });

  it('CPU times are in ms: they grow no faster than time passes', async () => {
    const key = sfu.writer.key('worker');
    const first = await sfu.source.read('worker', key);
    const second = await sfu.source.read('worker', key);
    const cpu = (reading: typeof first): number =>
      (reading?.values.cpuUserMs ?? Number.NaN) + (reading?.values.cpuSystemMs ?? Number.NaN);
    expect(cpu(second)).toBeGreaterThan(0);
    expect(cpu(second) - cpu(first)).toBeLessThan((second?.timestamp ?? 0) - (first?.timestamp ?? 0) + 50);
  });
});

describe('the numbers of other versions', () => {
  function media(version: string) {
    const watched = watchedFake({ version });
    const transport = watched.sfu.createWorker().createRouter().createTransport();
    const producer = transport.produce();
    return { ...watched, transport, producer, consumer: transport.consume(producer) };
  }

  it('before 3.13: packets lost came unsigned, and absent round trip times and layers stay unknown', async () => {
    const { producer, writer, source } = media('3.12.16');
    const { roundTripTime: _, ...stat } = fakeRtpStat('inbound-rtp', { packetsLost: 4_294_967_281 });
    producer.stats = [stat];
    const reading = await source.read('producer', writer.key('producer'));
    expect(reading?.streams[0]).toMatchObject({ packetsLost: -15, roundTripTime: Number.NaN, bitrateByLayer: {} });
  });

  it.each([
    ['3.13.0', true],
    ['3.14.0', true],
    ['3.14.1', false],
  ])('%s: a limit or an estimate of 0 that is none is left out is %s', async (version, leftOut) => {
    const { transport, writer, source } = media(version);
    Object.assign(transport.stats, {
      availableIncomingBitrate: 0,
      maxIncomingBitrate: 0,
      availableOutgoingBitrate: 600_000,
    });
    const values = (await source.read('transport', writer.key('transport')))?.values;
    expect(values).toMatchObject({ availableOutgoingBitrate: 600_000, sendBitrate: 0 });
    expect('availableIncomingBitrate' in (values ?? {})).toBe(!leftOut);
    expect('maxIncomingBitrate' in (values ?? {})).toBe(!leftOut);
  });

  it('before 3.19.10: what is sent has no jitter', async () => {
    const { consumer, writer, source } = media('3.19.9');
    const { jitter: _, ...stat } = fakeRtpStat('outbound-rtp');
    consumer.stats = [stat];
    expect((await source.read('consumer', writer.key('consumer')))?.streams[0]?.jitter).toBeNaN();
  });

  it('a request that a hung worker never answers is never settled: its deadline is the caller’s', async () => {
    const { writer, source, sfu } = media('3.27.1');
    const [transport] = writer.keys('transport');
    expect(sfu.version).toBe('3.27.1');
    const worker = writer.key('worker');
    const other = sfu.createWorker();
    const hung = sfu.createWorker();
    hung.channel.hang();
    const settled = vi.fn();
    void source.read('worker', writer.keyOf(String(hung.pid))).then(settled, settled);
    await source.read('worker', writer.keyOf(String(other.pid)));
    await source.read('worker', worker);
    await source.read('transport', transport!);
    expect(settled).not.toHaveBeenCalled();
  });
});
