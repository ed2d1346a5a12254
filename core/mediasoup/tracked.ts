import type { CloseReason, EntityKey, EntityKind } from '../model/entity.js';
import type { EventInput, NodeState, OpenRequest, Reading } from '../source.js';
import type { Attachment } from './attachment.js';
import type { Asked } from './fast-decode/fast-decode.js';
import type { Followed, FollowedEntity, TwoStep } from './followed.js';
import { type Hook, onObserver } from './hook.js';

/**
 * One open entity that is being followed. It listens from its opening to its close and keeps what is needed to tell "from" of a
 * change; everything else is in the graph.
 */
export abstract class Tracked<K extends EntityKind = EntityKind, E extends FollowedEntity = FollowedEntity>
  implements Followed
{
  readonly kind: K;
  readonly key: EntityKey;
  readonly entity: E;
  readonly parent: Tracked | null;
  readonly hooks: readonly Hook[];
  protected readonly attachment: Attachment;
  #children: Set<Tracked> | null = null;

  /** Opens it in the graph. */
  constructor(
    attachment: Attachment,
    parent: Tracked | null,
    entity: E,
    request: Omit<OpenRequest<K>, 'parent' | 'appData'>,
    hooks: readonly Hook[],
  ) {
    this.attachment = attachment;
    this.kind = request.kind;
    this.entity = entity;
    this.parent = parent;
    this.key = attachment.writer.open({ ...request, parent: parent?.key ?? null, appData: () => entity.appData });
    if (parent !== null) parent.#adopt(this);
    this.hooks = hooks;
    attachment.add(this);
  }

  /** Why it is closing now, as far as its own flags tell. */
  abstract closeReason(): CloseReason;

  reconcile(): void {
    if (this.entity.closed) this.close();
  }

  get answerable(): Asked | null {
    return null;
  }

  get twoStep(): TwoStep | null {
    return null;
  }

  read(): Promise<Reading | null> {
    return Promise.resolve(null);
  }

  /** Closes what is below it and then itself, in the graph and here. A second call does nothing. */
  close(reason?: CloseReason): void {
    if (this.attachment.byKey(this.key) !== this) return;
    // Known before anything goes: what is below asks the flags of what is above.
    const told = reason ?? this.closeReason();
    if (this.#children !== null) {
      for (const child of this.#children) child.close(reason);
    }
    this.onClosing();
    if (this.parent !== null) this.parent.#children?.delete(this);
    this.attachment.delete(this);
    this.attachment.writer.close(this.key, told);
  }

  #adopt(child: Tracked): void {
    this.#children ??= new Set();
    this.#children.add(child);
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
