import type { Clock } from '../clock.js';

/**
 * Why items were lost: no room; refused by the receiver for good; attempts used up; not delivered before the stop; they could not be
 * turned into items at all.
 */
export const DROP_REASONS = ['overflow', 'rejected', 'attempts', 'stopped', 'encoding'] as const;
export type DropReason = (typeof DROP_REASONS)[number];

export interface SinkStats {
  /** Counters since creation. */
  readonly delivered: number;
  readonly batches: number;
  readonly retries: number;
  readonly dropped: Readonly<Record<DropReason, number>>;
  readonly queueLength: number;
  readonly queueBytes: number;
  /** Wall time in ms; `null` before the first. */
  readonly lastSuccessAt: number | null;
}

/** What a sink did, and how it fares. */
export class SinkCounts {
  readonly dropped: Record<DropReason, number> = { overflow: 0, rejected: 0, attempts: 0, stopped: 0, encoding: 0 };
  readonly #clock: Clock;
  delivered = 0;
  batches = 0;
  retries = 0;
  lastSuccessAt: number | null = null;
  /** What the last write failed with; `null` after a success. */
  failure: string | null = null;
  #failingSince = 0;
  #lastDrop: { readonly reason: DropReason; readonly at: number } | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get totalDropped(): number {
    return DROP_REASONS.reduce((sum, reason) => sum + this.dropped[reason], 0);
  }

  /** How long every write has failed, in ms; `null` when the last one succeeded. */
  get failingMs(): number | null {
    return this.failure === null ? null : this.#clock.monotonic() - this.#failingSince;
  }

  succeeded(items: number): void {
    this.delivered += items;
    this.batches++;
    this.lastSuccessAt = this.#clock.now();
    this.failure = null;
  }

  failed(text: string): void {
    if (this.failure === null) this.#failingSince = this.#clock.monotonic();
    this.failure = text;
  }

  drop(reason: DropReason, items: number): void {
    if (items === 0) return;
    this.dropped[reason] += items;
    this.#lastDrop = { reason, at: this.#clock.monotonic() };
  }

  /** The reason of the last loss, if that was less than `ms` ago. */
  droppedWithin(ms: number): DropReason | null {
    const last = this.#lastDrop;
    return last !== null && this.#clock.monotonic() - last.at < ms ? last.reason : null;
  }
}
