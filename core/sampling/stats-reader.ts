import type { EntityKey, NodeOf } from '../model/entity.js';
import type { FieldOf, SampledKind, StreamSample, TrafficTotals } from '../model/samples.js';

/** What a reader wants sampled for as long as it holds the lease. */
export type Demand =
  /**
   * The whole kind, within the budget, rotated. A `secondary` demand counts only while somebody asks at all: what it makes of
   * the samples would reach nobody else.
   */
  | { readonly kinds: readonly SampledKind[]; readonly secondary?: boolean }
  /** These entities, every `everyMs` (250 to 60,000) whatever the budget; at most 1,000 in all leases together. */
  | { readonly entities: readonly EntityKey[]; readonly everyMs: number };

export interface Lease {
  /** Ends the demand. A second call does nothing. */
  release(): void;
}

/** `sfu`, or one of its parts. */
export type TotalsScope =
  | { readonly scope: 'sfu' }
  | { readonly scope: 'entity'; readonly key: EntityKey }
  | { readonly scope: 'room'; readonly room: string }
  | { readonly scope: 'peer'; readonly room: string | null; readonly peer: string };

/** One remembered sample of a watched entity. */
export interface PastSample {
  /** Wall time in ms. */
  readonly at: number;
  readonly values: Readonly<Record<string, number>>;
}

/** A node of kind `K`, written so that the compiler can tell `K` from the node. */
export type SampledNode<K extends SampledKind> = NodeOf<K> | (NodeOf<K> & { readonly kind: K });

/** Reads several fields of many entities at a time; made once and used for many. */
export interface RowReader<K extends SampledKind> {
  /**
   * Writes what `value` tells of each field of the `count` entities whose slots begin with `from`, `NaN` where nothing is open: the first
   * field, in the order they were asked for, side by side from `into[at]` on, the others `step` apart. All are of one moment. `nodes` are
   * the graph's `rows`; they are not looked at, for to look at ten thousand nodes is to wait for memory as often.
   */
  read(nodes: OpenIn<K>, from: number, count: number, into: Float64Array, at: number, step: number): void;
}

/** What is open of a kind in a slot, as the graph's `rows` tell it. */
interface OpenIn<K extends SampledKind> {
  at(slot: number): NodeOf<K> | undefined;
}

/** Read side of the sampler. Every read is synchronous and of the newest sample. */
export interface StatsReader {
  /** `NaN` when unknown: never sampled, not told by the SFU, or its worker hangs. */
  value<K extends SampledKind>(node: SampledNode<K>, field: FieldOf<K>): number;
  /** For whoever reads thousands of entities: columns are read as they are, without a look for each value. */
  rows<K extends SampledKind>(kind: K, fields: readonly FieldOf<K>[]): RowReader<K>;
  /** Wall time in ms of the newest sample; `null` when there is none. */
  sampledAt(node: NodeOf<SampledKind>): number | null;
  /** One per encoding of a producer, or per sent stream of a consumer; empty when unknown. */
  streams(node: NodeOf<'producer'> | NodeOf<'consumer'>): readonly StreamSample[];
  /** Totals of a scope since the monitor began. */
  totals(scope: TotalsScope): TrafficTotals;
  /** Asks for sampling. Throws `RangeError` for an interval or a number of entities out of range. */
  lease(demand: Demand): Lease;
  /** Samples kept of entities that were leased one by one, oldest first, from the bounded ring. */
  past(key: EntityKey, sinceMs?: number): readonly PastSample[];
  /** Ticks whenever new samples are in, at most every `everyMs` (250 to 60,000). Only the newest state matters, so a slow reader misses ticks. */
  ticks(everyMs: number, signal?: AbortSignal): AsyncIterableIterator<void>;
}
