import type { CloseReason, EntityKey, EntityKind, Identity, NodeOf } from './model/entity.js';
import type { EventMap, EventType } from './model/events.js';
import type { FieldOf, SampledKind, StreamSample } from './model/samples.js';

/** Fields the graph fills in by itself; the rest of a node is what its source knows. */
type GraphFields =
  | 'kind'
  | 'key'
  | 'slot'
  | 'worker'
  | 'router'
  | 'openedAt'
  | 'openedSeq'
  | 'changedSeq'
  | 'room'
  | 'peer'
  | 'labels'
  | 'parent'
  | 'id'
  | 'foundLate';

export type NodeState<K extends EntityKind> = Omit<NodeOf<K>, GraphFields>;

/** What appData hangs on: an entity of the SFU itself, so that nothing needs to be made to reach it. */
export interface AppDataOwner {
  readonly appData: unknown;
}

export interface OpenRequest<K extends EntityKind> {
  readonly kind: K;
  readonly id: string;
  /** `null` for a worker. */
  readonly parent: EntityKey | null;
  readonly foundLate?: boolean;
  readonly state: NodeState<K>;
  /** Has the appData. It is read again whenever the identity is wanted, because applications set appData late. */
  readonly owner: AppDataOwner;
  readonly event: EventMap[`${K}.created` & EventType];
}

/** An event without what the graph adds to it (seq, time, ancestors, identity, severity). */
export type EventInput = { [T in EventType]: { readonly type: T; readonly data: EventMap[T] } }[EventType];

/**
 * Where a source writes what it sees. Total: no method throws; an unknown or closed key is ignored and counted.
 * Every call that changes something publishes exactly one event per entity touched, and moves `seq` by one for each.
 */
export interface GraphWriter {
  /** Returns the key to use from now on. An entity that is open already is not opened twice. */
  open<K extends EntityKind>(request: OpenRequest<K>): EntityKey;
  /** Replaces some fields of the node and publishes the event that says so. False when there is no such open entity. */
  change<K extends EntityKind>(kind: K, key: EntityKey, patch: Partial<NodeState<K>>, event: EventInput): boolean;
  /**
   * Publishes an event that changes no node. `worker.died` is given `NO_BLAST_RADIUS`: the graph fills in what it counts
   * below the worker at that moment, so it must come before the close. For events of no entity the key is `null`, and
   * `whose` tells room and peer.
   */
  emit(key: EntityKey | null, event: EventInput, whose?: Pick<Identity, 'room' | 'peer'>): void;
  /** The `owner` an open entity was opened with, so that a source need not keep a map of its own by key. */
  ownerOf(key: EntityKey): AppDataOwner | undefined;
  /** The owners of what is open right below an entity, in order of opening. */
  ownersBelow(key: EntityKey): readonly AppDataOwner[];
  /** Closes the entity and all that is still open below it, children first. A second close does nothing. */
  close(key: EntityKey, reason: CloseReason): void;
}

/** One RTP stream as read from the source; counters are the source's own and may fall or start again. */
export interface StreamReading extends StreamSample {
  readonly packetsDiscarded: number;
  readonly packetsRetransmitted: number;
  readonly packetsRepaired: number;
  readonly rtxPacketsDiscarded: number;
  readonly nackCount: number;
  readonly nackPacketCount: number;
  readonly pliCount: number;
  readonly firCount: number;
}

/** Statistics of one entity at one moment, in the units of `SAMPLE_FIELDS`. A field that is absent is unknown. */
export interface Reading<K extends SampledKind = SampledKind> {
  /** The source's monotonic time in ms: rates are made from differences of it, never from arrival times. */
  readonly timestamp: number;
  /** Values that belong to the entity as a whole. */
  readonly values: { readonly [F in FieldOf<K>]?: number };
  /** Producers and consumers: one per stream; empty for the other kinds. A consumer's holds only what it sends. */
  readonly streams: readonly StreamReading[];
}

/** Who a reading is for. Neither method throws, and one of them is called once for each question. */
export interface ReadingReceiver {
  /** The reading is valid during the call only: it may be written over afterwards. `null` when the entity has closed. */
  answered(reading: Reading | null): void;
  rejected(): void;
}

/** An entity that is asked about again and again. */
export interface Askable {
  readonly kind: SampledKind;
  readonly key: EntityKey;
  /** Where the source keeps what it has found by the key, so that it need not look it up again. `null` at first; nobody else touches it. */
  found: object | null;
}

/** How a source fares that decodes answers by itself instead of leaving it to the library of the SFU. */
export interface FastDecodeStatus {
  /** `checking` until a first answer was found to be decoded rightly; `fellBack` is for the rest of the run. */
  readonly state: 'checking' | 'on' | 'fellBack';
  /** Why it fell back; `null` while it did not. */
  readonly reason: string | null;
  /** Answers decoded so; a counter. */
  readonly decoded: number;
  /** Answers compared with what the library makes of them and found the same; a counter. */
  readonly checks: number;
}

/** Raw detail of one entity for a human, already without secrets. */
export interface Inspection {
  readonly dump: unknown;
  readonly stats: unknown;
}

/**
 * Something that has an SFU's entities to show: mediasoup in this process, or one day a remote node.
 * Nothing above this port knows which.
 */
export interface Source {
  /** For example `mediasoup`. */
  readonly name: string;
  readonly version: string | null;
  /** Sentences on what it could not see, for example entities older than the attach. Final once `start` returned. */
  readonly blindSpots: readonly string[];
  /** Left out or `null` when it does not decode by itself. */
  readonly fastDecode?: FastDecodeStatus | null;
  /** Opens what is there and keeps writing until `stop`. Throws only for misuse. */
  start(writer: GraphWriter): void;
  /** Takes every listener off again. Nothing is written after it. */
  stop(): void;
  /**
   * Reads one entity's statistics; for a worker this is the probe. `null` when it closed meanwhile. May never settle when the
   * worker hangs: the caller owns the deadline and the number of calls in flight.
   */
  read<K extends SampledKind>(kind: K, key: EntityKey): Promise<Reading<K> | null>;
  /**
   * As `read`, and cheaper where a source has it: nothing is made for the caller, who is called back, never before this returns.
   */
  ask?(about: Askable, receiver: ReadingReceiver): void;
  /**
   * Runs `work`, whose questions to this worker may be sent in one piece when it returns. Left out where that makes no
   * difference.
   */
  together?(worker: EntityKey, work: () => void): void;
  /** Live detail of one entity. Rejects when it is unknown or closed; may never settle, as `read`. */
  inspect(key: EntityKey): Promise<Inspection>;
}
