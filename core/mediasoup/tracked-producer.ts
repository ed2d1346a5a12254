import type { ProducerNode, ProducerScore } from '../model/entity.js';
import type { Reading } from '../source.js';
import type { Decoders } from './fast-decode/answer-kind.js';
import type { Asked } from './fast-decode/fast-decode.js';
import type { TwoStepRead } from './followed.js';
import { type Hook, onObserver } from './hook.js';
import { type RtpTraits, rtpReading } from './normalize.js';
import { ReadingSpace } from './reading-space.js';
import type { KnownProducer, ProducerListener, RouterScope } from './router-scope.js';
import type { ProducerScoreShape, ProducerShape, RtpStatShape, TraceShape, VideoOrientationShape } from './shapes.js';
import { traceOf } from './trace.js';
import { CLOSE } from './tracked.js';
import { TrackedInTransport, type TransportParent } from './tracked-in-transport.js';

export class TrackedProducer extends TrackedInTransport<'producer', ProducerShape> implements KnownProducer {
  static readonly #HOOKS: readonly Hook[] = [
    CLOSE,
    onObserver('pause', (tracked: TrackedProducer) => tracked.#syncPause()),
    onObserver('resume', (tracked: TrackedProducer) => tracked.#syncPause()),
    onObserver('score', (tracked: TrackedProducer, scores: readonly ProducerScoreShape[]) => tracked.#onScore(scores)),
    onObserver('videoorientationchange', (tracked: TrackedProducer, told: VideoOrientationShape) =>
      tracked.#onVideoOrientation(told),
    ),
  ];
  static readonly #TRACED: readonly Hook[] = [
    ...TrackedProducer.#HOOKS,
    onObserver('trace', (tracked: TrackedProducer, trace: TraceShape) => tracked.#onTrace(trace)),
  ];

  static #hooksIn({ attachment }: RouterScope): readonly Hook[] {
    return attachment.traces ? TrackedProducer.#TRACED : TrackedProducer.#HOOKS;
  }

  readonly mimeType: string | null;
  readonly rtpTraits: RtpTraits;
  readonly pipedTraits: RtpTraits;
  readonly listeners = new Set<ProducerListener>();
  #paused: boolean;
  #score: number | null;

  constructor(scope: RouterScope, transport: TransportParent, producer: ProducerShape) {
    // Getters of parameters and scores clone what they return, so each is read once.
    const { rtpParameters } = producer;
    const [codec] = rtpParameters.codecs;
    const mimeType = codec?.mimeType ?? null;
    const clockRate = codec?.clockRate ?? null;
    const scores = scoresOf(producer.score);
    super(
      scope,
      transport,
      producer,
      'producer',
      {
        state: {
          mediaKind: producer.kind,
          type: producer.type as ProducerNode['type'],
          mimeType,
          clockRate,
          paused: producer.paused,
          score: bestOf(scores),
          scores,
          videoOrientation: null,
          encodings: Math.max(1, rtpParameters.encodings?.length ?? 1),
          firstMediaMs: null,
          stalledSince: null,
          pipeOrigin: null,
        },
        event: { mediaKind: producer.kind, type: producer.type },
      },
      TrackedProducer.#hooksIn(scope),
    );
    this.mimeType = mimeType;
    this.rtpTraits = { clockRate, scored: true };
    this.pipedTraits = { clockRate, scored: false };
    this.#paused = producer.paused;
    this.#score = bestOf(scores);
    this.scope.producers.set(producer.id, this);
  }

  get kind(): 'producer' {
    return 'producer';
  }

  get hooks(): readonly Hook[] {
    return TrackedProducer.#hooksIn(this.scope);
  }

  get answerKind(): 'producer' {
    return 'producer';
  }

  get closed(): boolean {
    return this.entity.closed;
  }

  override reconcile(): void {
    super.reconcile();
    // 3.13.0 to 3.13.2 tell no pause.
    if (!this.entity.closed) this.#syncPause();
  }

  override get answerable(): Asked {
    return this;
  }

  decode({ rtp }: Decoders): Reading<'producer'> {
    return rtp.read('producer', this.rtpTraits);
  }

  override get twoStep(): TwoStepRead {
    return this;
  }

  stats(): Promise<readonly RtpStatShape[]> {
    return this.entity.getStats();
  }

  readingOf(stats: readonly RtpStatShape[], space: ReadingSpace): Reading<'producer'> {
    return rtpReading('producer', stats, this.rtpTraits, space);
  }

  override async read(): Promise<Reading<'producer'>> {
    return this.readingOf(await this.stats(), new ReadingSpace());
  }

  protected override onClosing(): void {
    this.scope.producers.delete(this.entity.id);
    for (const listener of this.listeners) listener.forget(this);
  }

  #syncPause(): void {
    const { paused } = this.entity;
    if (paused === this.#paused) return;
    this.#paused = paused;
    this.change({ paused }, { type: paused ? 'producer.paused' : 'producer.resumed', data: {} });
  }

  #onScore(shapes: readonly ProducerScoreShape[]): void {
    const scores = scoresOf(shapes);
    const score = bestOf(scores);
    this.change({ score, scores }, { type: 'producer.scoreChanged', data: { previous: this.#score, score, scores } });
    this.#score = score;
  }

  #onVideoOrientation({ camera, flip, rotation }: VideoOrientationShape): void {
    const data = { camera, flip, rotation };
    this.change({ videoOrientation: data }, { type: 'producer.videoOrientationChanged', data });
  }

  #onTrace(trace: TraceShape): void {
    this.emit({ type: 'producer.traced', data: traceOf(trace) });
  }
}

function scoresOf(shapes: readonly ProducerScoreShape[]): readonly ProducerScore[] {
  return shapes.map(({ encodingIdx, ssrc, rid, score }, index) => ({
    encodingIdx: encodingIdx ?? index,
    ssrc,
    rid: rid ?? null,
    score,
  }));
}

function bestOf(scores: readonly ProducerScore[]): number | null {
  return scores.length === 0 ? null : Math.max(...scores.map(({ score }) => score));
}
