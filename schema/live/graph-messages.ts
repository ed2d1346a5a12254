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
import { LIMITS } from '../limits.js';

/**
 * What an entity as it was takes that has changed since, with the texts kept of it, in bytes: measured 500 without such texts and up to 1,400
 * with those of one operation.
 */
const OLD_ENTITY_BYTES = 1_400;

/** What the key of one that was left out takes in a set, in bytes; the text itself is the graph's, for as long as it can tell of the close. */
const LEFT_OUT_BYTES = 40;

/** What all parts of one snapshot have in common. */
interface SnapshotMoment extends Pick<GraphSnapshot, 'runId' | 'seq' | 'at'> {
  /** What its parts are read from; `null` once it was let go of: then from the newest. */
  snapshot: GraphSnapshot | null;
}

export interface GraphSnapshotPart {
  readonly type: 'snapshot';
  readonly moment: SnapshotMoment;
  readonly reset: boolean;
  readonly nodes: EntityNode[];
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
  readonly opened: EntityNode[];
  readonly changed: EntityNode[];
  readonly closed: readonly ClosedEntity[];
  readonly part: number;
  readonly last: boolean;
}

export type GraphPart = GraphSnapshotPart | GraphDeltaPart;

export interface GraphScope {
  readonly kinds: ReadonlySet<EntityKind> | null;
  readonly room: string | null;
}

interface MessageOptions {
  /** Entities of one part. */
  readonly partSize: number;
  /** Whether the reader knows of something already. */
  readonly resumed: boolean;
  /** How many entities may be kept as they were while parts wait to be taken. @default LIMITS.graphOld */
  readonly mostOld?: number;
}

/**
 * Makes messages of what a follower reads: only what is in scope, in parts that are small enough not to hold up the
 * SFU's process. For a reader that is slow to take them they do not keep what has changed meanwhile: `keepUp`.
 */
export class GraphMessages {
  readonly #graph: GraphReader;
  readonly #scope: GraphScope;
  readonly #partSize: number;
  readonly #resumed: boolean;
  readonly #mostOld: number;
  /** What the reader knows of, where the scope is a room: an entity may enter and leave one while it is open. */
  readonly #inRoom: Set<EntityKey> | null;
  /** Those that were left out of the last message because they closed before their part was taken. */
  readonly #leftOut = new Set<EntityKey>();
  /** The step that the last message leads to. */
  #told = 0;
  /** The step up to which no more than `#mostOld` can be old in what is yet to be taken. */
  #safeUntil = 0;

  constructor(graph: GraphReader, scope: GraphScope, { partSize, resumed, mostOld }: MessageOptions) {
    this.#graph = graph;
    this.#scope = scope;
    this.#partSize = partSize;
    this.#resumed = resumed;
    this.#mostOld = mostOld ?? LIMITS.graphOld;
    this.#inRoom = scope.room === null ? null : new Set();
  }

  of(message: FollowMessage): readonly GraphPart[] {
    const parts = message.type === 'snapshot' ? this.#snapshot(message) : this.#delta(message.delta);
    this.#leftOut.clear();
    this.#told = message.type === 'snapshot' ? message.snapshot.seq : message.delta.toSeq;
    this.#safeUntil = this.#told + this.#mostOld;
    return parts;
  }

  /** What parts of one message hold that nobody else does, in bytes by estimate: entities as they were when it was made, and what was left out. */
  heldBytes(rest: readonly GraphPart[]): number {
    return this.#old(rest) * OLD_ENTITY_BYTES + this.#leftOut.size * LEFT_OUT_BYTES;
  }

  /**
   * To be called when something has happened, with the parts of the last message that are yet to be taken. While no more than so many
   * of their entities have changed or closed they stay as they are, of one moment. After that each is the newest, and what has closed is left out: if the
   * reader knows of it, the next message tells of the close.
   */
  keepUp(rest: readonly GraphPart[]): void {
    // The next message will be everything anew, and names nothing as closed.
    if (this.#leftOut.size > 0 && !this.#graph.reaches(this.#told)) this.#leftOut.clear();
    const { seq } = this.#graph;
    if (rest.length === 0 || seq <= this.#safeUntil) return;
    const room = this.#mostOld - this.#old(rest);
    if (room < 0) this.#letGo(rest);
    // Each step makes one old at most. Those who have little room left are not looked at each time.
    this.#safeUntil = seq + (room < 0 ? this.#mostOld : Math.max(room, this.#mostOld >> 2));
  }

  #letGo(rest: readonly GraphPart[]): void {
    const [first] = rest;
    if (first?.type === 'snapshot') first.moment.snapshot = null;
    for (const part of rest) {
      // Of what has changed the reader knows, so the next message is to tell of its close.
      if (part.type === 'delta') this.#renew(part.changed);
      // That message begins where this one was made: it would tell of the close, too, of what the reader was never shown.
      for (const { key } of this.#renew(part.type === 'delta' ? part.opened : part.nodes)) {
        if (this.#inRoom === null) this.#leftOut.add(key);
        else this.#inRoom.delete(key);
      }
    }
  }

  /** Puts the newest in the place of each, and takes out what has closed, which it returns. */
  #renew(nodes: EntityNode[]): readonly EntityNode[] {
    const closed: EntityNode[] = [];
    let kept = 0;
    for (const node of nodes) {
      const newest = this.#inSlotOf(node);
      if (newest?.key === node.key) nodes[kept++] = newest;
      else closed.push(node);
    }
    nodes.length = kept;
    return closed;
  }

  /** How many entities are kept as they were. */
  #old(rest: readonly GraphPart[]): number {
    const [first] = rest;
    if (first?.type === 'snapshot' && first.moment.snapshot !== null) {
      return first.moment.snapshot.size - this.#graph.unchangedSince(first.moment.seq);
    }
    let old = 0;
    for (const part of rest) {
      for (const nodes of listsOf(part)) for (const node of nodes) if (this.#inSlotOf(node) !== node) old++;
    }
    return old;
  }

  #inSlotOf({ kind, slot }: EntityNode): EntityNode | undefined {
    return this.#graph.rows(kind).at(slot);
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
    const { runId, seq, at } = snapshot;
    const moment = { runId, seq, at, snapshot };
    do {
      const part = parts.length;
      const slice = nodes.slice(part * this.#partSize, (part + 1) * this.#partSize);
      const last = (part + 1) * this.#partSize >= nodes.length;
      parts.push({ type: 'snapshot', moment, reset: replaces, nodes: slice, part, last });
    } while (parts.length * this.#partSize < nodes.length);
    return parts;
  }

  #delta(delta: GraphDelta): GraphDeltaPart[] {
    const changes = this.#changes(delta);
    if (changes.length === 0) return [];
    const { runId, fromSeq, toSeq, at } = delta;
    const moments = { runId, fromSeq, toSeq, at };
    const parts: GraphDeltaPart[] = [];
    for (let start = 0; start < changes.length; start += this.#partSize) {
      const slice = changes.slice(start, start + this.#partSize);
      parts.push({
        type: 'delta',
        delta: moments,
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
      if (known === null) changes.push({ what: this.#leftOut.has(node.key) ? 'opened' : 'changed', node });
      else if (!this.#isInRoom(node)) {
        if (known.delete(node.key)) changes.push({ what: 'closed', node: { kind: node.kind, key: node.key } });
      } else if (known.has(node.key)) {
        changes.push({ what: 'changed', node });
      } else {
        known.add(node.key);
        changes.push({ what: 'opened', node });
      }
    }
    for (const node of closed) {
      if (!this.#wants(node.kind)) continue;
      const shown = known === null ? !this.#leftOut.has(node.key) : known.delete(node.key);
      if (shown) changes.push({ what: 'closed', node });
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

function listsOf(part: GraphPart): readonly EntityNode[][] {
  return part.type === 'snapshot' ? [part.nodes] : [part.opened, part.changed];
}
