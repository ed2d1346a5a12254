import type { EntityKey } from '../model/entity.js';
import { type Hook, onObserver } from './hook.js';
import type { KnownProducer, ProducerListener, RouterScope } from './router-scope.js';
import type { ProducerShape, RtpObserverShape } from './shapes.js';
import { CLOSE, type Tracked } from './tracked.js';
import { TrackedInRouter } from './tracked-in-router.js';
import { rtpObserverTypeOf } from './transport-type.js';

interface Volume {
  readonly producer: ProducerShape;
  readonly volume: number;
}

/** 3.11.0 alone gave the producer itself. */
type Speaker = ProducerShape | { readonly producer: ProducerShape };

export class TrackedRtpObserver extends TrackedInRouter<'rtpObserver', RtpObserverShape> implements ProducerListener {
  static readonly #HOOKS: readonly Hook[] = [
    CLOSE,
    onObserver('pause', (tracked: TrackedRtpObserver) => tracked.#syncPause()),
    onObserver('resume', (tracked: TrackedRtpObserver) => tracked.#syncPause()),
    onObserver('addproducer', (tracked: TrackedRtpObserver, producer: ProducerShape) => tracked.#onAdd(producer)),
    onObserver('removeproducer', (tracked: TrackedRtpObserver, producer: ProducerShape) => tracked.#onRemove(producer)),
    onObserver('dominantspeaker', (tracked: TrackedRtpObserver, told: Speaker) => tracked.#onDominantSpeaker(told)),
    onObserver('volumes', (tracked: TrackedRtpObserver, volumes: readonly Volume[]) => tracked.#onVolumes(volumes)),
    onObserver('silence', (tracked: TrackedRtpObserver) => tracked.#onSilence()),
  ];

  protected override readonly scope: RouterScope;
  readonly #heard = new Set<KnownProducer>();
  #producers: readonly EntityKey[] = [];
  #dominantSpeaker: EntityKey | null = null;
  #paused: boolean;

  constructor(scope: RouterScope, router: Tracked<'router'>, rtpObserver: RtpObserverShape) {
    const type = rtpObserverTypeOf(rtpObserver);
    const { paused } = rtpObserver;
    super(
      scope,
      router,
      rtpObserver,
      'rtpObserver',
      {
        state: { type, paused, producers: [], dominantSpeaker: null },
        event: { type },
      },
      TrackedRtpObserver.#HOOKS,
    );
    this.scope = scope;
    this.#paused = paused;
  }

  get kind(): 'rtpObserver' {
    return 'rtpObserver';
  }

  get hooks(): readonly Hook[] {
    return TrackedRtpObserver.#HOOKS;
  }

  /** A producer it listens to closes: mediasoup does not tell, and the graph drops it from the node by itself. */
  forget(producer: KnownProducer): void {
    this.#heard.delete(producer);
    this.#producers = this.#producers.filter((key) => key !== producer.key);
    if (this.#dominantSpeaker === producer.key) this.#dominantSpeaker = null;
  }

  protected override onClosing(): void {
    for (const producer of this.#heard) producer.listeners.delete(this);
    this.#heard.clear();
  }

  #syncPause(): void {
    const { paused } = this.entity;
    if (paused === this.#paused) return;
    this.#paused = paused;
    this.change({ paused }, { type: paused ? 'rtpObserver.paused' : 'rtpObserver.resumed', data: {} });
  }

  #onAdd(shape: ProducerShape): void {
    const producer = this.scope.producerRef(shape);
    // mediasoup may tell the closing of the producer before the answer to this request.
    if (shape.closed || this.#producers.includes(producer.key)) return;
    const tracked = this.scope.producers.get(shape.id);
    if (tracked !== undefined) {
      tracked.listeners.add(this);
      this.#heard.add(tracked);
    }
    this.#producers = [...this.#producers, producer.key];
    this.change({ producers: this.#producers }, { type: 'rtpObserver.producerAdded', data: { producer } });
  }

  #onRemove(shape: ProducerShape): void {
    const tracked = this.scope.producers.get(shape.id);
    if (tracked !== undefined) {
      tracked.listeners.delete(this);
      this.#heard.delete(tracked);
    }
    const producer = this.scope.producerRef(shape);
    if (!this.#producers.includes(producer.key)) return;
    this.#producers = this.#producers.filter((key) => key !== producer.key);
    if (this.#dominantSpeaker === producer.key) this.#dominantSpeaker = null;
    this.change(
      { producers: this.#producers, dominantSpeaker: this.#dominantSpeaker },
      { type: 'rtpObserver.producerRemoved', data: { producer } },
    );
  }

  #onDominantSpeaker(told: Speaker): void {
    const producer = this.scope.producerRef('producer' in told ? told.producer : told);
    this.#dominantSpeaker = producer.key;
    this.change({ dominantSpeaker: producer.key }, { type: 'rtpObserver.dominantSpeakerChanged', data: { producer } });
  }

  #onVolumes(volumes: readonly Volume[]): void {
    this.emit({
      type: 'rtpObserver.volumesReported',
      data: {
        volumes: volumes.map(({ producer, volume }) => ({ producer: this.scope.producerRef(producer), volume })),
      },
    });
  }

  #onSilence(): void {
    this.emit({ type: 'rtpObserver.silenceDetected', data: {} });
  }
}
