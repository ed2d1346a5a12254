import { describe, expect, it } from 'vitest';
import { Random } from '../../../server/demo/random.js';
import { audioLevel, vp8Payload } from '../../../server/demo/rtp/payload.js';
import { readRtcp, writeReceiverReport, writeSenderReport } from '../../../server/demo/rtp/rtcp.js';
import { isRtcp, readRtp, writeRtp } from '../../../server/demo/rtp/rtp-packet.js';
import { StreamReceiver } from '../../../server/demo/rtp/stream-receiver.js';
import { StreamSender } from '../../../server/demo/rtp/stream-sender.js';

const HEADER = { payloadType: 96, sequenceNumber: 65_535, timestamp: 4_294_967_295, ssrc: 3_735_928_559, marker: true };

function sender(send: (packet: Buffer) => void): StreamSender {
  return new StreamSender({
    ssrc: 7,
    payloadType: 96,
    clockRate: 90_000,
    packetsPerSecond: 50,
    random: new Random(1),
    send,
    frame: (_, keyFrame) => ({ marker: true, payload: Buffer.from([keyFrame ? 1 : 0]) }),
  });
}

describe('RTP packets', () => {
  it('carry sequence number and ssrc at the ends of their ranges', () => {
    const packet = writeRtp(HEADER, Buffer.from('payload'));

    expect(readRtp(packet)).toEqual({ sequenceNumber: 65_535, ssrc: 3_735_928_559 });
    expect(isRtcp(packet)).toBe(false);
    expect(packet.subarray(12).toString()).toBe('payload');
  });

  it('pad header extensions to whole words', () => {
    const packet = writeRtp({ ...HEADER, extensions: new Map([[1, audioLevel(30, true)]]) }, Buffer.from('x'));

    expect(packet[0]).toBe(0x90);
    expect([...packet.subarray(12, 20)]).toEqual([0xbe, 0xde, 0, 1, 0x10, 0x80 | 30, 0, 0]);
    expect(packet.subarray(20).toString()).toBe('x');
  });

  it('mark VP8 key frames and layer syncs where an SFU looks for them', () => {
    const key = vp8Payload({ keyFrame: true, pictureId: 1, tl0PictureIndex: 0, temporalLayer: 0 }, 20);
    const delta = vp8Payload({ keyFrame: false, pictureId: 2, tl0PictureIndex: 0, temporalLayer: 2 }, 20);

    expect((key[6] ?? 0) & 1).toBe(0);
    expect((delta[6] ?? 0) & 1).toBe(1);
    expect(delta[5]).toBe((2 << 6) | 0x20);
  });
});

describe('RTCP packets', () => {
  it('tell a sender report by its ssrc and NTP time', () => {
    const packet = writeSenderReport({ ssrc: 5, wallMs: 1_700_000_000_500, rtpTimestamp: 1, packets: 2, bytes: 3 });

    expect(isRtcp(packet)).toBe(true);
    const seconds = (1_700_000_000 + 2_208_988_800) & 0xffff;
    expect(readRtcp(packet)).toEqual([{ type: 'senderReport', ssrc: 5, ntpMiddle: ((seconds << 16) | 0x8000) >>> 0 }]);
  });

  it('read key-frame requests and every sequence number of a NACK out of a compound packet', () => {
    const pli = Buffer.from([0x81, 206, 0, 2, 0, 0, 0, 1, 0, 0, 0, 9]);
    const nack = Buffer.from([0x81, 205, 0, 3, 0, 0, 0, 1, 0, 0, 0, 9, 0xff, 0xff, 0b10000000, 0b00000001]);

    expect(readRtcp(Buffer.concat([pli, nack]))).toEqual([
      { type: 'keyFrameRequest', mediaSsrc: 9 },
      { type: 'nack', mediaSsrc: 9, sequenceNumbers: [65_535, 0, 15] },
    ]);
  });

  it('stop at a part that is longer than the packet', () => {
    expect(readRtcp(Buffer.from([0x81, 206, 0, 200, 0, 0, 0, 1]))).toEqual([]);
  });

  it('report the share lost since the last report, not since the beginning', () => {
    const receiver = new StreamReceiver(9);
    for (const sequenceNumber of [65_534, 65_535, 0, 1]) receiver.packet(sequenceNumber, 100);
    expect(receiver.report(0, 0)).toMatchObject({ fractionLost: 0, packetsLost: 0, highestSequence: 65_537 });

    receiver.packet(5, 100);

    const report = receiver.report(0, 0);
    expect(report).toMatchObject({ fractionLost: 0.75, packetsLost: 3 });
    expect(writeReceiverReport(1, [report])[12]).toBe(192);
  });
});

describe('a sent stream', () => {
  it('sends as many packets as its rate says, whatever the pace of the ticks', () => {
    const packets: Buffer[] = [];
    const stream = sender((packet) => packets.push(packet));

    for (const now of [0, 7, 500, 501, 1_000]) stream.tick(now);

    const rtp = packets.filter((packet) => !isRtcp(packet));
    expect(rtp).toHaveLength(51);
    expect(stream.sent).toEqual({ packets: 51, bytes: 51 * 13 });
    expect(rtp.map((packet) => readRtp(packet)?.sequenceNumber)).toEqual(rtp.map((_, index) => index + 1));
  });

  it('sends nothing while frozen, and no burst for the time it was', () => {
    const packets: Buffer[] = [];
    const stream = sender((packet) => packets.push(packet));
    stream.tick(0);
    stream.frozen = true;
    for (let now = 20; now <= 10_000; now += 20) stream.tick(now);
    expect(stream.sent.packets).toBe(1);

    stream.frozen = false;
    stream.tick(10_020);
    stream.tick(10_040);

    expect(stream.sent.packets).toBeLessThanOrEqual(4);
    expect(stream.sent.packets).toBeGreaterThan(1);
  });

  it('loses what it is told to lose and repeats it when asked', () => {
    const packets: Buffer[] = [];
    const stream = sender((packet) => packets.push(packet));
    stream.lossRatio = 1;
    stream.tick(0);
    expect(stream.sent.packets).toBe(0);

    stream.lossRatio = 0;
    stream.retransmit(1);

    expect(packets.filter((packet) => !isRtcp(packet)).map((packet) => readRtp(packet)?.sequenceNumber)).toEqual([1]);
  });

  it('sends a key frame at once when asked', () => {
    const packets: Buffer[] = [];
    const stream = sender((packet) => packets.push(packet));
    stream.tick(0);
    stream.tick(20);
    stream.requestKeyFrame();
    stream.tick(40);

    const keyFrames = packets.filter((packet) => !isRtcp(packet)).map((packet) => packet[12]);
    expect(keyFrames).toEqual([1, 0, 1]);
  });
});

describe('random numbers of the demo', () => {
  it('repeat with the same seed and differ with another', () => {
    const draw = (seed: number): number[] => {
      const random = new Random(seed);
      return Array.from({ length: 5 }, () => random.between(1, 1_000_000));
    };

    expect(draw(3)).toEqual(draw(3));
    expect(draw(3)).not.toEqual(draw(4));
  });
});
