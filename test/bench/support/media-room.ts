import type { EventEmitter } from 'node:events';
import type { types } from 'mediasoup';
import { UdpPeer } from '../../support/rtp.js';
import { CODECS, CONSUMERS_PER_TRANSPORT, LISTEN, openWorker, produce, sendPackets } from './bench-media.js';
import { openSink } from './sink.js';

const PRODUCERS = 20;
/** As many as the worker needs to see a stream. */
const PACKETS = 20;

/** Entities of one real worker: audio and video with retransmission, every producer with as many consumers as any other. */
export interface MediaRoom {
  readonly worker: types.Worker;
  readonly router: types.Router;
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
  const worker = await openWorker();
  const router = await worker.createRouter({ mediaCodecs: CODECS });
  const ingest = await router.createPlainTransport({ listenInfo: LISTEN, comedia: true });
  const peer = (await UdpPeer.open()).target(ingest.tuple.localPort);
  const producers: types.Producer[] = [];
  for (let i = 0; i < PRODUCERS; i++) {
    const stream = { ssrc: 10_000 + i * 2, video: i % 2 === 1 };
    producers.push(await produce(ingest, stream));
    await sendPackets(peer, stream, PACKETS);
  }
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
    router,
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
