import type { types } from 'mediasoup';
import { DemoPeer } from './demo-peer.js';
import type { Random } from './random.js';

export interface DemoRoomOptions {
  readonly name: string;
  /** More than one: its peers are spread over them, and every producer is piped to the others. */
  readonly routers: readonly types.Router[];
  readonly random: Random;
}

/** A room in which everybody receives everybody. */
export class DemoRoom {
  readonly name: string;
  readonly #routers: readonly types.Router[];
  readonly #random: Random;
  readonly #peers = new Map<string, DemoPeer>();
  readonly #observers: {
    readonly router: types.Router;
    readonly levels: types.AudioLevelObserver;
    readonly speaker: types.ActiveSpeakerObserver;
  }[] = [];
  #joined = 0;
  #speaker: string | undefined;

  private constructor(options: DemoRoomOptions) {
    this.name = options.name;
    this.#routers = options.routers;
    this.#random = options.random;
  }

  static async open(options: DemoRoomOptions): Promise<DemoRoom> {
    const room = new DemoRoom(options);
    for (const router of options.routers) {
      const levels = await router.createAudioLevelObserver({ maxEntries: 4, threshold: -60, interval: 1_000 });
      const speaker = await router.createActiveSpeakerObserver({ interval: 500 });
      room.#observers.push({ router, levels, speaker });
    }
    return room;
  }

  get peers(): readonly DemoPeer[] {
    return [...this.#peers.values()];
  }

  /** A new peer joins, and receives and is received by all others. */
  async join(videoLayers = 3): Promise<DemoPeer> {
    const number = ++this.#joined;
    const router = this.#routers[number % this.#routers.length];
    if (router === undefined) throw new Error(`room ${this.name} has no router`);
    const peer = await DemoPeer.join({
      room: this.name,
      peer: `${this.name}-peer-${number}`,
      router,
      random: this.#random,
      videoLayers,
      isSpeaking: ({ peer: name }) => name === this.#speaker,
    });
    const others = this.peers;
    this.#peers.set(peer.peer, peer);
    this.#speaker ??= peer.peer;
    await this.#listenTo(peer);
    for (const producer of peer.producers) await this.#pipe(peer.router, { producerId: producer.id });
    if (peer.chat !== undefined) await this.#pipe(peer.router, { dataProducerId: peer.chat.id });
    for (const other of others) {
      for (const producer of peer.producers) await other.consume(producer.id);
      for (const producer of other.producers) await peer.consume(producer.id);
      if (peer.chat !== undefined) await other.consumeData(peer.chat.id);
      if (other.chat !== undefined) await peer.consumeData(other.chat.id);
    }
    return peer;
  }

  leave(peer: DemoPeer): void {
    this.#peers.delete(peer.peer);
    peer.leave();
    if (this.#speaker === peer.peer) this.passTheWord();
  }

  /** Somebody else speaks from now on; now and then nobody. */
  passTheWord(): void {
    this.#speaker = this.#random.chance(0.1) ? undefined : this.#random.pick(this.peers)?.peer;
  }

  tick(nowMs: number): void {
    for (const peer of this.#peers.values()) peer.tick(nowMs);
  }

  close(): void {
    for (const peer of this.peers) peer.leave();
    this.#peers.clear();
  }

  async #listenTo(peer: DemoPeer): Promise<void> {
    const observers = this.#observers.find(({ router }) => router === peer.router);
    if (observers === undefined || peer.audio === undefined) return;
    await observers.levels.addProducer({ producerId: peer.audio.id });
    await observers.speaker.addProducer({ producerId: peer.audio.id });
  }

  async #pipe(
    from: types.Router,
    what: { readonly producerId: string } | { readonly dataProducerId: string },
  ): Promise<void> {
    for (const router of this.#routers) {
      if (router !== from) await from.pipeToRouter({ ...what, router });
    }
  }
}
