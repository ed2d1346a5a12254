import { once } from 'node:events';
import type { types } from 'mediasoup';
import { afterEach, describe, expect, it } from 'vitest';
import type { SampledKind } from '../../../../core/model/samples.js';
import type { Reading } from '../../../../core/source.js';
import { opusPayload, vp8Payload } from '../../../../server/demo/rtp/payload.js';
import { RtpStream, writePli } from '../../../support/rtp.js';
import { OPUS, OPUS_PT, VP8_PT, WatchedSfu } from '../../../support/watched-sfu.js';
import { eventually } from '../../../support/until.js';

const RTX_PT = 97;
const SIMULCAST: types.RtpParameters = {
  codecs: [
    {
      mimeType: 'video/VP8',
      payloadType: VP8_PT,
      clockRate: 90_000,
      rtcpFeedback: [{ type: 'nack' }, { type: 'nack', parameter: 'pli' }],
    },
    { mimeType: 'video/rtx', payloadType: RTX_PT, clockRate: 90_000, parameters: { apt: VP8_PT } },
  ],
  encodings: [100, 200, 300].map((ssrc) => ({ ssrc, rtx: { ssrc: ssrc + 1 }, scalabilityMode: 'L1T3' })),
};

let sfu: WatchedSfu;
afterEach(() => sfu.dispose());

/** Through `ask`: the way that may decode here. Copied, because a reading lasts for the call only. */
function ask(kind: SampledKind, entity: { readonly id: string }): Promise<Reading | null> {
  return new Promise((resolve, reject) => {
    sfu.source.ask!(
      { kind, key: sfu.key(entity), found: null },
      {
        answered: (reading) => resolve(structuredClone(reading)),
        rejected: () => reject(new Error(`${kind} ${entity.id} was rejected`)),
      },
    );
  });
}

interface Scene {
  readonly router: types.Router;
  readonly entities: readonly (readonly [SampledKind, { readonly id: string }])[];
}

/** Audio and simulcast video with retransmissions, received, sent on, and asked for again. */
async function scene(): Promise<Scene> {
  const router = await sfu.router();
  const uplink = await sfu.uplink(router);
  const downlink = await sfu.downlink(router);
  const webrtc = await router.createWebRtcTransport({ listenInfos: [{ protocol: 'udp', ip: '127.0.0.1' }] });
  const direct = await router.createDirectTransport();
  const audio = await uplink.transport.produce({ kind: 'audio', rtpParameters: OPUS });
  const video = await uplink.transport.produce({ kind: 'video', rtpParameters: SIMULCAST });
  const consume = (transport: types.Transport, { id }: types.Producer) =>
    transport.consume({ producerId: id, rtpCapabilities: router.rtpCapabilities });
  const heard = await consume(downlink.transport, audio);
  const seen = await consume(downlink.transport, video);
  const waiting = await consume(webrtc, audio);
  const voice = new RtpStream({ ssrc: 11_111, payloadType: OPUS_PT, ticksPerPacket: 960 });
  const layers = [100, 200, 300].map((ssrc) => new RtpStream({ ssrc, payloadType: VP8_PT, ticksPerPacket: 3_000 }));
  for (let i = 0; i < 40; i++) {
    await uplink.peer.send(voice.next(opusPayload(60)));
    if (i === 20) layers[1]!.lose();
    for (const layer of layers) {
      const header = { keyFrame: i % 10 === 0, pictureId: i, tl0PictureIndex: i, temporalLayer: 0 };
      await uplink.peer.send(layer.next(vp8Payload(header, 300)));
    }
  }
  const again = new RtpStream({ ssrc: 201, payloadType: RTX_PT, ticksPerPacket: 3_000 });
  // The number of the packet that is sent again comes first; this one is of none that was lost.
  for (let i = 0; i < 3; i++) await uplink.peer.send(again.next(Buffer.alloc(100)));
  await downlink.peer.send(writePli(seen.rtpParameters.encodings![0]!.ssrc!));
  await eventually(async () => {
    const { streams } = await sfu.read('producer', video);
    expect(streams).toHaveLength(3);
    expect(streams.some(({ rtxSsrc }) => rtxSsrc === 201)).toBe(true);
    expect((await sfu.stream('producer', audio)).packetCount).toBe(40);
    expect((await sfu.stream('consumer', seen)).pliCount).toBeGreaterThan(0);
  });
  return {
    router,
    entities: [
      ['producer', audio],
      ['producer', video],
      ['consumer', heard],
      ['consumer', seen],
      ['consumer', waiting],
      ['transport', uplink.transport],
      ['transport', downlink.transport],
      ['transport', webrtc],
      ['transport', direct],
    ],
  };
}

/** Without what changes by the passing of time alone. */
function still(reading: Reading | null) {
  return { ...reading, timestamp: 0 };
}

describe('fastDecode on a real worker', () => {
  it('compares one answer of each kind first, and then reads of everything, field by field, what the public API reads', async () => {
    sfu = new WatchedSfu({ fastDecode: true });
    const { entities } = await scene();
    for (const [kind, entity] of entities) await ask(kind, entity);
    expect(sfu.source.fastDecode).toMatchObject({ state: 'on', checks: 5, decoded: entities.length - 5 });

    const before = sfu.source.fastDecode!.decoded;
    for (const [kind, entity] of entities) {
      // Bit rates fall and reports come while nothing moves any more: two readings with the same one between them show the same.
      await eventually(async () => {
        const [first, ours, last] = [
          await sfu.read(kind, entity),
          await ask(kind, entity),
          await sfu.read(kind, entity),
        ];
        expect(still(ours)).toEqual(still(first));
        expect(still(ours)).toEqual(still(last));
        expect(ours?.timestamp).toBeGreaterThanOrEqual(first.timestamp);
        expect(ours?.timestamp).toBeLessThanOrEqual(last.timestamp);
      });
    }
    const { state, decoded, reason } = sfu.source.fastDecode!;
    expect({ state, reason }).toEqual({ state: 'on', reason: null });
    expect(decoded).toBeGreaterThanOrEqual(before + entities.length);
    const [, video] = entities[1]!;
    const reading = await ask('producer', video);
    expect(new Map(reading?.streams.map(({ ssrc, rtxSsrc }) => [ssrc, rtxSsrc]))).toEqual(
      // A worker knows of a stream's retransmissions once it has heard one.
      new Map([
        [100, null],
        [200, 201],
        [300, null],
      ]),
    );
    expect(sfu.logger.lines.filter(({ level }) => level === 'warn' || level === 'error')).toEqual([]);
  });

  it('sees where a plain transport was connected to, as the public API does', async () => {
    sfu = new WatchedSfu({ fastDecode: true });
    const { router, entities } = await scene();
    await ask('transport', entities[5]![1]);
    const transport = await router.createPlainTransport({
      listenInfo: { protocol: 'udp', ip: '127.0.0.1' },
      rtcpMux: false,
    });
    await transport.connect({ ip: '127.0.0.1', port: 9_999, rtcpPort: 9_998 });
    const { decoded } = sfu.source.fastDecode!;
    await ask('transport', transport);
    expect(sfu.source.fastDecode!.decoded).toBe(decoded + 1);
    expect(sfu.writer.node('transport', sfu.key(transport))).toMatchObject({
      tuple: { remoteAddress: '127.0.0.1', remotePort: 9_999, protocol: 'udp' },
      rtcpTuple: { remoteAddress: '127.0.0.1', remotePort: 9_998 },
    });
  });

  it('tells that everything is gone when the worker dies with the questions unanswered', async () => {
    sfu = new WatchedSfu({ fastDecode: true });
    const worker = await sfu.worker();
    const router = await WatchedSfu.createRouter(worker);
    const { transport, peer } = await sfu.uplink(router);
    const producer = await transport.produce({ kind: 'audio', rtpParameters: OPUS });
    const stream = new RtpStream({ ssrc: 11_111, payloadType: OPUS_PT, ticksPerPacket: 960 });
    await eventually(async () => {
      await peer.send(stream.next(opusPayload(60)));
      await ask('producer', producer);
      expect(sfu.source.fastDecode!.decoded).toBeGreaterThan(0);
    });
    await ask('transport', transport);
    process.kill(worker.pid, 'SIGSTOP');
    const questions = [ask('producer', producer), ask('transport', transport)];
    const died = once(worker, 'died');
    process.kill(worker.pid, 'SIGKILL');
    await died;
    expect(await Promise.all(questions)).toEqual([null, null]);
    expect(sfu.source.fastDecode!.state).toBe('on');
  });
});
