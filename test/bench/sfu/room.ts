import type { EventEmitter } from 'node:events';
import type { types } from 'mediasoup';
import { UdpPeer } from '../../support/rtp.js';
import { CODECS, CONSUMERS_PER_TRANSPORT, LISTEN, openWorker, produce, sendPackets } from '../support/bench-media.js';
import type { RunConfig } from './protocol.js';

/** Where consumers send to: the port that discards, where hardly ever anybody listens. */
const NOWHERE = { ip: '127.0.0.1', port: 9 };
const CONSUMERS_PER_ROOM = 400;
/** So that each has 50 consumers, and a packet makes the worker send no more than that. */
const PRODUCERS_PER_ROOM = 8;
const JOINS_AT_ONCE = 20;
const PROBE_SSRC = 1;
/** As many as the worker needs to see a stream. */
const FIRST_PACKETS = 5;

interface Room {
  readonly worker: types.Worker;
  readonly router: types.Router;
  readonly ingest: types.Transport;
  readonly producers: readonly types.Producer[];
}

/**
 * An SFU of real workers: rooms of 400 consumers, each room a router, 20 consumers (a peer) in a transport, half of the producers audio
 * and half VP8 with retransmission. Producers have received RTP before there were consumers, so that statistics hold both streams of each
 * consumer; no more of it flows, because the cost of statistics does not depend on it. One more router holds the stream whose latency is
 * measured.
 */
export class BenchRoom {
  readonly workers: types.Worker[] = [];
  readonly transports: types.Transport[] = [];
  readonly producers: types.Producer[] = [];
  readonly consumers: types.Consumer[] = [];
  /** What to send to; 0 without media. */
  probePort = 0;
  readonly probeSsrc = PROBE_SSRC;
  /** Where each consumer stands, at its place in `consumers`. */
  readonly #seats: { readonly transport: types.Transport; readonly room: Room }[] = [];
  readonly #rooms: Room[] = [];
  #turn = 0;
  /** Places whose consumer has left, and the next is not there yet. */
  readonly #joining = new Set<number>();

  get routers(): readonly types.Router[] {
    return this.#rooms.map(({ router }) => router);
  }

  get entities(): number {
    return this.transports.length + this.producers.length + this.consumers.length;
  }

  static async open(config: Pick<RunConfig, 'consumers' | 'workers' | 'standIn'>, rtpPort: number): Promise<BenchRoom> {
    const sfu = new BenchRoom();
    for (let i = 0; i < config.workers; i++) sfu.workers.push(await openWorker());
    for (let number = 0; sfu.consumers.length < config.consumers; number++) {
      const worker = sfu.workers[number % config.workers]!;
      const size = Math.min(CONSUMERS_PER_ROOM, config.consumers - sfu.consumers.length);
      await sfu.#openRoom(worker, number, size, config.standIn);
    }
    if (!config.standIn) await sfu.#openProbe(rtpPort);
    return sfu;
  }

  /** One consumer leaves, and another one takes its place. False when the one whose turn it is has only just been asked for. */
  async replaceOne(): Promise<boolean> {
    const index = this.#turn++ % this.consumers.length;
    if (this.#joining.has(index)) return false;
    this.#joining.add(index);
    this.consumers[index]!.close();
    this.consumers[index] = await this.#consume(index);
    this.#joining.delete(index);
    return true;
  }

  /** As many joins as fast as they go, some at a time. */
  async replaceMany(joins: number): Promise<void> {
    for (let done = 0; done < joins; done += JOINS_AT_ONCE) {
      await Promise.all(Array.from({ length: JOINS_AT_ONCE }, () => this.replaceOne()));
    }
  }

  /** Tells all rooms to whoever listens now, in the order and by the events in which they were opened. */
  tellAgain(mediasoupObserver: EventEmitter): void {
    for (const worker of this.workers) mediasoupObserver.emit('newworker', worker);
    for (const { worker, router, ingest, producers } of this.#rooms) {
      worker.observer.emit('newrouter', router);
      router.observer.emit('newtransport', ingest);
      for (const producer of producers) ingest.observer.emit('newproducer', producer);
    }
    const told = new Set<types.Transport>();
    for (const [index, { transport, room }] of this.#seats.entries()) {
      if (!told.has(transport)) room.router.observer.emit('newtransport', transport);
      told.add(transport);
      transport.observer.emit('newconsumer', this.consumers[index]!);
    }
  }

  close(): void {
    for (const worker of this.workers) worker.close();
  }

  async #openRoom(worker: types.Worker, number: number, size: number, standIn: boolean): Promise<void> {
    const router = await worker.createRouter({ mediaCodecs: CODECS });
    const name = `room-${number}`;
    const ingest = await router.createPlainTransport({ listenInfo: LISTEN, comedia: true, appData: { roomId: name } });
    this.transports.push(ingest);
    const peer = standIn ? null : (await UdpPeer.open()).target(ingest.tuple.localPort);
    const producers: types.Producer[] = [];
    for (let i = 0; i < PRODUCERS_PER_ROOM; i++) {
      const stream = { ssrc: 10_000 + i * 2, video: i % 2 === 1, appData: { roomId: name, peerId: `speaker-${i}` } };
      producers.push(await produce(ingest, stream));
      if (peer !== null) await sendPackets(peer, stream, FIRST_PACKETS);
    }
    peer?.close();
    this.producers.push(...producers);
    const room = { worker, router, ingest, producers };
    this.#rooms.push(room);
    for (let done = 0; done < size; done += CONSUMERS_PER_TRANSPORT) {
      const appData = { roomId: name, peerId: `peer-${done}` };
      const transport = await router.createPlainTransport({ listenInfo: LISTEN, appData });
      await transport.connect(NOWHERE);
      this.transports.push(transport);
      const first = this.#seats.length;
      const some = Math.min(CONSUMERS_PER_TRANSPORT, size - done);
      for (let i = 0; i < some; i++) this.#seats.push({ transport, room });
      this.consumers.push(...(await Promise.all(Array.from({ length: some }, (_, i) => this.#consume(first + i)))));
    }
  }

  #consume(index: number): Promise<types.Consumer> {
    const { transport, room } = this.#seats[index]!;
    return transport.consume({
      producerId: room.producers[index % room.producers.length]!.id,
      rtpCapabilities: room.router.rtpCapabilities,
      appData: transport.appData,
    });
  }

  async #openProbe(rtpPort: number): Promise<void> {
    const router = await this.workers[0]!.createRouter({ mediaCodecs: CODECS });
    const ingest = await router.createPlainTransport({ listenInfo: LISTEN, comedia: true });
    const egress = await router.createPlainTransport({ listenInfo: LISTEN });
    await egress.connect({ ip: LISTEN.ip, port: rtpPort });
    const producer = await produce(ingest, { ssrc: PROBE_SSRC, video: false });
    await egress.consume({ producerId: producer.id, rtpCapabilities: router.rtpCapabilities });
    this.probePort = ingest.tuple.localPort;
  }
}
