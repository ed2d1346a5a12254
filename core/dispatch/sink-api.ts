import type { z } from 'zod';
import type { Clock } from '../clock.js';
import type { Logger } from '../logger.js';
import type { MonitorEvent } from '../model/events.js';
import type { AnySampleBatch } from '../model/samples.js';
import type { MonitorPlugin } from '../plugin.js';
import type { spoolOptions } from '../spool/spool-options.js';
import type { DropReason, SinkClass, SinkStats } from './sink-counts.js';
import type { sinkOptions } from './sink-options.js';

export interface SinkBatch<T> {
  /** That of the first item. The same at every attempt, as long as no item of the batch was settled by itself. */
  readonly id: string;
  /** Counts from 1. */
  readonly attempt: number;
  /** All of one class. */
  readonly class: SinkClass;
  readonly items: readonly T[];
  /** Of every item, by index. The same at every attempt; that of a spooled item also after a restart. Unique everywhere. */
  readonly ids: readonly string[];
  readonly bytes: number;
  /**
   * The item at this index is delivered: it is not sent again, whatever becomes of the write. Also heard after the write has failed.
   * A write that resolves acknowledges what is left.
   */
  ack(index: number): void;
  /** The item at this index was refused for good: it is not sent again, and counted as `rejected`. */
  reject(index: number, reason: string): void;
}

/** Items of one class were lost for one reason, before they could be delivered. */
export interface SinkGap {
  readonly class: SinkClass;
  readonly reason: DropReason;
  /** Items; at least that many where records on disk were damaged. */
  readonly count: number;
  /** Wall time of the first and of the last such loss, in ms. */
  readonly from: number;
  readonly to: number;
}

/** How items go to disk and come back. Texts are stored as UTF-8, byte arrays as they are. */
export interface SinkCodec<T> {
  encode(item: T): string | Uint8Array;
  /** The same kind of value that `encode` gave. Throws when it makes no sense: the record is counted as `corrupted`. */
  decode(stored: string | Uint8Array): T;
}

export interface SinkOptions<T> extends z.input<typeof sinkOptions> {
  readonly clock: Clock;
  readonly logger: Logger;
  /** In log lines, and the folder within `spool.directory`. @default 'sink' */
  readonly name?: string;
  /**
   * Delivers one batch, or rejects: with `SinkError` to say whether to try again. Called again while it still runs only if `inFlight`
   * is more than 1, or if it ignored its signal at the deadline.
   */
  write(batch: SinkBatch<T>, signal: AbortSignal): Promise<void>;
  /** What to send of an event, as `durable`; `null` for nothing. Left out: events are not sent. */
  fromEvent?(event: MonitorEvent): T | null;
  /** What to send of a batch of samples, as `latest`; copies, for the columns are used again. Left out: samples are not sent. */
  fromSamples?(batch: AnySampleBatch): readonly T[];
  /** A newer item with the same key replaces one that still waits. Left out: samples are never replaced. */
  sampleKey?(batch: AnySampleBatch, index: number): string;
  /** What to send, before anything else, in place of items that were lost for want of room, by age or by damage; `null` for nothing. */
  fromGap?(gap: SinkGap): T | null;
  /** Bytes an item takes. @default those of text and byte arrays, else those of its JSON */
  sizeOf?(item: T): number;
  /** Keeps durable items on disk. @default null: in memory */
  readonly spool?: z.input<typeof spoolOptions> | null;
  /** @default texts and byte arrays as they are, everything else as JSON */
  readonly codec?: SinkCodec<T>;
  /** 0 to below 1, for the jitter. @default Math.random */
  readonly random?: () => number;
}

export interface PushOptions {
  /** @default 'durable' */
  readonly class?: SinkClass;
  /** For `latest`: replaces an item of the same key that still waits. */
  readonly key?: string;
}

/** The half of a plugin that delivers over a network. */
export interface Sink<T> extends Required<Pick<MonitorPlugin, 'onEvents' | 'onSamples' | 'health' | 'counters'>> {
  /** Takes one more item; never waits and never throws. */
  push(item: T, options?: PushOptions): void;
  /** Resolves when all that was pushed so far is delivered; rejects when some of it was lost, or the signal aborts first. */
  flush(signal?: AbortSignal): Promise<void>;
  /**
   * Gives up the writes in flight. What is not delivered then stays on disk for the next start, or is counted as lost where there is
   * no spool. Call `flush` first.
   */
  stop(): Promise<void>;
  stats(): SinkStats;
}
