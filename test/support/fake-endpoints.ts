import { randomUUID } from 'node:crypto';
import type {
  ConsumerLayersShape,
  ConsumerScoreShape,
  ConsumerShape,
  DataConsumerShape,
  DataProducerShape,
  ProducerScoreShape,
  ProducerShape,
  RtpParametersShape,
  RtpStatShape,
} from '../../core/mediasoup/shapes.js';
import type { FakeChannel } from './fake-channel.js';
import { FakeEmitter } from './fake-emitter.js';
import { type FakeDataConsumerStat, type FakeDataProducerStat, type FakeRtpStat, fakeRtpStat } from './fake-stats.js';

const CODECS = {
  audio: { mimeType: 'audio/opus', clockRate: 48_000 },
  video: { mimeType: 'video/VP8', clockRate: 90_000 },
} as const;

export interface FakeOptions {
  readonly id?: string;
  readonly appData?: Record<string, unknown>;
}

/** What producers, consumers and their data kin share: an observer, closing by itself or with the transport. */
export abstract class FakeEndpoint extends FakeEmitter {
  readonly observer = new FakeEmitter();
  readonly id: string;
  appData: Record<string, unknown>;
  closed = false;
  paused = false;
  protected readonly channel: FakeChannel;

  constructor(channel: FakeChannel, { id = randomUUID(), appData = {} }: FakeOptions) {
    super();
    this.channel = channel;
    this.id = id;
    this.appData = appData;
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.emit('@close');
    this.observer.safeEmit('close');
  }

  transportClosed(): void {
    if (this.closed) return;
    this.closed = true;
    this.safeEmit('transportclose');
    this.observer.safeEmit('close');
  }

  dump(): Promise<unknown> {
    return this.channel.request(() => ({ id: this.id }));
  }
}

export class FakeProducer extends FakeEndpoint implements ProducerShape {
  readonly kind: 'audio' | 'video';
  readonly type: string;
  score: ProducerScoreShape[] = [];
  readonly rtpParameters: RtpParametersShape;
  /** What the next `getStats` answers; change it in place. */
  stats: FakeRtpStat[];

  constructor(
    channel: FakeChannel,
    options: FakeOptions & { kind?: 'audio' | 'video'; type?: string; encodings?: number; paused?: boolean } = {},
  ) {
    super(channel, options);
    const { kind = 'audio', type = 'simple', encodings = 1, paused = false } = options;
    this.kind = kind;
    this.type = type;
    this.paused = paused;
    this.rtpParameters = { codecs: [CODECS[kind]], encodings: Array.from({ length: encodings }, () => ({})) };
    this.stats = Array.from({ length: encodings }, (_, index) =>
      fakeRtpStat('inbound-rtp', { ssrc: 1000 + index, mimeType: CODECS[kind].mimeType }),
    );
  }

  getStats(): Promise<readonly RtpStatShape[]> {
    return this.channel.request(() => this.stats.map((stat) => ({ ...stat })));
  }

  pause(): void {
    this.#setPaused(true);
  }

  resume(): void {
    this.#setPaused(false);
  }

  setScore(score: ProducerScoreShape[]): void {
    this.score = score;
    this.safeEmit('score', score);
    this.observer.safeEmit('score', score);
  }

  #setPaused(paused: boolean): void {
    if (this.paused === paused) return;
    this.paused = paused;
    this.observer.safeEmit(paused ? 'pause' : 'resume');
    this.emit(paused ? '@pause' : '@resume');
  }
}

export class FakeConsumer extends FakeEndpoint implements ConsumerShape {
  readonly producerId: string;
  readonly kind: 'audio' | 'video';
  readonly type: string;
  producerPaused: boolean;
  priority = 1;
  score: ConsumerScoreShape = { score: 10, producerScore: 10, producerScores: [10] };
  preferredLayers: ConsumerLayersShape | undefined;
  currentLayers: ConsumerLayersShape | undefined;
  readonly rtpParameters: RtpParametersShape;
  /** What the next `getStats` answers: its own stream, and the producer's inbound one as mediasoup adds it. */
  stats: FakeRtpStat[];

  constructor(
    channel: FakeChannel,
    producer: FakeProducer,
    options: FakeOptions & { type?: string; paused?: boolean } = {},
  ) {
    super(channel, options);
    this.producerId = producer.id;
    this.kind = producer.kind;
    this.type = options.type ?? producer.type;
    this.paused = options.paused ?? false;
    this.producerPaused = producer.paused;
    this.rtpParameters = { codecs: producer.rtpParameters.codecs, encodings: [{}] };
    this.stats = [
      fakeRtpStat('outbound-rtp', { ssrc: 2000, mimeType: CODECS[producer.kind].mimeType }),
      fakeRtpStat('inbound-rtp', { ssrc: 1000, mimeType: CODECS[producer.kind].mimeType }),
    ];
  }

  getStats(): Promise<readonly RtpStatShape[]> {
    return this.channel.request(() => this.stats.map((stat) => ({ ...stat })));
  }

  producerClosed(): void {
    if (this.closed) return;
    this.closed = true;
    this.emit('@producerclose');
    this.safeEmit('producerclose');
    this.observer.safeEmit('close');
  }

  producerSetPaused(paused: boolean): void {
    if (this.producerPaused === paused) return;
    this.producerPaused = paused;
    this.safeEmit(paused ? 'producerpause' : 'producerresume');
    if (!this.paused) this.observer.safeEmit(paused ? 'pause' : 'resume');
  }

  /** As mediasoup: silent on the observer while the producer is paused. */
  pause(): void {
    const was = this.paused;
    this.paused = true;
    if (!was && !this.producerPaused) this.observer.safeEmit('pause');
  }

  resume(): void {
    const was = this.paused;
    this.paused = false;
    if (was && !this.producerPaused) this.observer.safeEmit('resume');
  }

  setScore(score: ConsumerScoreShape): void {
    this.score = score;
    this.safeEmit('score', score);
    this.observer.safeEmit('score', score);
  }

  setLayers(layers: ConsumerLayersShape | undefined): void {
    this.currentLayers = layers;
    this.safeEmit('layerschange', layers);
    this.observer.safeEmit('layerschange', layers);
  }
}

export class FakeDataProducer extends FakeEndpoint implements DataProducerShape {
  readonly type: string = 'sctp';
  readonly label: string;
  readonly protocol = '';
  stats: FakeDataProducerStat = { timestamp: 0, messagesReceived: 0, bytesReceived: 0 };

  constructor(channel: FakeChannel, options: FakeOptions & { label?: string } = {}) {
    super(channel, options);
    this.label = options.label ?? 'chat';
  }

  getStats(): Promise<readonly FakeDataProducerStat[]> {
    return this.channel.request(() => [{ ...this.stats }]);
  }

  pause(): void {
    if (this.paused) return;
    this.paused = true;
    this.observer.safeEmit('pause');
  }

  resume(): void {
    if (!this.paused) return;
    this.paused = false;
    this.observer.safeEmit('resume');
  }
}

export class FakeDataConsumer extends FakeEndpoint implements DataConsumerShape {
  readonly type: string = 'sctp';
  readonly label: string;
  readonly protocol = '';
  readonly dataProducerId: string;
  dataProducerPaused = false;
  stats: FakeDataConsumerStat = { timestamp: 0, messagesSent: 0, bytesSent: 0, bufferedAmount: 0 };

  constructor(channel: FakeChannel, producer: FakeDataProducer, options: FakeOptions = {}) {
    super(channel, options);
    this.dataProducerId = producer.id;
    this.label = producer.label;
    this.dataProducerPaused = producer.paused;
  }

  getStats(): Promise<readonly FakeDataConsumerStat[]> {
    return this.channel.request(() => [{ ...this.stats }]);
  }

  dataProducerClosed(): void {
    if (this.closed) return;
    this.closed = true;
    this.emit('@dataproducerclose');
    this.safeEmit('dataproducerclose');
    this.observer.safeEmit('close');
  }
}
