import type { CloseReason, EntityKind } from '../model/entity.js';
import type { OpenRequest } from '../source.js';
import type { Attachment } from './attachment.js';
import type { FollowedEntity } from './followed.js';
import type { Hook } from './hook.js';
import type { RouterScope } from './router-scope.js';
import { Tracked } from './tracked.js';

/** What transports, what is in them, and RTP observers share: a router above them decides over them. */
export abstract class TrackedInRouter<
  K extends EntityKind,
  E extends FollowedEntity & { readonly id: string },
> extends Tracked<K, E> {
  declare readonly parent: Tracked;
  protected abstract readonly scope: RouterScope;

  constructor(
    scope: RouterScope,
    parent: Tracked,
    entity: E,
    kind: K,
    { foundLate = false, state, event }: Pick<OpenRequest<K>, 'foundLate' | 'state' | 'event'>,
    hooks: readonly Hook[],
  ) {
    super(scope.attachment, parent, entity, kind, { id: entity.id, foundLate, state, event }, hooks);
  }

  protected override get attachment(): Attachment {
    return this.scope.attachment;
  }

  closeReason(): CloseReason {
    return this.scope.closeReason() ?? this.ownReason();
  }

  /** When neither the router nor the worker is closing. */
  protected ownReason(): CloseReason {
    return 'api';
  }

  override onClose(): void {
    // What dies with a worker is closed by the worker, after the death was told.
    if (!this.scope.workerDied) this.close();
  }
}
