import type { EntityKey } from '../model/entity.js';
import type { EventType, MonitorEvent, Severity } from '../model/events.js';

/** All given conditions must hold. */
export interface EventFilter {
  readonly types?: readonly EventType[];
  readonly minSeverity?: Severity;
  /** The entity itself or anything that lives in it. */
  readonly entity?: EntityKey;
  readonly room?: string;
  readonly peer?: string;
}

export interface RecentQuery extends EventFilter {
  /** Only events after this `seq`. */
  readonly after?: number;
  /** Only events at or after this wall time in ms. */
  readonly since?: number;
  /** @default 100 */
  readonly limit?: number;
}

/** An event, or the news that `dropped` of them were lost to this subscriber because it read too slowly. */
export type EventItem =
  | { readonly type: 'event'; readonly event: MonitorEvent }
  | { readonly type: 'gap'; readonly dropped: number };

/** Read side of the event stream. */
export interface EventReader {
  /** From the bounded ring of recent events, oldest first. When more match than `limit`, the oldest of them, so paging goes forward. */
  recent(query?: RecentQuery): readonly MonitorEvent[];
  /** `seq` of the oldest event still in the ring; `null` while it is empty. */
  readonly oldestSeq: number | null;
  /** Bytes the ring may hold, and an estimate of those it holds. */
  readonly capacityBytes: number;
  readonly usedBytes: number;
  /** Every later event that matches. Holds at most `capacity` (default 1,000) for a slow reader; then a gap item tells how many were lost. */
  subscribe(
    filter?: EventFilter,
    options?: { readonly capacity?: number; readonly signal?: AbortSignal },
  ): AsyncIterableIterator<EventItem>;
}
