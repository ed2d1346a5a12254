import type { EntityKey, EntityKind, EntityNode, NodeOf } from '../model/entity.js';
import type { FollowMessage, GraphSnapshot } from '../model/snapshot.js';
import type { NodeRows } from './node-rows.js';

export interface FollowOptions {
  /** Resume after this `seq` of this run. Left out, or of another run, or too old: a snapshot comes first. */
  readonly from?: { readonly runId: string; readonly seq: number };
  /** Least time between two messages in ms; changes in between are coalesced. @default 0 */
  readonly minIntervalMs?: number;
  readonly signal?: AbortSignal;
  /**
   * Called after each turn of the event loop in which something has happened, whether it is read or not: for whoever keeps nodes of a
   * message meanwhile. Must be quick and must not throw.
   */
  readonly onNews?: () => void;
}

/** Read side of the graph. */
export interface GraphReader {
  readonly runId: string;
  readonly seq: number;
  get(key: EntityKey): EntityNode | undefined;
  snapshot(): GraphSnapshot;
  /** The open entities of one kind by slot, as they are at any time. Always the same object. */
  rows<K extends EntityKind>(kind: K): NodeRows<NodeOf<K>>;
  /**
   * How many of the open entities are as they were at this step. Those that were open then besides are held by whoever has a snapshot of it,
   * and by nobody else. Looks at one number of each entity.
   */
  unchangedSince(seq: number): number;
  /** Whether a follower that was last told of this step will be told what has happened since, and not of everything anew. */
  reaches(seq: number): boolean;
  /** How many rooms and peers there are now; a snapshot would put their lists together. */
  presence(): { readonly rooms: number; readonly peers: number };
  /**
   * Snapshot, then deltas: no gap, no duplicate. A follower that does not read holds no memory; if the change log has
   * moved on past it, its next message is a new snapshot with `reset: true`. Ends when the signal aborts or the monitor stops.
   */
  follow(options?: FollowOptions): AsyncIterableIterator<FollowMessage>;
}
