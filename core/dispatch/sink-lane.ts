import type { Clock } from '../clock.js';
import { OpenBatch } from './open-batch.js';
import type { SinkGap } from './sink-api.js';
import type { BatchLimits, BufferedItem, OnLost, SinkBuffer } from './sink-buffer.js';
import type { DropReason, SinkClass, SinkCounts } from './sink-counts.js';

/** Reasons that leave a gap in what the receiver sees, of which nobody has told it. */
const GAP_REASONS: ReadonlySet<DropReason> = new Set(['overflow', 'expired', 'corrupted']);

export interface SinkLanePorts<T> {
  readonly clock: Clock;
  readonly counts: SinkCounts;
  readonly limits: BatchLimits;
  buffer(onLost: OnLost): SinkBuffer<T>;
  /** Receiver's view of a refusal. */
  refused(reason: string): void;
}

/** One class of items of a sink: its buffer, its losses, and its batches. */
export class SinkLane<T> {
  readonly class: SinkClass;
  readonly buffer: SinkBuffer<T>;
  readonly #ports: SinkLanePorts<T>;
  readonly #gaps = new Map<DropReason, SinkGap>();

  constructor(which: SinkClass, ports: SinkLanePorts<T>) {
    this.class = which;
    this.#ports = ports;
    this.buffer = ports.buffer((reason, count) => {
      if (reason === 'conflated') ports.counts.conflated += count;
      else this.drop(reason, count);
    });
  }

  get isFull(): boolean {
    const { items, bytes } = this.#ports.limits;
    return this.buffer.waiting >= items || this.buffer.waitingBytes >= bytes;
  }

  /** Counts a loss. */
  drop(reason: DropReason, count: number): void {
    if (count === 0) return;
    this.#ports.counts.drop(this.class, reason, count);
    if (!GAP_REASONS.has(reason)) return;
    const to = this.#ports.clock.now();
    const before = this.#gaps.get(reason);
    const gap = { class: this.class, reason, count: count + (before?.count ?? 0), from: before?.from ?? to, to };
    this.#gaps.set(reason, gap);
  }

  /** The losses since the last call. */
  takeGaps(): readonly SinkGap[] {
    const gaps = [...this.#gaps.values()];
    this.#gaps.clear();
    return gaps;
  }

  /** The next batch, with this number, and with these items before what the buffer has. `undefined` when nothing can be had now. */
  async take(number: number, before: readonly BufferedItem<T>[]): Promise<OpenBatch<T> | undefined> {
    const { items, bytes } = this.#ports.limits;
    const taken = await this.buffer.take({ items: Math.max(1, items - before.length), bytes });
    if (taken.length + before.length === 0) return undefined;
    return new OpenBatch(this.class, number, [...before, ...taken], {
      delivered: (item) => {
        this.#ports.counts.delivered++;
        this.buffer.settle(item);
      },
      refused: (item, reason) => {
        this.lose(item, 'rejected');
        this.#ports.refused(reason);
      },
    });
  }

  /** Gives an item up that was taken. */
  lose(item: BufferedItem<T>, reason: DropReason): void {
    this.drop(reason, 1);
    this.buffer.settle(item);
  }
}
