import type { CloseReason, EntityKey, EntityRef } from '../model/entity.js';
import type { Attachment } from './attachment.js';
import type { RtpTraits } from './normalize.js';
import type { ProducerShape, RouterShape, TraceShape, WorkerShape } from './shapes.js';

/** A producer, as its consumers and the RTP observers of its router see it. */
export interface KnownProducer {
  readonly key: EntityKey;
  readonly mimeType: string | null;
  /** For its consumers too, but those on pipes. */
  readonly rtpTraits: RtpTraits;
  /** For its consumers on pipes. */
  readonly pipedTraits: RtpTraits;
  readonly closed: boolean;
  /** RTP observers that listen to it; mediasoup does not tell them when it closes. */
  readonly listeners: Set<ProducerListener>;
}

export interface ProducerListener {
  forget(producer: KnownProducer): void;
}

/** What all that lives in one router shares: who decides over it, and where to find each other. */
export class RouterScope {
  readonly attachment: Attachment;
  /** By mediasoup's id: what a consumer names as its producer lives in the same router. */
  readonly producers = new Map<string, KnownProducer>();
  readonly dataProducers = new Map<string, EntityKey>();
  /** The trace told last in this router. */
  lastTrace: TraceShape | null = null;
  readonly #key: EntityKey;
  readonly #router: RouterShape;
  readonly #worker: WorkerShape;

  constructor(attachment: Attachment, key: EntityKey, router: RouterShape, worker: WorkerShape) {
    this.attachment = attachment;
    this.#key = key;
    this.#router = router;
    this.#worker = worker;
  }

  get workerDied(): boolean {
    return this.#worker.died;
  }

  /** Why something in this router closes, when it is not for a reason nearer to it. */
  closeReason(): CloseReason | null {
    if (this.#worker.died) return 'workerDied';
    if (this.#worker.closed) return 'workerClosed';
    return this.#router.closed ? 'router' : null;
  }

  /** Also of a producer that was never seen: it existed before the monitor. */
  producerRef({ id }: ProducerShape): EntityRef {
    const key = this.producers.get(id)?.key ?? (`${this.#key}/${id}` as EntityKey);
    return { kind: 'producer', key, id };
  }
}
