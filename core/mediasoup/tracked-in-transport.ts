import type { CloseReason, EntityKind } from '../model/entity.js';
import type { Followed, FollowedEntity } from './followed.js';
import type { RouterScope } from './router-scope.js';
import type { Tracked } from './tracked.js';
import { TrackedInRouter } from './tracked-in-router.js';

const NONE: readonly never[] = [];

export type TransportParent = Tracked<'transport'> & { readonly scope: RouterScope };

/** What producers, consumers and their data kin share; their parent is a transport. */
export abstract class TrackedInTransport<
  K extends EntityKind,
  E extends FollowedEntity & { readonly id: string },
> extends TrackedInRouter<K, E> {
  declare readonly parent: TransportParent;

  /** Not kept in each of them. */
  protected override get scope(): RouterScope {
    return this.parent.scope;
  }

  protected override children(): readonly Followed[] {
    return NONE;
  }

  /** Whether what it consumes went first. */
  protected get lostProducer(): boolean {
    return false;
  }

  protected override ownReason(): CloseReason {
    if (this.parent.entity.closed) return 'parent';
    return this.lostProducer ? 'producer' : 'api';
  }
}
