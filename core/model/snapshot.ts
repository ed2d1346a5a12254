import type { EntityKey, EntityKind, EntityNode, NodeOf } from './entity.js';

/** A peer of a room as its entities tell; a peer without a room has `room: null`. */
export interface PeerEntry {
  readonly room: string | null;
  readonly peer: string;
  /** Wall time in ms when its first entity appeared. */
  readonly joinedAt: number;
  /** Every open entity identified as this peer's. */
  readonly entities: readonly EntityKey[];
}

export interface RoomEntry {
  readonly room: string;
  readonly openedAt: number;
  readonly peers: readonly PeerEntry[];
  readonly entities: readonly EntityKey[];
}

/**
 * The graph at one `seq`. Immutable; built on demand and cached, so asking twice costs nothing. Parts that did not change
 * are shared with earlier snapshots. Indexes are lookups, not scans.
 */
export interface GraphSnapshot {
  readonly runId: string;
  readonly seq: number;
  /** Wall time in ms when it was taken. */
  readonly at: number;
  readonly size: number;
  get(key: EntityKey): EntityNode | undefined;
  /** As `get`, but only if the entity is of that kind. */
  find<K extends EntityKind>(kind: K, key: EntityKey | null): NodeOf<K> | undefined;
  count(kind: EntityKind): number;
  /** In order of opening. */
  all<K extends EntityKind>(kind: K): readonly NodeOf<K>[];
  /** Open children of one kind, in order of opening. */
  children<K extends EntityKind>(parent: EntityKey, kind: K): readonly NodeOf<K>[];
  /** Everything of one kind that lives in a worker or router, however deep, in order of opening. */
  within<K extends EntityKind>(workerOrRouter: EntityKey, kind: K): readonly NodeOf<K>[];
  /** In order of opening. */
  consumersOf(producer: EntityKey): readonly NodeOf<'consumer'>[];
  /** In order of opening. */
  dataConsumersOf(dataProducer: EntityKey): readonly NodeOf<'dataConsumer'>[];
  rooms(): readonly RoomEntry[];
  room(room: string): RoomEntry | undefined;
  peers(): readonly PeerEntry[];
  peer(room: string | null, peer: string): PeerEntry | undefined;
}

/**
 * What changed from `fromSeq` to `toSeq`, coalesced: an entity stands in one list at most, with its newest node.
 * One that opened and closed in between stands in none; one that closed and opened again under the same key (a producer piped
 * anew) stands in `changed`. To be applied in the order `opened`, `changed`, `closed`.
 */
export interface GraphDelta {
  readonly runId: string;
  readonly fromSeq: number;
  readonly toSeq: number;
  readonly at: number;
  /** Parents before children. */
  readonly opened: readonly EntityNode[];
  readonly changed: readonly EntityNode[];
  /** Children before parents. */
  readonly closed: readonly { readonly kind: EntityKind; readonly key: EntityKey }[];
}

/** First a snapshot, then deltas from its `seq`; a follower too far behind gets a new snapshot with `reset: true`. */
export type FollowMessage =
  | { readonly type: 'snapshot'; readonly reset: boolean; readonly snapshot: GraphSnapshot }
  | { readonly type: 'delta'; readonly delta: GraphDelta };
