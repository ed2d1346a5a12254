import { afterEach, describe, expect, it } from 'vitest';
import { opusPayload } from '../../../server/demo/rtp/payload.js';
import { RtpStream } from '../../support/rtp.js';
import { OPUS, OPUS_PT, WatchedSfu } from '../../support/watched-sfu.js';
import { eventually } from '../../support/until.js';

let sfu: WatchedSfu;
afterEach(() => sfu.dispose());

describe('a pipe between routers of two workers', () => {
  it('shows both ends connected to each other, without a made-up score, and what flows through', async () => {
    sfu = new WatchedSfu();
    const origin = await sfu.router();
    const target = await sfu.router();
    const uplink = await sfu.uplink(origin);
    const producer = await uplink.transport.produce({ kind: 'audio', rtpParameters: OPUS });
    const { pipeConsumer, pipeProducer } = await origin.pipeToRouter({ producerId: producer.id, router: target });
    if (pipeConsumer === undefined || pipeProducer === undefined) throw new Error('no pipe');
    expect(pipeProducer.id).toBe(producer.id);

    const pipes = sfu.writer.keys('transport').map((key) => sfu.writer.node('transport', key));
    const [one, other] = pipes.filter(({ type }) => type === 'pipe');
    expect(one?.tuple?.remotePort).toBe(other?.tuple?.localPort);
    expect(other?.tuple?.remotePort).toBe(one?.tuple?.localPort);
    expect(sfu.writer.told('transport.connected').length).toBeGreaterThanOrEqual(2);
    expect(sfu.writer.keys('producer')).toEqual([`${origin.id}/${producer.id}`, `${target.id}/${producer.id}`]);
    expect(sfu.writer.node('consumer')).toMatchObject({ type: 'pipe', score: null, producerScores: [] });

    const stream = new RtpStream({ ssrc: 11_111, payloadType: OPUS_PT, ticksPerPacket: 960 });
    for (let index = 0; index < 40; index += 1) await uplink.peer.send(stream.next(opusPayload(50)));
    const [, piped] = sfu.writer.keys('producer');
    await eventually(async () => {
      const reading = await sfu.source.read('producer', piped!);
      expect(reading?.streams[0]?.packetCount).toBe(40);
    });
    const sent = await sfu.stream('consumer', pipeConsumer);
    expect(sent.packetCount).toBe(40);
    expect(sent.score).toBeNaN();
    expect(sfu.writer.told('consumer.scoreChanged')).toEqual([]);

    producer.close();
    await eventually(() => expect(sfu.writer.keys('producer')).toEqual([]));
    expect(sfu.writer.told('consumer.closed')).toEqual([expect.objectContaining({ reason: 'producer' })]);
  });

  it('carries data: SCTP states, messages, and the levels of the send buffer', async () => {
    sfu = new WatchedSfu();
    const origin = await sfu.router();
    const target = await sfu.router();
    const direct = await origin.createDirectTransport({ maxMessageSize: 262_144 } as object);
    const dataProducer = await direct.produceData({ label: 'files' });
    const { pipeDataConsumer, pipeDataProducer } = await origin.pipeToRouter({
      dataProducerId: dataProducer.id,
      router: target,
      enableSctp: true,
    });
    if (pipeDataConsumer === undefined || pipeDataProducer === undefined) throw new Error('no pipe');
    await eventually(() => {
      const states = sfu.writer.keys('transport').map((key) => sfu.writer.node('transport', key).sctpState);
      expect(states).toEqual([null, 'connected', 'connected']);
    });
    expect(sfu.writer.told('transport.sctpStateChanged')).toContainEqual({ from: 'new', to: 'connecting' });
    expect(sfu.writer.told('transport.sctpStateChanged')).toContainEqual({ from: 'connecting', to: 'connected' });

    await pipeDataConsumer.setBufferedAmountLowThreshold(1_000);
    const message = Buffer.alloc(60_000, 1);
    // More at once than the send buffer takes; then it empties. Again if the worker was quick enough to keep up.
    await eventually(
      () => {
        if (sfu.writer.told('dataConsumer.sendBufferFilled').length === 0) {
          for (let index = 0; index < 80; index += 1) dataProducer.send(message);
        }
        expect(sfu.writer.told('dataConsumer.sendBufferFilled').length).toBeGreaterThan(0);
        expect(sfu.writer.told('dataConsumer.bufferedAmountLowered').at(-1)?.bufferedAmount).toBeLessThanOrEqual(1_000);
      },
      { everyMs: 1_000 },
    );
    const [, piped] = sfu.writer.keys('dataProducer');
    await eventually(async () => {
      const reading = await sfu.source.read('dataProducer', piped!);
      expect(reading?.values.messagesReceived).toBeGreaterThan(0);
      expect(reading?.values.bytesReceived).toBe((reading?.values.messagesReceived ?? 0) * message.length);
    });
  });
});
