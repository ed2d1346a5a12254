import type { CloseReason, EntityKind } from '../model/entity.js';
import type { FollowedEntity } from './followed.js';
import { TrackedInRouter } from './tracked-in-router.js';

/** What producers, consumers and their data kin share; their parent is a transport. */
export abstract class TrackedInTransport<
  K extends EntityKind,
  E extends FollowedEntity & { readonly id: string },
> extends TrackedInRouter<K, E> {
  /** Whether what it consumes went first. */
  protected get lostProducer(): boolean {
    return false;
  }

  protected override ownReason(): CloseReason {
    if (this.parent.entity.closed) return 'parent';
    return this.lostProducer ? 'producer' : 'api';
  }
}
