import type { ConsumerLayers, ConsumerNode } from '../model/entity.js';
import type { NodeState, Reading } from '../source.js';
import type { Decoders } from './fast-decode/answer-kind.js';
import type { Asked } from './fast-decode/fast-decode.js';
import type { TwoStepRead } from './followed.js';
import { type Hook, onEntity, onObserver } from './hook.js';
import { type RtpTraits, rtpReading } from './normalize.js';
import { ReadingSpace } from './reading-space.js';
import type { KnownProducer, RouterScope } from './router-scope.js';
import type { ConsumerLayersShape, ConsumerScoreShape, ConsumerShape, RtpStatShape, TraceShape } from './shapes.js';
import { traceOf } from './trace.js';
import { CLOSE } from './tracked.js';
import { TrackedInTransport, type TransportParent } from './tracked-in-transport.js';

type Score = Pick<NodeState<'consumer'>, 'score' | 'producerScore' | 'producerScores'>;

const NO_SCORES: readonly number[] = Object.freeze([]);
const NO_SCORE: Score = { score: null, producerScore: null, producerScores: NO_SCORES };
/** Shared, because a consumer's is kept with its node. */
const SINGLE_SCORES: readonly (readonly number[])[] = Array.from({ length: 11 }, (_, score) => Object.freeze([score]));

/** What is listened to beyond what every consumer has, as bits. */
const LAYERED = 1;
const TRACED = 2;
/** Its producer was not seen. */
const ORPHANED = 4;
/** Either side is paused. */
const MUTED = 8;

/** Bits of what is so or not, in the lowest byte of its state. */
const PAUSED = 1;
const PRODUCER_PAUSED = 2;
const LOST_PRODUCER = 4;
/** Either pause. */
const MUTE = PAUSED | PRODUCER_PAUSED;

/** Bytes of its state besides the bits: the score and the priority. */
const SCORE = 8;
const PRIORITY = 16;
/** Bytes of its layers: what is preferred and what is current, spatial and temporal. */
const PREFERRED = 0;
const CURRENT = 16;
/** In such a byte: there is none. mediasoup's own protocol has one byte for each of them. */
const NOTHING = 0xff;

/**
 * An emitter takes no more memory for up to three events than for none, and most entities are consumers. So a consumer is
 * listened to as little as can be: of what only happens after something else, only then. And it has no private methods: with
 * one, every object of a class has a field more, by which it is known as one of the class.
 */
export class TrackedConsumer extends TrackedInTransport<'consumer', ConsumerShape> {
  static readonly #ALWAYS: readonly Hook[] = [
    CLOSE,
    onObserver('pause', (tracked: TrackedConsumer) => tracked.sync()),
    onObserver('score', (tracked: TrackedConsumer, score: ConsumerScoreShape) => tracked.onScore(score)),
  ];
  static readonly #LAYERED: readonly Hook[] = [
    onObserver('layerschange', (tracked: TrackedConsumer, layers: ConsumerLayersShape | undefined) =>
      tracked.onLayers(layers),
    ),
  ];
  static readonly #TRACED: readonly Hook[] = [
    onObserver('trace', (tracked: TrackedConsumer, trace: TraceShape) => tracked.onTrace(trace)),
  ];
  static readonly #ORPHANED: readonly Hook[] = [
    onEntity('producerclose', (tracked: TrackedConsumer) => tracked.onProducerClose()),
  ];
  /** While neither side is paused, "pause" of the observer tells of the first pause of either. */
  static readonly #MUTED: readonly Hook[] = [
    onEntity('producerpause', (tracked: TrackedConsumer) => tracked.sync()),
    onEntity('producerresume', (tracked: TrackedConsumer) => tracked.sync()),
    onObserver('resume', (tracked: TrackedConsumer) => tracked.sync()),
  ];
  /** By the bits above. */
  static readonly #HOOKS: (readonly Hook[])[] = Array.from({ length: 2 * MUTED }, (_, bits) =>
    TrackedConsumer.#hooksFor(bits),
  );

  /** Its producer, which knows its traits too; those alone where the producer was not seen. */
  readonly #source: KnownProducer | RtpTraits;
  /** What it was told last, packed: as fields of their own these would take 40 bytes more in each of thousands. */
  #state: number;
  #layers: number;

  constructor(scope: RouterScope, transport: TransportParent, consumer: ConsumerShape) {
    const producer = scope.producers.get(consumer.producerId) ?? null;
    // A consumer has its producer's codec; its own parameters are cloned by the getter, at many times the cost of all else here.
    const codec = producer === null ? consumer.rtpParameters.codecs[0] : null;
    const mimeType = producer === null ? (codec?.mimeType ?? null) : producer.mimeType;
    const clockRate = producer === null ? (codec?.clockRate ?? null) : producer.rtpTraits.clockRate;
    const { kind, type, paused, producerPaused, priority = null } = consumer;
    const preferredLayers = layersOf(consumer.preferredLayers);
    const currentLayers = layersOf(consumer.currentLayers);
    const { score, producerScore, producerScores } = type === 'pipe' ? NO_SCORE : firstScore(consumer.score);
    super(
      scope,
      transport,
      consumer,
      'consumer',
      {
        state: {
          producer: producer === null ? null : producer.key,
          mediaKind: kind,
          type: type as ConsumerNode['type'],
          mimeType,
          clockRate,
          paused,
          producerPaused,
          priority,
          score,
          producerScore,
          producerScores,
          preferredLayers,
          currentLayers,
          firstMediaMs: null,
          starvedSince: null,
          pipeTarget: null,
        },
        event: { mediaKind: kind, type, producerId: consumer.producerId },
      },
      TrackedConsumer.#hooksOf(scope, producer, consumer, paused || producerPaused),
    );
    this.#source = producer ?? { clockRate, scored: type !== 'pipe' };
    this.#state = pausesOf(paused, producerPaused) | (byteOf(score) << SCORE) | (byteOf(priority) << PRIORITY);
    this.#layers = (pairOf(preferredLayers) << PREFERRED) | (pairOf(currentLayers) << CURRENT);
  }

  static #hooksOf(
    { attachment }: RouterScope,
    producer: KnownProducer | null,
    { type }: ConsumerShape,
    isMuted: boolean,
  ): readonly Hook[] {
    const bits =
      (isLayered(type) ? LAYERED : 0) |
      (attachment.traces ? TRACED : 0) |
      (producer === null ? ORPHANED : 0) |
      (isMuted ? MUTED : 0);
    return TrackedConsumer.#HOOKS[bits]!;
  }

  static #hooksFor(bits: number): readonly Hook[] {
    return [
      ...TrackedConsumer.#ALWAYS,
      ...((bits & LAYERED) === 0 ? [] : TrackedConsumer.#LAYERED),
      ...((bits & TRACED) === 0 ? [] : TrackedConsumer.#TRACED),
      ...((bits & ORPHANED) === 0 ? [] : TrackedConsumer.#ORPHANED),
      ...((bits & MUTED) === 0 ? [] : TrackedConsumer.#MUTED),
    ];
  }

  get kind(): 'consumer' {
    return 'consumer';
  }

  get hooks(): readonly Hook[] {
    const producer = TrackedConsumer.#producerOf(this);
    return TrackedConsumer.#hooksOf(this.scope, producer, this.entity, TrackedConsumer.#is(this, MUTE));
  }

  get answerKind(): 'consumer' {
    return 'consumer';
  }

  /** The worker closes consumers of a closed producer a moment after it: whoever is faster then, the producer is the reason. */
  protected override get lostProducer(): boolean {
    return TrackedConsumer.#producerOf(this)?.closed ?? TrackedConsumer.#is(this, LOST_PRODUCER);
  }

  override reconcile(): void {
    super.reconcile();
    if (!this.entity.closed) this.sync();
  }

  override get answerable(): Asked {
    return this;
  }

  decode({ rtp }: Decoders): Reading<'consumer'> {
    return rtp.read('consumer', TrackedConsumer.#traitsOf(this));
  }

  override get twoStep(): TwoStepRead {
    return this;
  }

  stats(): Promise<readonly RtpStatShape[]> {
    return this.entity.getStats();
  }

  readingOf(stats: readonly RtpStatShape[], space: ReadingSpace): Reading<'consumer'> {
    return rtpReading('consumer', stats, TrackedConsumer.#traitsOf(this), space);
  }

  override async read(): Promise<Reading<'consumer'>> {
    return this.readingOf(await this.stats(), new ReadingSpace());
  }

  /**
   * The observer tells "pause" for either side's pause, and nothing at all for the one that comes second; the getters tell
   * them apart. Preferences change without any event.
   */
  sync(): void {
    const { paused, producerPaused, priority = null, type } = this.entity;
    const wasMuted = TrackedConsumer.#is(this, MUTE);
    const pausedBefore = TrackedConsumer.#is(this, PAUSED);
    const producerPausedBefore = TrackedConsumer.#is(this, PRODUCER_PAUSED);
    const isMuted = paused || producerPaused;
    this.#state = (this.#state & ~MUTE) | pausesOf(paused, producerPaused);
    if (isMuted && !wasMuted) this.attachment.listen(this, TrackedConsumer.#MUTED);
    else if (wasMuted && !isMuted) this.attachment.ignore(this, TrackedConsumer.#MUTED);
    if (producerPaused !== producerPausedBefore) {
      this.change(
        { producerPaused },
        { type: producerPaused ? 'consumer.producerPaused' : 'consumer.producerResumed', data: {} },
      );
    }
    if (paused !== pausedBefore) {
      this.change({ paused }, { type: paused ? 'consumer.paused' : 'consumer.resumed', data: {} });
    }
    const preferred = isLayered(type) ? this.entity.preferredLayers : undefined;
    const isSamePriority = byteOf(priority) === ((this.#state >>> PRIORITY) & 0xff);
    if (!isSamePriority || (isLayered(type) && pairOf(preferred) !== ((this.#layers >>> PREFERRED) & 0xffff))) {
      this.#state = (this.#state & ~(0xff << PRIORITY)) | (byteOf(priority) << PRIORITY);
      const preferredLayers = isLayered(type) ? layersOf(preferred) : layersIn((this.#layers >>> PREFERRED) & 0xffff);
      this.#layers = (this.#layers & ~(0xffff << PREFERRED)) | (pairOf(preferredLayers) << PREFERRED);
      const data = { preferredLayers, priority };
      this.change(data, { type: 'consumer.preferencesChanged', data });
    }
  }

  onScore({ score, producerScore, producerScores }: ConsumerScoreShape): void {
    // mediasoup gives a pipe consumer the score 10, whatever happens.
    if (this.entity.type === 'pipe') return;
    // Copied, because the object is the application's too.
    const data = { score, producerScore, producerScores: copyOf(producerScores) };
    const previous = knownIn((this.#state >>> SCORE) & 0xff);
    this.change(data, { type: 'consumer.scoreChanged', data: { previous, ...data } });
    this.#state = (this.#state & ~(0xff << SCORE)) | (byteOf(score) << SCORE);
  }

  onLayers(shape: ConsumerLayersShape | undefined): void {
    const before = (this.#layers >>> CURRENT) & 0xffff;
    if (pairOf(shape) === before) return;
    const from = layersIn(before);
    const to = layersOf(shape);
    this.#layers = (this.#layers & ~(0xffff << CURRENT)) | (pairOf(to) << CURRENT);
    this.change({ currentLayers: to }, { type: 'consumer.layersChanged', data: { from, to } });
    this.sync();
  }

  /** Up to 3.27.1 at least, every trace is told twice with the same object. */
  onTrace(trace: TraceShape): void {
    if (trace === this.scope.lastTrace) return;
    this.scope.lastTrace = trace;
    this.emit({ type: 'consumer.traced', data: traceOf(trace) });
  }

  /** Told right before the close. */
  onProducerClose(): void {
    this.#state |= LOST_PRODUCER;
  }

  static #producerOf(tracked: TrackedConsumer): KnownProducer | null {
    const source = tracked.#source;
    return 'rtpTraits' in source ? source : null;
  }

  static #traitsOf(tracked: TrackedConsumer): RtpTraits {
    const source = tracked.#source;
    if (!('rtpTraits' in source)) return source;
    return tracked.entity.type === 'pipe' ? source.pipedTraits : source.rtpTraits;
  }

  static #is(tracked: TrackedConsumer, flags: number): boolean {
    return (tracked.#state & flags) !== 0;
  }
}

/** mediasoup makes up a score of 10 without any producer's where the worker has told none. */
function firstScore({ score, producerScore, producerScores }: ConsumerScoreShape): Score {
  return producerScores.length === 0 ? NO_SCORE : { score, producerScore, producerScores: copyOf(producerScores) };
}

function pausesOf(paused: boolean, producerPaused: boolean): number {
  return (paused ? PAUSED : 0) | (producerPaused ? PRODUCER_PAUSED : 0);
}

/** Most have one score, and there are few of them. */
function copyOf(scores: readonly number[]): readonly number[] {
  return (scores.length === 1 && SINGLE_SCORES[scores[0]!]) || [...scores];
}

function isLayered(type: string): boolean {
  return type === 'simulcast' || type === 'svc';
}

function layersOf(shape: ConsumerLayersShape | null | undefined): ConsumerLayers | null {
  if (shape === null || shape === undefined) return null;
  return { spatialLayer: shape.spatialLayer, temporalLayer: shape.temporalLayer ?? null };
}

function byteOf(value: number | null | undefined): number {
  return value === null || value === undefined ? NOTHING : value & 0xff;
}

function knownIn(byte: number): number | null {
  return byte === NOTHING ? null : byte;
}

/** Layers in two bytes. */
function pairOf(layers: ConsumerLayersShape | ConsumerLayers | null | undefined): number {
  if (layers === null || layers === undefined) return byteOf(null) | (byteOf(null) << 8);
  return byteOf(layers.spatialLayer) | (byteOf(layers.temporalLayer) << 8);
}

function layersIn(pair: number): ConsumerLayers | null {
  const spatialLayer = knownIn(pair & 0xff);
  return spatialLayer === null ? null : { spatialLayer, temporalLayer: knownIn(pair >>> 8) };
}
