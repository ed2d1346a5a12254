import type { Clock } from '../clock.js';

/**
 * Why items were lost: no room; too old when their turn came; damaged on disk; refused by the receiver for good; attempts used up; not
 * delivered before the stop; they could not be turned into items at all.
 */
export const DROP_REASONS = [
  'overflow',
  'expired',
  'corrupted',
  'rejected',
  'attempts',
  'stopped',
  'encoding',
] as const;
export type DropReason = (typeof DROP_REASONS)[number];
type Drops = Readonly<Record<DropReason, number>>;

/**
 * What is lost first. `durable` items (events, summaries) are never replaced, and outlive the process where there is a spool.
 * `latest` items (samples) stay in memory, may be replaced by a newer one of the same key, and make room for newer ones.
 */
export const SINK_CLASSES = ['durable', 'latest'] as const;
export type SinkClass = (typeof SINK_CLASSES)[number];

export interface SinkStats {
  /** Counters since creation. */
  readonly delivered: number;
  readonly batches: number;
  readonly retries: number;
  /** Items sent again after a failed write: the most duplicates the receiver can have seen since the start. */
  readonly resent: number;
  /** Records of an earlier process that were found on disk. */
  readonly recovered: number;
  /** Items of both classes, by reason. */
  readonly dropped: Drops;
  readonly droppedByClass: Readonly<Record<SinkClass, Drops>>;
  /** Items of class `latest` that a newer one of the same key replaced. */
  readonly conflated: number;
  /** What waits now or is in flight, both classes, on disk or in memory. */
  readonly queueLength: number;
  /** In memory. */
  readonly queueBytes: number;
  /** On disk: records that are not acknowledged, and the size of the files. 0 without a spool. */
  readonly spoolRecords: number;
  readonly spoolBytes: number;
  /** Age of the oldest item that waits, in ms; 0 when none does. */
  readonly oldestAgeMs: number;
  /** Wall time in ms; `null` before the first. */
  readonly lastSuccessAt: number | null;
}

/** What a sink did, and how it fares. */
export class SinkCounts {
  readonly byClass: Record<SinkClass, Record<DropReason, number>> = { durable: noDrops(), latest: noDrops() };
  readonly #clock: Clock;
  delivered = 0;
  batches = 0;
  retries = 0;
  resent = 0;
  conflated = 0;
  lastSuccessAt: number | null = null;
  /** What the last write failed with; `null` after a success. */
  failure: string | null = null;
  #failingSince = 0;
  #lastDrop: { readonly reason: DropReason; readonly at: number } | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Items of both classes. */
  get dropped(): Record<DropReason, number> {
    const { durable, latest } = this.byClass;
    const sum = noDrops();
    for (const reason of DROP_REASONS) sum[reason] = durable[reason] + latest[reason];
    return sum;
  }

  get totalDropped(): number {
    return Object.values(this.dropped).reduce((sum, count) => sum + count, 0);
  }

  /** How long every write has failed, in ms; `null` when the last one succeeded. */
  get failingMs(): number | null {
    return this.failure === null ? null : this.#clock.monotonic() - this.#failingSince;
  }

  succeeded(): void {
    this.batches++;
    this.lastSuccessAt = this.#clock.now();
    this.failure = null;
  }

  failed(text: string): void {
    if (this.failure === null) this.#failingSince = this.#clock.monotonic();
    this.failure = text;
  }

  drop(which: SinkClass, reason: DropReason, items: number): void {
    if (items === 0) return;
    this.byClass[which][reason] += items;
    this.#lastDrop = { reason, at: this.#clock.monotonic() };
  }

  /** The reason of the last loss, if that was less than `ms` ago. */
  droppedWithin(ms: number): DropReason | null {
    const last = this.#lastDrop;
    return last !== null && this.#clock.monotonic() - last.at < ms ? last.reason : null;
  }
}

function noDrops(): Record<DropReason, number> {
  return { overflow: 0, expired: 0, corrupted: 0, rejected: 0, attempts: 0, stopped: 0, encoding: 0 };
}
