import type { CloseReason, EntityKind } from '../model/entity.js';
import { Tracked, type TrackedEntity } from './tracked.js';
import type { TrackedRouter } from './tracked-router.js';

/** What transports, what is in them, and RTP observers share: a router above them decides over them. */
export abstract class TrackedInRouter<K extends EntityKind, E extends TrackedEntity> extends Tracked<K, E> {
  abstract readonly router: TrackedRouter;

  closeReason(): CloseReason {
    return this.router.reasonBelow() ?? this.ownReason();
  }

  /** When neither the router nor the worker is closing. */
  protected ownReason(): CloseReason {
    return 'api';
  }

  override onClose(): void {
    // What dies with a worker is closed by the worker, after the death was told.
    if (!this.router.parent.entity.died) this.close();
  }
}
