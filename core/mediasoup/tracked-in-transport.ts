import type { CloseReason, EntityKind } from '../model/entity.js';
import type { FollowedEntity } from './followed.js';
import { TrackedInRouter } from './tracked-in-router.js';

/** What producers, consumers and their data kin share; their parent is a transport. */
export abstract class TrackedInTransport<
  K extends EntityKind,
  E extends FollowedEntity & { readonly id: string },
> extends TrackedInRouter<K, E> {
  /** The producer it consumes went first; told right before the close. */
  protected producerClosed = false;

  protected override ownReason(): CloseReason {
    if (this.parent.entity.closed) return 'parent';
    return this.producerClosed ? 'producer' : 'api';
  }

  /** Told right before the close. */
  onProducerClose(): void {
    this.producerClosed = true;
  }
}
