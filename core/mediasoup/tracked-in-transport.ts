import type { CloseReason, EntityKind } from '../model/entity.js';
import type { OpenRequest } from '../source.js';
import type { Attachment } from './attachment.js';
import type { Hook } from './hook.js';
import type { TrackedEntity } from './tracked.js';
import { TrackedInRouter } from './tracked-in-router.js';
import type { TrackedRouter } from './tracked-router.js';
import type { TrackedTransport } from './tracked-transport.js';

/** What producers, consumers and their data kin share. */
export abstract class TrackedInTransport<
  K extends EntityKind,
  E extends TrackedEntity & { readonly id: string },
> extends TrackedInRouter<K, E> {
  readonly transport: TrackedTransport;
  readonly router: TrackedRouter;
  /** The producer it consumes went first; told right before the close. */
  protected producerClosed = false;

  constructor(
    attachment: Attachment,
    transport: TrackedTransport,
    entity: E,
    request: Pick<OpenRequest<K>, 'kind' | 'state' | 'event'>,
    hooks: readonly Hook[],
  ) {
    super(attachment, transport, entity, { ...request, id: entity.id }, hooks);
    this.transport = transport;
    this.router = transport.router;
  }

  protected override ownReason(): CloseReason {
    if (this.transport.entity.closed) return 'parent';
    return this.producerClosed ? 'producer' : 'api';
  }

  /** Told right before the close. */
  onProducerClose(): void {
    this.producerClosed = true;
  }
}
