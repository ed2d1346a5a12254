import type { ConsumerLayers, ConsumerNode } from '../model/entity.js';
import type { NodeState, Reading } from '../source.js';
import type { Decoders } from './fast-decode/answer-kind.js';
import type { Asked } from './fast-decode/fast-decode.js';
import type { TwoStep } from './followed.js';
import { type Hook, onEntity, onObserver } from './hook.js';
import { type RtpTraits, rtpReading } from './normalize.js';
import { ReadingSpace } from './reading-space.js';
import type { RouterScope } from './router-scope.js';
import type { ConsumerLayersShape, ConsumerScoreShape, ConsumerShape, RtpStatShape, TraceShape } from './shapes.js';
import { traceOf } from './trace.js';
import { CLOSE, type Tracked } from './tracked.js';
import { TrackedInTransport } from './tracked-in-transport.js';

type Score = Pick<NodeState<'consumer'>, 'score' | 'producerScore' | 'producerScores'>;

const NO_SCORE: Score = { score: null, producerScore: null, producerScores: [] };

export class TrackedConsumer extends TrackedInTransport<'consumer', ConsumerShape> {
  static readonly #HOOKS: readonly Hook[] = [
    CLOSE,
    onEntity('producerclose', (tracked: TrackedConsumer) => tracked.onProducerClose()),
    onEntity('producerpause', (tracked: TrackedConsumer) => tracked.#sync()),
    onEntity('producerresume', (tracked: TrackedConsumer) => tracked.#sync()),
    onObserver('pause', (tracked: TrackedConsumer) => tracked.#sync()),
    onObserver('resume', (tracked: TrackedConsumer) => tracked.#sync()),
    onObserver('score', (tracked: TrackedConsumer, score: ConsumerScoreShape) => tracked.#onScore(score)),
    onObserver('layerschange', (tracked: TrackedConsumer, layers: ConsumerLayersShape | undefined) =>
      tracked.#onLayers(layers),
    ),
  ];
  static readonly #TRACED: readonly Hook[] = [
    ...TrackedConsumer.#HOOKS,
    onObserver('trace', (tracked: TrackedConsumer, trace: TraceShape) => tracked.#onTrace(trace)),
  ];

  readonly answerKind = 'consumer';
  readonly #rtpTraits: RtpTraits;
  #paused: boolean;
  #producerPaused: boolean;
  #preferredLayers: ConsumerLayers | null;
  #priority: number | null;
  #currentLayers: ConsumerLayers | null;
  #score: number | null;
  #lastTrace: TraceShape | null = null;

  constructor(scope: RouterScope, transport: Tracked<'transport'>, consumer: ConsumerShape) {
    const producer = scope.producers.get(consumer.producerId);
    // A consumer has its producer's codec; its own parameters are cloned by the getter, at many times the cost of all else here.
    const codec = producer ?? consumer.rtpParameters.codecs[0];
    const { paused, producerPaused, priority = null } = consumer;
    const preferredLayers = layersOf(consumer.preferredLayers);
    const currentLayers = layersOf(consumer.currentLayers);
    const score = consumer.type === 'pipe' ? NO_SCORE : firstScore(consumer.score);
    super(
      scope,
      transport,
      consumer,
      {
        kind: 'consumer',
        state: {
          producer: producer?.key ?? null,
          mediaKind: consumer.kind,
          type: consumer.type as ConsumerNode['type'],
          mimeType: codec?.mimeType ?? null,
          clockRate: codec?.clockRate ?? null,
          paused,
          producerPaused,
          priority,
          ...score,
          preferredLayers,
          currentLayers,
          firstMediaMs: null,
          starvedSince: null,
          pipeTarget: null,
        },
        event: { mediaKind: consumer.kind, type: consumer.type, producerId: consumer.producerId },
      },
      scope.attachment.traces ? TrackedConsumer.#TRACED : TrackedConsumer.#HOOKS,
    );
    this.#rtpTraits = { clockRate: codec?.clockRate ?? null, scored: consumer.type !== 'pipe' };
    this.#paused = paused;
    this.#producerPaused = producerPaused;
    this.#preferredLayers = preferredLayers;
    this.#priority = priority;
    this.#currentLayers = currentLayers;
    this.#score = score.score;
  }

  override reconcile(): void {
    super.reconcile();
    if (!this.entity.closed) this.#sync();
  }

  override get answerable(): Asked {
    return this;
  }

  decode({ rtp }: Decoders): Reading<'consumer'> {
    return rtp.read('consumer', this.#rtpTraits);
  }

  override get twoStep(): TwoStep {
    return this;
  }

  stats(): Promise<readonly RtpStatShape[]> {
    return this.entity.getStats();
  }

  readingOf(stats: readonly RtpStatShape[], space: ReadingSpace): Reading<'consumer'> {
    return rtpReading('consumer', stats, this.#rtpTraits, space);
  }

  override async read(): Promise<Reading<'consumer'>> {
    return this.readingOf(await this.stats(), new ReadingSpace());
  }

  /**
   * The observer tells "pause" for either side's pause, and nothing at all for the one that comes second; the getters tell
   * them apart. Preferences change without any event.
   */
  #sync(): void {
    const { paused, producerPaused, priority = null, type } = this.entity;
    if (producerPaused !== this.#producerPaused) {
      this.#producerPaused = producerPaused;
      this.change(
        { producerPaused },
        { type: producerPaused ? 'consumer.producerPaused' : 'consumer.producerResumed', data: {} },
      );
    }
    if (paused !== this.#paused) {
      this.#paused = paused;
      this.change({ paused }, { type: paused ? 'consumer.paused' : 'consumer.resumed', data: {} });
    }
    const layered = type === 'simulcast' || type === 'svc';
    const preferredLayers = layered ? layersOf(this.entity.preferredLayers) : this.#preferredLayers;
    if (priority !== this.#priority || !sameLayers(preferredLayers, this.#preferredLayers)) {
      this.#priority = priority;
      this.#preferredLayers = preferredLayers;
      const data = { preferredLayers, priority };
      this.change(data, { type: 'consumer.preferencesChanged', data });
    }
  }

  #onScore({ score, producerScore, producerScores }: ConsumerScoreShape): void {
    // mediasoup gives a pipe consumer the score 10, whatever happens.
    if (this.entity.type === 'pipe') return;
    // Copied, because the object is the application's too.
    const data = { score, producerScore, producerScores: [...producerScores] };
    this.change(data, { type: 'consumer.scoreChanged', data: { previous: this.#score, ...data } });
    this.#score = score;
  }

  #onLayers(shape: ConsumerLayersShape | undefined): void {
    const from = this.#currentLayers;
    const to = layersOf(shape);
    if (sameLayers(from, to)) return;
    this.#currentLayers = to;
    this.change({ currentLayers: to }, { type: 'consumer.layersChanged', data: { from, to } });
    this.#sync();
  }

  /** Up to 3.27.1 at least, every trace is told twice with the same object. */
  #onTrace(trace: TraceShape): void {
    if (trace === this.#lastTrace) return;
    this.#lastTrace = trace;
    this.emit({ type: 'consumer.traced', data: traceOf(trace) });
  }
}

/** mediasoup makes up a score of 10 without any producer's where the worker has told none. */
function firstScore({ score, producerScore, producerScores }: ConsumerScoreShape): Score {
  return producerScores.length === 0 ? NO_SCORE : { score, producerScore, producerScores: [...producerScores] };
}

function layersOf(shape: ConsumerLayersShape | null | undefined): ConsumerLayers | null {
  if (shape === null || shape === undefined) return null;
  return { spatialLayer: shape.spatialLayer, temporalLayer: shape.temporalLayer ?? null };
}

function sameLayers(a: ConsumerLayers | null, b: ConsumerLayers | null): boolean {
  return a?.spatialLayer === b?.spatialLayer && a?.temporalLayer === b?.temporalLayer;
}
