import { randomUUID } from 'node:crypto';
import type { Timer } from '../clock.js';
import { withDeadline } from '../deadline.js';
import { errorText } from '../error-text.js';
import type { MonitorEvent } from '../model/events.js';
import type { AnySampleBatch } from '../model/samples.js';
import type { PluginHealth } from '../plugin.js';
import { RepeatedLog } from '../repeated-log.js';
import { withoutCredentials } from '../secrets.js';
import { openSpool } from '../spool/open-spool.js';
import { Backoff } from './backoff.js';
import { MemoryBuffer } from './memory-buffer.js';
import type { OpenBatch } from './open-batch.js';
import type { PushOptions, Sink, SinkBatch, SinkOptions } from './sink-api.js';
import type { BufferedItem, OnLost, SinkBuffer } from './sink-buffer.js';
import { type SinkClass, SinkCounts, type SinkStats } from './sink-counts.js';
import { SinkError } from './sink-error.js';
import { FlushWaiters } from './flush-waiters.js';
import { SinkLane } from './sink-lane.js';
import { type SinkTuning, sinkOptions } from './sink-options.js';
import { sinkCounters } from './sink-counters.js';

/** A sink whose writes have failed for this long is failing, not just degraded; a loss is news for as long. */
const MINUTE_MS = 60_000;
/** Before a buffer that had nothing to give is asked again. */
const EMPTY_HANDED_MS = 100;

/**
 * Runs the deliveries of a plugin: bounded buffers, in memory and on disk, batches, writes in order, retries with growing waits,
 * counters, health and quiet logs. Throws when an option is out of range; a disk that does not serve is told in log and health.
 */
export function createSink<T>(options: SinkOptions<T>): Sink<T> {
  const { capacity, capacityBytes, overflow, maxBatch, maxBatchBytes, maxAgeMs, writeTimeoutMs, retry } = options;
  const { inFlight, latest } = options;
  const tuning = { capacity, capacityBytes, overflow, maxBatch, maxBatchBytes, maxAgeMs, writeTimeoutMs, retry };
  return new BufferedSink(options, sinkOptions.parse({ ...tuning, inFlight, latest }));
}

class BufferedSink<T> implements Sink<T> {
  readonly #given: SinkOptions<T>;
  readonly #tuning: SinkTuning;
  readonly #lanes: Readonly<Record<SinkClass, SinkLane<T>>>;
  readonly #counts: SinkCounts;
  readonly #log: RepeatedLog;
  readonly #backoff: Backoff;
  readonly #giveUp = new AbortController();
  readonly #waiters = new FlushWaiters();
  /** Begins every id; another one in the next process. */
  readonly #run = randomUUID();
  readonly #writes = new Set<Promise<void>>();
  /** Batches whose write failed, and those made before that was known, in order. */
  #again: OpenBatch<T>[] = [];
  #error: { readonly cause: unknown } | undefined;
  #lastOrder = 0;
  #lastBatch = 0;
  #gapCount = 0;
  /** Items up to here have waited long enough for company. */
  #dueOrder = 0;
  #turn: SinkClass = 'latest';
  #age: Timer | undefined;
  #hurry: (() => void) | undefined;
  #wake: (() => void) | undefined;
  #running: Promise<void> | undefined;
  #stopping: Promise<void> | undefined;

  constructor(given: SinkOptions<T>, tuning: SinkTuning) {
    this.#given = given;
    this.#tuning = tuning;
    this.#counts = new SinkCounts(given.clock);
    this.#log = new RepeatedLog(given.logger, given.clock);
    this.#backoff = new Backoff(tuning.retry, given.random);
    const { capacity, capacityBytes } = tuning.latest;
    this.#lanes = {
      durable: this.#lane('durable', (onLost) => this.#durableBuffer(onLost)),
      latest: this.#lane(
        'latest',
        (onLost) => new MemoryBuffer({ capacity, capacityBytes, overflow: 'dropOldest' }, onLost),
      ),
    };
  }

  onEvents(events: readonly MonitorEvent[]): void {
    for (const event of events) {
      this.#encode('durable', () => {
        const item = this.#given.fromEvent?.(event) ?? null;
        if (item !== null) this.#keep(item, 'durable');
      });
    }
  }

  onSamples(batch: AnySampleBatch): void {
    this.#encode('latest', () => {
      const items = this.#given.fromSamples?.(batch) ?? [];
      for (const [index, item] of items.entries()) this.#keep(item, 'latest', this.#given.sampleKey?.(batch, index));
    });
  }

  push(item: T, options: PushOptions = {}): void {
    const which = options.class ?? 'durable';
    this.#encode(which, () => this.#keep(item, which, which === 'latest' ? options.key : undefined));
  }

  flush(signal?: AbortSignal): Promise<void> {
    if (this.#isSettled(this.#lastOrder)) return Promise.resolve();
    const droppedBefore = this.#counts.totalDropped;
    const flushed = this.#waiters.wait(this.#lastOrder, {
      signal,
      aborted: () => `${this.#queueLength} items are not delivered yet: ${this.#counts.failure ?? 'no answer'}`,
      lost: () => {
        const lost = this.#counts.totalDropped - droppedBefore;
        return lost === 0 ? null : `${lost} items were lost: ${this.#counts.failure ?? 'no room'}`;
      },
    });
    this.#hurry?.();
    this.#start();
    return flushed;
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  health(): PluginHealth {
    const { failure, failingMs } = this.#counts;
    const waiting = this.#queueLength;
    const problem = this.#lanes.durable.buffer.spool?.problem ?? null;
    if (failure !== null && failingMs !== null) {
      const status = failingMs >= MINUTE_MS && waiting > 0 ? 'failing' : 'degraded';
      return { status, reason: `${failure} (${waiting} items wait)${problem === null ? '' : `; spool: ${problem}`}` };
    }
    if (problem !== null) return { status: 'degraded', reason: `spool: ${problem}` };
    const lost = this.#counts.droppedWithin(MINUTE_MS);
    return lost === null ? { status: 'ok' } : { status: 'degraded', reason: `items were lost: ${lost}` };
  }

  stats(): SinkStats {
    const { delivered, batches, retries, resent, dropped, byClass, conflated, lastSuccessAt } = this.#counts;
    const { durable, latest } = this.#lanes;
    const spool = durable.buffer.spool;
    const now = this.#given.clock.now();
    const oldestAt = Math.min(durable.buffer.oldestAt ?? now, latest.buffer.oldestAt ?? now);
    return {
      delivered,
      batches,
      retries,
      resent,
      recovered: spool?.recovered ?? 0,
      dropped,
      droppedByClass: { durable: { ...byClass.durable }, latest: { ...byClass.latest } },
      conflated,
      queueLength: this.#queueLength,
      queueBytes: durable.buffer.bytes + latest.buffer.bytes,
      spoolRecords: spool?.records ?? 0,
      spoolBytes: spool?.bytes ?? 0,
      oldestAgeMs: Math.max(0, now - oldestAt),
      lastSuccessAt,
    };
  }

  counters(): Readonly<Record<string, number>> {
    return sinkCounters(this.stats());
  }

  #lane(which: SinkClass, buffer: (onLost: OnLost) => SinkBuffer<T>): SinkLane<T> {
    const { maxBatch, maxBatchBytes } = this.#tuning;
    return new SinkLane<T>(which, {
      clock: this.#given.clock,
      counts: this.#counts,
      limits: { items: maxBatch, bytes: maxBatchBytes },
      buffer,
      refused: (reason) => this.#log.error(`${this.#name}: an item was refused: ${withoutCredentials(reason)}`),
    });
  }

  #durableBuffer(onLost: OnLost): SinkBuffer<T> {
    const { spool, clock, logger, codec } = this.#given;
    if (spool === undefined || spool === null) return new MemoryBuffer(this.#tuning, onLost);
    const { capacityBytes, overflow } = this.#tuning;
    return openSpool<T>(spool, {
      name: this.#name,
      run: this.#run,
      clock,
      logger,
      ...(codec && { codec }),
      sizeOf: (item) => this.#sizeOf(item),
      capacityBytes,
      overflow,
      onLost,
      onReady: () => this.#refreshed(),
    });
  }

  /** One item that cannot be encoded must not cost the others of its batch. */
  #encode(which: SinkClass, keep: () => void): void {
    try {
      keep();
    } catch (error) {
      this.#lanes[which].drop('encoding', 1);
      this.#log.error(`${this.#name}: an item could not be encoded: ${this.#text(error)}`);
    }
  }

  #keep(value: T, which: SinkClass, key?: string): void {
    const lane = this.#lanes[which];
    if (this.#stopping !== undefined) {
      lane.drop('stopped', 1);
      return;
    }
    const bytes = this.#sizeOf(value);
    const order = ++this.#lastOrder;
    const item = { order, id: `${this.#run}-${order}`, value, bytes, at: this.#given.clock.now() };
    lane.buffer.push(key === undefined ? item : { ...item, key });
    if (this.#tuning.maxAgeMs === 0) this.#dueOrder = order;
    if (this.#isDue(lane)) this.#start();
    else if (this.#running === undefined) this.#armAge();
  }

  get #name(): string {
    return this.#given.name ?? 'sink';
  }

  get #queueLength(): number {
    return this.#lanes.durable.buffer.length + this.#lanes.latest.buffer.length;
  }

  get #isStopped(): boolean {
    return this.#giveUp.signal.aborted;
  }

  #isSettled(order: number): boolean {
    const { durable, latest } = this.#lanes;
    return Math.min(durable.buffer.oldestOrder, latest.buffer.oldestOrder) > order;
  }

  #isDue(lane: SinkLane<T>): boolean {
    if (lane.buffer.waiting === 0) return false;
    return lane.isFull || this.#waiters.size > 0 || lane.buffer.nextOrder <= this.#dueOrder;
  }

  #armAge(ms = this.#tuning.maxAgeMs): void {
    this.#age ??= this.#given.clock.setTimeout(() => {
      this.#age = undefined;
      this.#dueOrder = this.#lastOrder;
      this.#start();
    }, ms);
  }

  #disarmAge(): void {
    this.#age?.cancel();
    this.#age = undefined;
  }

  /** A buffer has more to give, or less to wait for. */
  #refreshed(): void {
    this.#settled();
    if (this.#isDue(this.#lanes.durable)) this.#start();
    else if (this.#running === undefined && this.#lanes.durable.buffer.waiting > 0) this.#armAge();
  }

  /** Begins to deliver, or tells whoever does that there is more. */
  #start(): void {
    this.#wake?.();
    if (this.#running !== undefined || this.#isStopped) return;
    this.#disarmAge();
    this.#running = this.#deliver().then(
      (isEmptyHanded) => this.#rest(isEmptyHanded),
      (error: unknown) => {
        // Only a mistake of ours can end here; what the buffers hold is tried again in a while.
        this.#log.error(`${this.#name}: the delivery failed: ${this.#text(error)}`);
        this.#rest(true);
      },
    );
  }

  #rest(isEmptyHanded: boolean): void {
    this.#running = undefined;
    const { durable, latest } = this.#lanes;
    if (this.#isStopped || durable.buffer.waiting + latest.buffer.waiting === 0) return;
    if (isEmptyHanded) this.#armAge(Math.max(EMPTY_HANDED_MS, this.#tuning.maxAgeMs));
    else if (this.#isDue(durable) || this.#isDue(latest)) this.#start();
    else this.#armAge();
  }

  /** Sends what is due; the rest waits for company. True when something is due that could not be had. */
  async #deliver(): Promise<boolean> {
    let isEmptyHanded = false;
    while (!this.#isStopped) {
      if (this.#writes.size > 0 && (this.#error !== undefined || this.#writes.size >= this.#tuning.inFlight)) {
        await this.#woken();
      } else if (this.#error !== undefined) {
        await this.#pause(this.#error.cause);
        this.#error = undefined;
      } else {
        const batch = this.#failedBatch() ?? (isEmptyHanded ? undefined : await this.#nextBatch());
        if (batch === 'nothing') isEmptyHanded = true;
        // A write has failed while this batch was fetched: it must not overtake what is sent again.
        else if (batch !== undefined && this.#error !== undefined) this.#sendAgain(batch);
        else if (batch !== undefined) this.#begin(batch);
        else if (this.#writes.size > 0) await this.#woken();
        else break;
      }
    }
    await Promise.all(this.#writes);
    return isEmptyHanded;
  }

  /** A batch to try again, without what became too old or was replaced meanwhile. */
  #failedBatch(): OpenBatch<T> | undefined {
    for (;;) {
      const batch = this.#again.shift();
      if (batch === undefined) return undefined;
      const items = batch.left;
      const wanted = new Set(this.#lanes[batch.class].buffer.stillWanted(items));
      for (const item of items) if (!wanted.has(item)) batch.forget(item);
      this.#counts.resent += wanted.size;
      if (wanted.size > 0) return batch;
      this.#settled();
    }
  }

  /** From both classes in turn; `nothing` when what is due cannot be had. */
  async #nextBatch(): Promise<OpenBatch<T> | 'nothing' | undefined> {
    const { durable, latest } = this.#lanes;
    const inTurn = this.#turn === 'latest' ? [durable, latest] : [latest, durable];
    const lane = inTurn.find((one) => this.#isDue(one));
    if (lane === undefined) return undefined;
    this.#turn = lane.class;
    const batch = await lane.take(
      ++this.#lastBatch,
      lane.class === 'durable' ? this.#gapItems(lane.buffer.nextOrder) : [],
    );
    return batch ?? 'nothing';
  }

  /** What tells the receiver of losses. */
  #gapItems(order: number): BufferedItem<T>[] {
    const { clock } = this.#given;
    if (this.#given.fromGap === undefined) return [];
    const items: BufferedItem<T>[] = [];
    for (const gap of [...this.#lanes.durable.takeGaps(), ...this.#lanes.latest.takeGaps()]) {
      this.#encode(gap.class, () => {
        const value = this.#given.fromGap?.(gap) ?? null;
        if (value === null) return;
        const id = `${this.#run}-gap-${++this.#gapCount}`;
        items.push({ order, id, value, bytes: this.#sizeOf(value), at: clock.now() });
      });
    }
    return items;
  }

  #begin(batch: OpenBatch<T>): void {
    const written = this.#write(batch.attempt()).then(
      () => {
        batch.ackAll();
        this.#backoff.reset();
        this.#counts.succeeded();
        this.#log.recovered(`${this.#name}: writing works again`);
      },
      (error: unknown) => {
        if (!this.#isStopped) this.#failed(batch, error);
      },
    );
    const ended = written.then(() => {
      this.#writes.delete(ended);
      this.#settled();
      this.#wake?.();
    });
    this.#writes.add(ended);
  }

  #write(batch: SinkBatch<T>): Promise<void> {
    const { clock } = this.#given;
    return withDeadline((signal) => this.#given.write(batch, signal), {
      clock,
      ms: this.#tuning.writeTimeoutMs,
      signal: this.#giveUp.signal,
    });
  }

  /** Notes a failed write, and what becomes of its batch. */
  #failed(batch: OpenBatch<T>, error: unknown): void {
    const text = this.#text(error);
    this.#counts.failed(text);
    const isRefused = error instanceof SinkError && !error.recoverable;
    const isLost = isRefused || batch.attempts >= (this.#tuning.retry.attempts ?? Number.POSITIVE_INFINITY);
    if (isLost) {
      for (const item of batch.left) {
        batch.forget(item);
        this.#lanes[batch.class].lose(item, isRefused ? 'rejected' : 'attempts');
      }
    } else {
      this.#sendAgain(batch);
      this.#error ??= { cause: error };
    }
    const queued = this.#queueLength;
    this.#log.error(`${this.#name}: ${isLost ? 'lost a batch' : 'write failed'}: ${text}`, { queued });
  }

  /** In its place: batches go out in the order in which they were made. */
  #sendAgain(batch: OpenBatch<T>): void {
    this.#again.push(batch);
    this.#again.sort((a, b) => a.number - b.number);
  }

  #settled(): void {
    this.#waiters.settle((order) => this.#isSettled(order));
  }

  /** Until a write ends, or there is more to send. */
  async #woken(): Promise<void> {
    await new Promise<void>((resolve) => (this.#wake = resolve));
    this.#wake = undefined;
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
    this.#wake?.();
    await this.#running;
    for (const lane of Object.values(this.#lanes)) lane.drop('stopped', await lane.buffer.close());
    this.#waiters.settle(() => true);
    const lost = this.#counts.dropped.stopped;
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
