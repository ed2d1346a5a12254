import { randomUUID } from 'node:crypto';
import type { z } from 'zod';
import type { Clock, Timer } from '../clock.js';
import { withDeadline } from '../deadline.js';
import { errorText } from '../error-text.js';
import type { Logger } from '../logger.js';
import type { MonitorEvent } from '../model/events.js';
import type { AnySampleBatch } from '../model/samples.js';
import type { MonitorPlugin, PluginHealth } from '../plugin.js';
import { RepeatedLog } from '../repeated-log.js';
import { withoutCredentials } from '../secrets.js';
import { Backoff } from './backoff.js';
import { type BufferedItem, MemoryBuffer, type SinkBuffer } from './sink-buffer.js';
import { SinkCounts, type SinkStats } from './sink-counts.js';
import { SinkError } from './sink-error.js';
import { type SinkTuning, sinkOptions } from './sink-options.js';

/** A sink whose writes have failed for this long is failing, not just degraded; a loss is news for as long. */
const MINUTE_MS = 60_000;

export interface SinkBatch<T> {
  /** Unique in this process and the same at every attempt: what a receiver may leave duplicates out by. */
  readonly id: string;
  /** Counts from 1. */
  readonly attempt: number;
  readonly items: readonly T[];
  readonly bytes: number;
}

export interface SinkOptions<T> extends z.input<typeof sinkOptions> {
  readonly clock: Clock;
  readonly logger: Logger;
  /** In log lines. @default 'sink' */
  readonly name?: string;
  /**
   * Delivers one batch, or rejects: with `SinkError` to say whether to try again. Never called while it still runs, unless it ignored
   * its signal at the deadline.
   */
  write(batch: SinkBatch<T>, signal: AbortSignal): Promise<void>;
  /** What to send of an event; `null` for nothing. Left out: events are not sent. */
  fromEvent?(event: MonitorEvent): T | null;
  /** What to send of a batch of samples; copies, for the columns are used again. Left out: samples are not sent. */
  fromSamples?(batch: AnySampleBatch): readonly T[];
  /** Bytes an item takes. @default those of text and byte arrays, else those of its JSON */
  sizeOf?(item: T): number;
  /** @default in memory */
  readonly buffer?: SinkBuffer<T>;
  /** 0 to below 1, for the jitter. @default Math.random */
  readonly random?: () => number;
}

/** The half of a plugin that delivers over a network. */
export interface Sink<T> extends Required<Pick<MonitorPlugin, 'onEvents' | 'onSamples' | 'health' | 'counters'>> {
  /** Takes one more item; never waits and never throws. */
  push(item: T): void;
  /** Resolves when all that was pushed so far is delivered; rejects when some of it was lost, or the signal aborts first. */
  flush(signal?: AbortSignal): Promise<void>;
  /** Gives up the write in flight; what is not delivered then is counted as lost. Call `flush` first. */
  stop(): Promise<void>;
  stats(): SinkStats;
}

/**
 * Runs the deliveries of a plugin: a bounded buffer, batches, one write at a time, retries with growing waits, counters, health and
 * quiet logs. Throws when an option is out of range.
 */
export function createSink<T>(options: SinkOptions<T>): Sink<T> {
  const { capacity, capacityBytes, overflow, maxBatch, maxBatchBytes, maxAgeMs, writeTimeoutMs, retry } = options;
  const tuning = { capacity, capacityBytes, overflow, maxBatch, maxBatchBytes, maxAgeMs, writeTimeoutMs, retry };
  return new BufferedSink(options, sinkOptions.parse(tuning));
}

interface FlushWaiter {
  readonly upTo: number;
  done(): void;
}

class BufferedSink<T> implements Sink<T> {
  readonly #given: SinkOptions<T>;
  readonly #tuning: SinkTuning;
  readonly #buffer: SinkBuffer<T>;
  readonly #counts: SinkCounts;
  readonly #log: RepeatedLog;
  readonly #backoff: Backoff;
  readonly #giveUp = new AbortController();
  readonly #flushes = new Set<FlushWaiter>();
  readonly #batchPrefix = randomUUID();
  #lastId = 0;
  #settledId = 0;
  #age: Timer | undefined;
  #hurry: (() => void) | undefined;
  #running: Promise<void> | undefined;
  #stopping: Promise<void> | undefined;

  constructor(given: SinkOptions<T>, tuning: SinkTuning) {
    this.#given = given;
    this.#tuning = tuning;
    this.#buffer = given.buffer ?? new MemoryBuffer<T>(tuning);
    this.#counts = new SinkCounts(given.clock);
    this.#log = new RepeatedLog(given.logger, given.clock);
    this.#backoff = new Backoff(tuning.retry, given.random);
  }

  onEvents(events: readonly MonitorEvent[]): void {
    if (this.#given.fromEvent === undefined) return;
    for (const event of events) {
      this.#encode(() => {
        const item = this.#given.fromEvent?.(event) ?? null;
        return item === null ? [] : [item];
      });
    }
  }

  onSamples(batch: AnySampleBatch): void {
    this.#encode(() => this.#given.fromSamples?.(batch) ?? []);
  }

  push(value: T): void {
    this.#encode(() => [value]);
  }

  async flush(signal?: AbortSignal): Promise<void> {
    const upTo = this.#lastId;
    if (this.#isSettled(upTo)) return;
    const droppedBefore = this.#counts.totalDropped;
    await new Promise<void>((resolve, reject) => {
      const end = (): void => {
        signal?.removeEventListener('abort', abort);
        this.#flushes.delete(waiter);
      };
      const abort = (): void => {
        end();
        reject(new Error(`${this.#buffer.length} items are not delivered yet: ${this.#counts.failure ?? 'no answer'}`));
      };
      const waiter: FlushWaiter = {
        upTo,
        done: () => {
          end();
          const lost = this.#counts.totalDropped - droppedBefore;
          if (lost === 0) resolve();
          else reject(new Error(`${lost} items were lost: ${this.#counts.failure ?? 'no room'}`));
        },
      };
      this.#flushes.add(waiter);
      if (signal?.aborted === true) return abort();
      signal?.addEventListener('abort', abort, { once: true });
      this.#hurry?.();
      this.#run();
    });
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  health(): PluginHealth {
    const { failure, failingMs } = this.#counts;
    if (failure !== null && failingMs !== null) {
      const status = failingMs >= MINUTE_MS && this.#buffer.length > 0 ? 'failing' : 'degraded';
      return { status, reason: `${failure} (${this.#buffer.length} items wait)` };
    }
    const lost = this.#counts.droppedWithin(MINUTE_MS);
    return lost === null ? { status: 'ok' } : { status: 'degraded', reason: `items were lost: ${lost}` };
  }

  stats(): SinkStats {
    const { delivered, batches, retries, dropped, lastSuccessAt } = this.#counts;
    const { length: queueLength, bytes: queueBytes } = this.#buffer;
    return { delivered, batches, retries, dropped: { ...dropped }, queueLength, queueBytes, lastSuccessAt };
  }

  counters(): Readonly<Record<string, number>> {
    const { delivered, batches, retries, dropped, queueLength, queueBytes } = this.stats();
    const lost = Object.entries(dropped).map(([reason, count]) => [
      `dropped${reason[0]?.toUpperCase()}${reason.slice(1)}`,
      count,
    ]);
    return { delivered, batches, retries, queueLength, queueBytes, ...Object.fromEntries(lost) };
  }

  /** One item that cannot be encoded must not cost the others of its batch. */
  #encode(items: () => readonly T[]): void {
    try {
      for (const value of items()) this.#keep({ id: ++this.#lastId, value, bytes: this.#sizeOf(value) });
    } catch (error) {
      this.#counts.drop('encoding', 1);
      this.#log.error(`${this.#name}: an item could not be encoded: ${this.#text(error)}`);
    }
  }

  #keep(item: BufferedItem<T>): void {
    if (this.#stopping !== undefined) {
      this.#counts.drop('stopped', 1);
      return;
    }
    this.#counts.drop('overflow', this.#buffer.push(item));
    if (this.#running !== undefined) return;
    if (this.#isFull || this.#tuning.maxAgeMs === 0) this.#run();
    else this.#armAge();
  }

  get #name(): string {
    return this.#given.name ?? 'sink';
  }

  get #isFull(): boolean {
    return this.#buffer.length >= this.#tuning.maxBatch || this.#buffer.bytes >= this.#tuning.maxBatchBytes;
  }

  get #isStopped(): boolean {
    return this.#giveUp.signal.aborted;
  }

  #isSettled(id: number): boolean {
    return this.#settledId >= id || this.#buffer.length === 0;
  }

  #armAge(): void {
    this.#age ??= this.#given.clock.setTimeout(() => this.#run(), this.#tuning.maxAgeMs);
  }

  #disarmAge(): void {
    this.#age?.cancel();
    this.#age = undefined;
  }

  #run(): void {
    if (this.#running !== undefined || this.#isStopped) return;
    this.#disarmAge();
    this.#running = this.#deliver().then(
      (progressed) => this.#rest(progressed),
      (error: unknown) => {
        // Only the buffer can fail here; what it holds is tried again in a while.
        this.#log.error(`${this.#name}: the buffer failed: ${this.#text(error)}`);
        this.#rest(false);
      },
    );
  }

  #rest(progressed: boolean): void {
    this.#running = undefined;
    if (this.#buffer.length === 0 || this.#isStopped) return;
    if (progressed && (this.#isFull || this.#flushes.size > 0)) this.#run();
    else this.#armAge();
  }

  /** Sends full batches, or everything while somebody flushes; the rest waits for company. False when nothing could be sent. */
  async #deliver(): Promise<boolean> {
    do {
      const items = await this.#buffer.take({ items: this.#tuning.maxBatch, bytes: this.#tuning.maxBatchBytes });
      const last = items.at(-1);
      if (last === undefined || !(await this.#send(items))) return false;
      await this.#buffer.settle();
      this.#settledId = last.id;
      for (const waiter of [...this.#flushes].filter(({ upTo }) => this.#isSettled(upTo))) waiter.done();
    } while (!this.#isStopped && (this.#isFull || this.#flushes.size > 0));
    return true;
  }

  /** Tries until the batch is delivered or lost; false when the sink was stopped before. */
  async #send(items: readonly BufferedItem<T>[]): Promise<boolean> {
    const batch = {
      id: `${this.#batchPrefix}-${items[0]?.id}`,
      items: items.map(({ value }) => value),
      bytes: items.reduce((sum, { bytes }) => sum + bytes, 0),
    };
    for (let attempt = 1; !this.#isStopped; attempt++) {
      try {
        await this.#write({ ...batch, attempt });
        this.#backoff.reset();
        this.#counts.succeeded(items.length);
        this.#log.recovered(`${this.#name}: writing works again`);
        return true;
      } catch (error) {
        if (this.#isStopped) break;
        if (this.#gaveUp(error, attempt, items.length)) return true;
        await this.#pause(error);
      }
    }
    return false;
  }

  #write(batch: SinkBatch<T>): Promise<void> {
    const { clock } = this.#given;
    return withDeadline((signal) => this.#given.write(batch, signal), {
      clock,
      ms: this.#tuning.writeTimeoutMs,
      signal: this.#giveUp.signal,
    });
  }

  /** Notes a failed write; true when the batch is lost by it. */
  #gaveUp(error: unknown, attempt: number, items: number): boolean {
    const text = this.#text(error);
    this.#counts.failed(text);
    const isRefused = error instanceof SinkError && !error.recoverable;
    const isLost = isRefused || attempt >= (this.#tuning.retry.attempts ?? Number.POSITIVE_INFINITY);
    if (isLost) this.#counts.drop(isRefused ? 'rejected' : 'attempts', items);
    const queued = this.#buffer.length;
    this.#log.error(`${this.#name}: ${isLost ? 'lost a batch' : 'write failed'}: ${text}`, { queued });
    return isLost;
  }

  /** Waits before the next attempt; a flush or a stop ends the wait, unless the receiver itself asked for it. */
  async #pause(error: unknown): Promise<void> {
    this.#counts.retries++;
    const asked = error instanceof SinkError ? error.retryAfterMs : undefined;
    const ms = Math.max(this.#backoff.next(), asked ?? 0);
    await new Promise<void>((resolve) => {
      const timer = this.#given.clock.setTimeout(resolve, ms);
      this.#hurry = () => {
        if (asked !== undefined && !this.#isStopped) return;
        timer.cancel();
        resolve();
      };
    });
    this.#hurry = undefined;
  }

  async #stop(): Promise<void> {
    this.#giveUp.abort(new Error('Stopped.'));
    this.#disarmAge();
    this.#hurry?.();
    await this.#running;
    const lost = await this.#buffer.close();
    this.#counts.drop('stopped', lost);
    for (const waiter of this.#flushes) waiter.done();
    if (lost > 0) this.#given.logger.warn(`${this.#name}: stopped with items not delivered`, { lost });
  }

  #sizeOf(item: T): number {
    if (this.#given.sizeOf !== undefined) return this.#given.sizeOf(item);
    if (typeof item === 'string') return Buffer.byteLength(item);
    return ArrayBuffer.isView(item) ? item.byteLength : Buffer.byteLength(JSON.stringify(item) ?? '');
  }

  #text(error: unknown): string {
    return withoutCredentials(errorText(error));
  }
}
