import type { EventEmitter } from 'node:events';
import * as mediasoup from 'mediasoup';
import type { types } from 'mediasoup';
import { opusPayload } from '../../../server/demo/rtp/payload.js';
import { RtpStream, UdpPeer } from '../../support/rtp.js';
import { openSink } from './sink.js';

const LISTEN = { protocol: 'udp', ip: '127.0.0.1' } as const;
const PRODUCERS = 20;
const CONSUMERS_PER_TRANSPORT = 20;
const OPUS_PT = 111;
const VP8_PT = 96;
const RTX_PT = 97;
/** As many as the worker needs to see a stream. */
const PACKETS = 20;

/** Entities of one real worker: audio and video with retransmission, every producer with as many consumers as any other. */
export interface MediaRoom {
  readonly worker: types.Worker;
  readonly transports: readonly types.Transport[];
  readonly producers: readonly types.Producer[];
  readonly consumers: readonly types.Consumer[];
  /** Tells all that is open to whoever listens now, in the order and by the events in which it was opened. */
  tellAgain(mediasoupObserver: EventEmitter): void;
  close(): void;
}

/**
 * Every producer has received real RTP, so that statistics hold both streams of each consumer; no more of it flows, because
 * the cost of statistics does not depend on it.
 */
export async function openMediaRoom(consumers: number): Promise<MediaRoom> {
  const worker = await mediasoup.createWorker({ logLevel: 'none' });
  worker.once('died', (error) => {
    // Figures of a dead worker mean nothing; mediasoup itself catches what a listener throws.
    setImmediate(() => {
      throw error;
    });
  });
  const router = await worker.createRouter({
    mediaCodecs: [
      { kind: 'audio', mimeType: 'audio/opus', clockRate: 48_000, channels: 2 },
      { kind: 'video', mimeType: 'video/VP8', clockRate: 90_000 },
    ],
  });
  const ingest = await router.createPlainTransport({ listenInfo: LISTEN, comedia: true });
  const peer = (await UdpPeer.open()).target(ingest.tuple.localPort);
  const producers: types.Producer[] = [];
  for (let i = 0; i < PRODUCERS; i++) producers.push(await produce(ingest, peer, i));
  const sink = await openSink();
  const transports: types.Transport[] = [ingest];
  const opened: types.Consumer[] = [];
  while (opened.length < consumers) {
    const egress = await router.createPlainTransport({ listenInfo: LISTEN });
    await egress.connect({ ip: '127.0.0.1', port: sink.port });
    transports.push(egress);
    const some = Array.from({ length: Math.min(CONSUMERS_PER_TRANSPORT, consumers - opened.length) }, (_, i) =>
      egress.consume({
        producerId: producers[(opened.length + i) % PRODUCERS]!.id,
        rtpCapabilities: router.rtpCapabilities,
      }),
    );
    opened.push(...(await Promise.all(some)));
  }
  return {
    worker,
    transports,
    producers,
    consumers: opened,
    tellAgain(mediasoupObserver) {
      mediasoupObserver.emit('newworker', worker);
      worker.observer.emit('newrouter', router);
      for (const transport of transports) router.observer.emit('newtransport', transport);
      for (const producer of producers) ingest.observer.emit('newproducer', producer);
      for (const [i, consumer] of opened.entries()) {
        transports[1 + Math.floor(i / CONSUMERS_PER_TRANSPORT)]!.observer.emit('newconsumer', consumer);
      }
    },
    close() {
      peer.close();
      sink.close();
      worker.close();
    },
  };
}

async function produce(ingest: types.Transport, peer: UdpPeer, index: number): Promise<types.Producer> {
  const ssrc = 10_000 + index * 2;
  const isAudio = index % 2 === 0;
  const producer = await ingest.produce({
    kind: isAudio ? 'audio' : 'video',
    rtpParameters: isAudio
      ? {
          codecs: [{ mimeType: 'audio/opus', payloadType: OPUS_PT, clockRate: 48_000, channels: 2 }],
          encodings: [{ ssrc }],
        }
      : {
          codecs: [
            { mimeType: 'video/VP8', payloadType: VP8_PT, clockRate: 90_000, rtcpFeedback: [{ type: 'nack' }] },
            { mimeType: 'video/rtx', payloadType: RTX_PT, clockRate: 90_000, parameters: { apt: VP8_PT } },
          ],
          encodings: [{ ssrc, rtx: { ssrc: ssrc + 1 } }],
        },
  });
  const stream = new RtpStream({ ssrc, payloadType: isAudio ? OPUS_PT : VP8_PT, ticksPerPacket: 960 });
  for (let i = 0; i < PACKETS; i++) await peer.send(stream.next(opusPayload(60)));
  return producer;
}
