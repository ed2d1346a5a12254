import * as mediasoup from 'mediasoup';
import type { types } from 'mediasoup';
import { systemClock } from '../../core/clock.js';
import { mediasoupOptions } from '../../core/mediasoup/options.js';
import { createMediasoupSource } from '../../core/mediasoup/source.js';
import type { EntityKey } from '../../core/model/entity.js';
import type { Reading, Source, StreamReading } from '../../core/source.js';
import { RecordingLogger } from './recording-logger.js';
import { RecordingWriter } from './recording-writer.js';
import { UdpPeer } from './rtp.js';

const AUDIO_LEVEL = 'urn:ietf:params:rtp-hdrext:ssrc-audio-level';
const ORIENTATION = 'urn:3gpp:video-orientation';

export const OPUS_PT = 111;
export const VP8_PT = 96;
export const AUDIO_LEVEL_ID = 1;
export const ORIENTATION_ID = 4;

const MEDIA_CODECS: types.RouterRtpCodecCapability[] = [
  { kind: 'audio', mimeType: 'audio/opus', clockRate: 48_000, channels: 2 },
  { kind: 'video', mimeType: 'video/VP8', clockRate: 90_000 },
];

const LISTEN = { protocol: 'udp', ip: '127.0.0.1' } as const;

export const OPUS: types.RtpParameters = {
  codecs: [{ mimeType: 'audio/opus', payloadType: OPUS_PT, clockRate: 48_000, channels: 2 }],
  headerExtensions: [{ uri: AUDIO_LEVEL, id: AUDIO_LEVEL_ID }],
  encodings: [{ ssrc: 11_111 }],
};

export function vp8(ssrcs: readonly number[]): types.RtpParameters {
  return {
    codecs: [
      {
        mimeType: 'video/VP8',
        payloadType: VP8_PT,
        clockRate: 90_000,
        rtcpFeedback: [{ type: 'nack' }, { type: 'nack', parameter: 'pli' }],
      },
    ],
    headerExtensions: [{ uri: ORIENTATION, id: ORIENTATION_ID }],
    encodings: ssrcs.map((ssrc) => ({ ssrc })),
  };
}

/** A real mediasoup with a started source on it, and what a test needs to make media flow. */
export class WatchedSfu {
  readonly writer = new RecordingWriter();
  readonly logger = new RecordingLogger();
  readonly source: Source;
  readonly #workers: types.Worker[] = [];
  readonly #peers: UdpPeer[] = [];

  constructor({
    traces = false,
    fastDecode = false,
    workers = [],
    workerLogs = 'off',
  }: {
    traces?: boolean;
    fastDecode?: boolean;
    workers?: readonly types.Worker[];
    workerLogs?: 'off' | 'error' | 'warn';
  } = {}) {
    this.#workers.push(...workers);
    this.source = createMediasoupSource(mediasoup, {
      clock: systemClock,
      logger: this.logger,
      options: mediasoupOptions.parse({ traces, workerLogs, fastDecode }),
      workers,
    });
    this.source.start(this.writer);
  }

  static createWorker(): Promise<types.Worker> {
    return mediasoup.createWorker({ logLevel: 'none' });
  }

  static createRouter(worker: types.Worker): Promise<types.Router> {
    return worker.createRouter({ mediaCodecs: MEDIA_CODECS });
  }

  async router(): Promise<types.Router> {
    return WatchedSfu.createRouter(await this.worker());
  }

  async worker(): Promise<types.Worker> {
    const worker = await WatchedSfu.createWorker();
    this.#workers.push(worker);
    return worker;
  }

  async peer(): Promise<UdpPeer> {
    const peer = await UdpPeer.open();
    this.#peers.push(peer);
    return peer;
  }

  /** A transport that takes the remote address from the first packet, with a peer that sends to it. */
  async uplink(router: types.Router): Promise<{ transport: types.PlainTransport; peer: UdpPeer }> {
    const transport = await router.createPlainTransport({ listenInfo: LISTEN, comedia: true });
    const peer = await this.peer();
    return { transport, peer: peer.target(transport.tuple.localPort) };
  }

  /** A transport connected to a peer that listens. */
  async downlink(router: types.Router): Promise<{ transport: types.PlainTransport; peer: UdpPeer }> {
    const transport = await router.createPlainTransport({ listenInfo: LISTEN });
    const peer = await this.peer();
    await transport.connect({ ip: '127.0.0.1', port: peer.port });
    return { transport, peer: peer.target(transport.tuple.localPort) };
  }

  async read<K extends Parameters<Source['read']>[0]>(kind: K, entity: { readonly id: string }): Promise<Reading<K>> {
    const reading = await this.source.read(kind, this.writer.keyOf(entity.id));
    if (reading === null) throw new Error(`${kind} ${entity.id} has closed`);
    return reading;
  }

  /** The only stream of a producer or consumer. */
  async stream(kind: 'producer' | 'consumer', entity: { readonly id: string }): Promise<StreamReading> {
    const { streams } = await this.read(kind, entity);
    const [stream] = streams;
    if (stream === undefined || streams.length !== 1) throw new Error(`${streams.length} streams`);
    return stream;
  }

  key(entity: { readonly id: string }): EntityKey {
    return this.writer.keyOf(entity.id);
  }

  dispose(): void {
    this.source.stop();
    for (const peer of this.#peers) peer.close();
    for (const worker of this.#workers) worker.close();
  }
}
