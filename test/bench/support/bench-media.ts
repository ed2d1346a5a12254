import * as mediasoup from 'mediasoup';
import type { types } from 'mediasoup';
import { opusPayload } from '../../../server/demo/rtp/payload.js';
import { RtpStream, type UdpPeer } from '../../support/rtp.js';

export const LISTEN = { protocol: 'udp', ip: '127.0.0.1' } as const;
export const CONSUMERS_PER_TRANSPORT = 20;
const OPUS_PT = 111;
const VP8_PT = 96;
const RTX_PT = 97;

export const CODECS: types.RouterRtpCodecCapability[] = [
  { kind: 'audio', mimeType: 'audio/opus', clockRate: 48_000, channels: 2, preferredPayloadType: OPUS_PT },
  { kind: 'video', mimeType: 'video/VP8', clockRate: 90_000, preferredPayloadType: VP8_PT },
];

/** A worker whose death ends the process: figures of a dead one mean nothing. */
export async function openWorker(): Promise<types.Worker> {
  const worker = await mediasoup.createWorker({ logLevel: 'none' });
  worker.once('died', (error) => {
    // mediasoup itself catches what a listener throws.
    setImmediate(() => {
      throw error;
    });
  });
  return worker;
}

export interface ProducedStream {
  readonly ssrc: number;
  /** VP8 with retransmission, or Opus. */
  readonly video: boolean;
  readonly appData?: Record<string, unknown>;
}

export async function produce(
  ingest: types.Transport,
  { ssrc, video, appData = {} }: ProducedStream,
): Promise<types.Producer> {
  return await ingest.produce({
    kind: video ? 'video' : 'audio',
    appData,
    rtpParameters: video
      ? {
          codecs: [
            { mimeType: 'video/VP8', payloadType: VP8_PT, clockRate: 90_000, rtcpFeedback: [{ type: 'nack' }] },
            { mimeType: 'video/rtx', payloadType: RTX_PT, clockRate: 90_000, parameters: { apt: VP8_PT } },
          ],
          encodings: [{ ssrc, rtx: { ssrc: ssrc + 1 } }],
        }
      : {
          codecs: [{ mimeType: 'audio/opus', payloadType: OPUS_PT, clockRate: 48_000, channels: 2 }],
          encodings: [{ ssrc }],
        },
  });
}

/** So many packets that a worker sees the stream. */
export async function sendPackets(peer: UdpPeer, { ssrc, video }: ProducedStream, packets: number): Promise<void> {
  const stream = new RtpStream({ ssrc, payloadType: video ? VP8_PT : OPUS_PT, ticksPerPacket: 960 });
  for (let i = 0; i < packets; i++) await peer.send(stream.next(opusPayload(60)));
}
