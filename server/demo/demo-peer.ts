import type { types } from 'mediasoup';
import { opusParameters, vp8Parameters } from './demo-codecs.js';
import { opusStream, vp8Stream } from './demo-streams.js';
import type { Random } from './random.js';
import type { StreamSender } from './rtp/stream-sender.js';
import { UdpEndpoint } from './rtp/udp-endpoint.js';

export interface DemoPeerOptions {
  readonly room: string;
  readonly peer: string;
  readonly router: types.Router;
  readonly random: Random;
  /** Simulcast layers of its camera, 0 (no camera) to 3. */
  readonly videoLayers: number;
  readonly isSpeaking: (peer: DemoPeer) => boolean;
}

const LISTEN = { protocol: 'udp', ip: '127.0.0.1' } as const;

/** One participant: a UDP endpoint with an uplink and a downlink transport, a microphone, perhaps a camera, and a chat channel. */
export class DemoPeer {
  readonly room: string;
  readonly peer: string;
  readonly router: types.Router;
  readonly endpoint: UdpEndpoint;
  readonly #uplink: types.PlainTransport;
  readonly #downlink: types.PlainTransport;
  readonly #chat: types.DirectTransport;
  readonly #random: Random;
  #audio: { readonly producer: types.Producer; readonly sender: StreamSender } | undefined;
  #video: { readonly producer: types.Producer; readonly senders: readonly StreamSender[] } | undefined;
  #chatProducer: types.DataProducer | undefined;
  readonly #consumers = new Map<string, types.Consumer>();

  private constructor(
    options: DemoPeerOptions,
    endpoint: UdpEndpoint,
    transports: readonly [types.PlainTransport, types.PlainTransport, types.DirectTransport],
  ) {
    this.room = options.room;
    this.peer = options.peer;
    this.router = options.router;
    this.endpoint = endpoint;
    this.#random = options.random;
    [this.#uplink, this.#downlink, this.#chat] = transports;
  }

  static async join(options: DemoPeerOptions): Promise<DemoPeer> {
    const { room, peer, router } = options;
    const appData = { roomId: room, peerId: peer };
    const endpoint = await UdpEndpoint.open(options.random);
    const uplink = await router.createPlainTransport({ listenInfo: LISTEN, rtcpMux: true, comedia: true, appData });
    const downlink = await router.createPlainTransport({ listenInfo: LISTEN, rtcpMux: true });
    // As many applications do: the identity comes after the creation.
    downlink.appData = appData;
    await downlink.connect(endpoint.address);
    const chat = await router.createDirectTransport({ appData });
    endpoint.connect(
      { ip: uplink.tuple.localAddress, port: uplink.tuple.localPort },
      { ip: downlink.tuple.localAddress, port: downlink.tuple.localPort },
    );
    endpoint.distanceMs = options.random.between(8, 90);
    const self = new DemoPeer(options, endpoint, [uplink, downlink, chat]);
    await self.#publish(options);
    return self;
  }

  get audio(): types.Producer | undefined {
    return this.#audio?.producer;
  }

  get video(): types.Producer | undefined {
    return this.#video?.producer;
  }

  get chat(): types.DataProducer | undefined {
    return this.#chatProducer;
  }

  get producers(): readonly types.Producer[] {
    return [this.#audio?.producer, this.#video?.producer].filter((producer) => producer !== undefined);
  }

  get consumers(): readonly types.Consumer[] {
    return [...this.#consumers.values()];
  }

  /** Streams it sends, for losses and freezes on purpose, and as ground truth. */
  get audioSender(): StreamSender | undefined {
    return this.#audio?.sender;
  }

  get videoSenders(): readonly StreamSender[] {
    return this.#video?.senders ?? [];
  }

  /** Receives a producer that its router has, its own or a piped one. */
  async consume(producerId: string): Promise<void> {
    const consumer = await this.#downlink.consume({ producerId, rtpCapabilities: this.router.rtpCapabilities });
    const ssrc = consumer.rtpParameters.encodings?.[0]?.ssrc;
    this.#consumers.set(consumer.id, consumer);
    if (ssrc !== undefined) this.endpoint.addReceiver(ssrc);
    consumer.observer.once('close', () => {
      this.#consumers.delete(consumer.id);
      if (ssrc !== undefined) this.endpoint.removeReceiver(ssrc);
    });
  }

  async consumeData(dataProducerId: string): Promise<void> {
    await this.#chat.consumeData({ dataProducerId });
  }

  say(text: string): void {
    if (this.#chatProducer?.closed === false) this.#chatProducer.send(text);
  }

  async toggleMute(): Promise<void> {
    const producer = this.#audio?.producer;
    if (producer === undefined || producer.closed) return;
    await (producer.paused ? producer.resume() : producer.pause());
  }

  /** Another layer for one of the videos it watches. */
  async switchLayer(): Promise<void> {
    const videos = this.consumers.filter((consumer) => consumer.type === 'simulcast' && !consumer.closed);
    await this.#random.pick(videos)?.setPreferredLayers({ spatialLayer: this.#random.between(0, 2) });
  }

  tick(nowMs: number): void {
    this.endpoint.tick(nowMs);
  }

  leave(): void {
    this.endpoint.close();
    for (const transport of [this.#uplink, this.#downlink, this.#chat]) transport.close();
  }

  async #publish(options: DemoPeerOptions): Promise<void> {
    const { endpoint } = this;
    const source = (): { ssrc: number; send: (packet: Buffer) => void; random: Random } => ({
      ssrc: this.#random.between(1, 0x7fffffff),
      send: endpoint.send,
      random: this.#random,
    });
    const sender = opusStream(source(), () => options.isSpeaking(this));
    endpoint.addSender(sender);
    const audio = await this.#uplink.produce({ kind: 'audio', rtpParameters: opusParameters(sender.ssrc, this.peer) });
    this.#audio = { producer: audio, sender };
    if (options.videoLayers > 0) {
      const senders = Array.from({ length: options.videoLayers }, (_, layer) => vp8Stream(source(), layer));
      for (const layer of senders) endpoint.addSender(layer);
      const rtpParameters = vp8Parameters(
        senders.map(({ ssrc }) => ssrc),
        this.peer,
      );
      this.#video = { producer: await this.#uplink.produce({ kind: 'video', rtpParameters }), senders };
    }
    this.#chatProducer = await this.#chat.produceData({ label: 'chat', protocol: 'text' });
  }
}
