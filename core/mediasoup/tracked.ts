import type { CloseReason, EntityKey, EntityKind } from '../model/entity.js';
import type { EventInput, NodeState, OpenRequest, Reading } from '../source.js';
import type { Attachment } from './attachment.js';
import type { Asked } from './fast-decode/fast-decode.js';
import type { Followed, FollowedEntity, TwoStepRead } from './followed.js';
import { type Hook, onObserver } from './hook.js';

/** What of an opening a kind tells by itself. */
type Opening<K extends EntityKind> = Pick<OpenRequest<K>, 'id' | 'foundLate' | 'state' | 'event'>;

/**
 * One open entity that is being followed. It listens from its opening to its close and keeps what is needed to tell "from" of a
 * change; everything else is in the graph. There is one for every entity, so what all of a kind have in common is no field.
 */
export abstract class Tracked<K extends EntityKind = EntityKind, E extends FollowedEntity = FollowedEntity>
  implements Followed
{
  abstract readonly kind: K;
  abstract readonly hooks: readonly Hook[];
  readonly key: EntityKey;
  readonly entity: E;
  readonly parent: Tracked | null;
  protected abstract readonly attachment: Attachment;

  /** Opens it in the graph. */
  constructor(
    attachment: Attachment,
    parent: Tracked | null,
    entity: E,
    kind: K,
    { id, foundLate = false, state, event }: Opening<K>,
    hooks: readonly Hook[],
  ) {
    this.entity = entity;
    this.parent = parent;
    this.key = attachment.writer.open<K>({
      kind,
      id,
      parent: parent === null ? null : parent.key,
      foundLate,
      state,
      owner: entity,
      event,
    });
    attachment.add(this, hooks);
  }

  /** Why it is closing now, as far as its own flags tell. */
  abstract closeReason(): CloseReason;

  reconcile(): void {
    if (this.entity.closed) this.close();
  }

  get answerable(): Asked | null {
    return null;
  }

  get twoStep(): TwoStepRead | null {
    return null;
  }

  read(): Promise<Reading | null> {
    return Promise.resolve(null);
  }

  /** Closes what is below it and then itself, in the graph and here. A second call does nothing. */
  close(reason?: CloseReason): void {
    if (this.attachment.byEntity(this.entity) !== this) return;
    // Known before anything goes: what is below asks the flags of what is above.
    const told = reason ?? this.closeReason();
    for (const child of this.children()) child.close(reason);
    this.onClosing();
    this.attachment.delete(this);
    this.attachment.writer.close(this.key, told);
  }

  /** What lives in it, in order of opening. */
  protected children(): readonly Followed[] {
    return this.attachment.below(this.key);
  }

  /** Hook: leaves the indexes of others. */
  protected onClosing(): void {}

  /** Its observer told that it closed. */
  onClose(): void {
    this.close();
  }

  protected change(patch: Partial<NodeState<K>>, event: EventInput): void {
    this.attachment.writer.change(this.kind, this.key, patch, event);
  }

  protected emit(event: EventInput): void {
    this.attachment.writer.emit(this.key, event);
  }
}

/** Every list of hooks has this one. */
export const CLOSE: Hook = onObserver('close', (tracked: Tracked) => tracked.onClose());
