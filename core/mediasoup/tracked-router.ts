import type { CloseReason, EntityKey, EntityRef } from '../model/entity.js';
import type { Attachment } from './attachment.js';
import { type Hook, onObserver } from './hook.js';
import type { ProducerShape, RouterShape, RtpObserverShape, TransportShape } from './shapes.js';
import { CLOSE, Tracked } from './tracked.js';
import type { TrackedDataProducer } from './tracked-data-producer.js';
import type { TrackedProducer } from './tracked-producer.js';
import { TrackedRtpObserver } from './tracked-rtp-observer.js';
import { TrackedTransport } from './tracked-transport.js';
import type { TrackedWorker } from './tracked-worker.js';

export class TrackedRouter extends Tracked<'router', RouterShape> {
  static readonly #HOOKS: readonly Hook[] = [
    CLOSE,
    onObserver('newtransport', (tracked: TrackedRouter, transport: TransportShape) => tracked.openTransport(transport)),
    onObserver('newrtpobserver', (tracked: TrackedRouter, observer: RtpObserverShape) =>
      tracked.#openRtpObserver(observer),
    ),
  ];

  declare readonly parent: TrackedWorker;
  /** By mediasoup's id: what a consumer names as its producer lives in the same router. */
  readonly producers = new Map<string, TrackedProducer>();
  readonly dataProducers = new Map<string, TrackedDataProducer>();

  constructor(attachment: Attachment, worker: TrackedWorker, router: RouterShape, foundLate: boolean) {
    super(
      attachment,
      worker,
      router,
      { kind: 'router', id: router.id, foundLate, state: {}, event: {} },
      TrackedRouter.#HOOKS,
    );
  }

  openTransport(transport: TransportShape, foundLate = false): TrackedTransport | null {
    if (transport.closed || this.attachment.byEntity(transport) !== undefined) return null;
    return new TrackedTransport(this.attachment, this, transport, foundLate);
  }

  /** Also of a producer that was never seen: it existed before the monitor. */
  producerRef(producer: ProducerShape): EntityRef {
    const key = this.producers.get(producer.id)?.key ?? (`${this.key}/${producer.id}` as EntityKey);
    return { kind: 'producer', key, id: producer.id };
  }

  /** Why something in this router closes, when it is not for a reason nearer to it. */
  reasonBelow(): CloseReason | null {
    const worker = this.parent.entity;
    if (worker.died) return 'workerDied';
    if (worker.closed) return 'workerClosed';
    return this.entity.closed ? 'router' : null;
  }

  closeReason(): CloseReason {
    const reason = this.reasonBelow();
    return reason === null || reason === 'router' ? 'api' : reason;
  }

  override onClose(): void {
    if (!this.parent.entity.died) this.close();
  }

  #openRtpObserver(observer: RtpObserverShape): void {
    if (observer.closed || this.attachment.byEntity(observer) !== undefined) return;
    new TrackedRtpObserver(this.attachment, this, observer);
  }
}
