import type {
  EntityKey,
  EntityKind,
  EntityNode,
  FollowMessage,
  GraphDelta,
  GraphReader,
  GraphSnapshot,
} from '../../core/index.js';
import { ENTITY_KINDS } from '../../core/index.js';

/**
 * What an entity as it was takes that has changed since, with the texts kept of it, in bytes: measured 500 without such texts and up to 1,400
 * with those of one operation.
 */
const OLD_ENTITY_BYTES = 1_400;

export interface GraphSnapshotPart {
  readonly type: 'snapshot';
  readonly snapshot: GraphSnapshot;
  readonly reset: boolean;
  readonly nodes: readonly EntityNode[];
  readonly part: number;
  readonly last: boolean;
}

export interface ClosedEntity {
  readonly kind: EntityKind;
  readonly key: EntityKey;
}

/** The moments between which a delta lies, without what changed: parts hold no more than is theirs. */
type Moments = Pick<GraphDelta, 'runId' | 'fromSeq' | 'toSeq' | 'at'>;

export interface GraphDeltaPart {
  readonly type: 'delta';
  readonly delta: Moments;
  /** Entities that were open then. */
  readonly size: number;
  readonly opened: readonly EntityNode[];
  readonly changed: readonly EntityNode[];
  readonly closed: readonly ClosedEntity[];
  readonly part: number;
  readonly last: boolean;
}

export type GraphPart = GraphSnapshotPart | GraphDeltaPart;

export interface GraphScope {
  readonly kinds: ReadonlySet<EntityKind> | null;
  readonly room: string | null;
}

/**
 * Makes messages of what a follower reads: only what is in scope, in parts that are small enough not to hold up the
 * SFU's process.
 */
export class GraphMessages {
  readonly #graph: GraphReader;
  readonly #scope: GraphScope;
  readonly #partSize: number;
  readonly #resumed: boolean;
  /** What the reader knows of, where the scope is a room: an entity may enter and leave one while it is open. */
  readonly #inRoom: Set<EntityKey> | null;

  constructor(graph: GraphReader, scope: GraphScope, partSize: number, resumed: boolean) {
    this.#graph = graph;
    this.#scope = scope;
    this.#partSize = partSize;
    this.#resumed = resumed;
    this.#inRoom = scope.room === null ? null : new Set();
  }

  of(message: FollowMessage): readonly GraphPart[] {
    return message.type === 'snapshot' ? this.#snapshot(message) : this.#delta(message.delta);
  }

  /** What parts of one message hold that nobody else does, in bytes by estimate: entities as they were when it was made. */
  heldBytes(parts: readonly GraphPart[]): number {
    const [first] = parts;
    if (first === undefined) return 0;
    const isSnapshot = first.type === 'snapshot';
    const size = isSnapshot ? first.snapshot.size : first.size;
    const old = size - this.#graph.unchangedSince(isSnapshot ? first.snapshot.seq : first.delta.toSeq);
    return Math.min(old, isSnapshot ? size : entitiesIn(parts)) * OLD_ENTITY_BYTES;
  }

  #snapshot({ snapshot, reset }: Extract<FollowMessage, { type: 'snapshot' }>): GraphSnapshotPart[] {
    const nodes: EntityNode[] = [];
    for (const kind of ENTITY_KINDS) {
      if (!this.#wants(kind)) continue;
      for (const node of snapshot.all(kind)) if (this.#isInRoom(node)) nodes.push(node);
    }
    if (this.#inRoom !== null) {
      this.#inRoom.clear();
      for (const { key } of nodes) this.#inRoom.add(key);
    }
    const parts: GraphSnapshotPart[] = [];
    const replaces = reset || this.#resumed;
    do {
      const part = parts.length;
      const slice = nodes.slice(part * this.#partSize, (part + 1) * this.#partSize);
      const last = (part + 1) * this.#partSize >= nodes.length;
      parts.push({ type: 'snapshot', snapshot, reset: replaces, nodes: slice, part, last });
    } while (parts.length * this.#partSize < nodes.length);
    return parts;
  }

  #delta(delta: GraphDelta): GraphDeltaPart[] {
    const changes = this.#changes(delta);
    if (changes.length === 0) return [];
    const { runId, fromSeq, toSeq, at } = delta;
    const moments = { runId, fromSeq, toSeq, at };
    const size = ENTITY_KINDS.reduce((sum, kind) => sum + this.#graph.rows(kind).count, 0);
    const parts: GraphDeltaPart[] = [];
    for (let start = 0; start < changes.length; start += this.#partSize) {
      const slice = changes.slice(start, start + this.#partSize);
      parts.push({
        type: 'delta',
        delta: moments,
        size,
        opened: slice.flatMap((change) => (change.what === 'opened' ? change.node : [])),
        changed: slice.flatMap((change) => (change.what === 'changed' ? change.node : [])),
        closed: slice.flatMap((change) => (change.what === 'closed' ? change.node : [])),
        part: parts.length,
        last: start + this.#partSize >= changes.length,
      });
    }
    return parts;
  }

  #changes({ opened, changed, closed }: GraphDelta): Change[] {
    const changes: Change[] = [];
    const known = this.#inRoom;
    for (const node of opened) {
      if (!this.#wants(node.kind) || !this.#isInRoom(node)) continue;
      known?.add(node.key);
      changes.push({ what: 'opened', node });
    }
    for (const node of changed) {
      if (!this.#wants(node.kind)) continue;
      if (known === null) changes.push({ what: 'changed', node });
      else if (!this.#isInRoom(node)) {
        if (known.delete(node.key)) changes.push({ what: 'closed', node });
      } else if (known.has(node.key)) {
        changes.push({ what: 'changed', node });
      } else {
        known.add(node.key);
        changes.push({ what: 'opened', node });
      }
    }
    for (const node of closed) {
      if (this.#wants(node.kind) && (known === null || known.delete(node.key))) changes.push({ what: 'closed', node });
    }
    return changes;
  }

  #wants(kind: EntityKind): boolean {
    return this.#scope.kinds === null || this.#scope.kinds.has(kind);
  }

  #isInRoom(node: EntityNode): boolean {
    return this.#scope.room === null || node.room === this.#scope.room;
  }
}

type Change =
  | { readonly what: 'opened' | 'changed'; readonly node: EntityNode }
  | { readonly what: 'closed'; readonly node: ClosedEntity };

function entitiesIn(parts: readonly GraphPart[]): number {
  let entities = 0;
  for (const part of parts) if (part.type === 'delta') entities += part.opened.length + part.changed.length;
  return entities;
}
