import type { Timer } from '../clock.js';
import { withDeadline } from '../deadline.js';
import { Backoff } from '../dispatch/backoff.js';
import { Deque } from '../dispatch/deque.js';
import type { BatchLimits, BufferedItem, SinkBuffer, SpoolDepth } from '../dispatch/sink-buffer.js';
import { errorText } from '../error-text.js';
import { RepeatedLog } from '../repeated-log.js';
import type { Frame } from './frame.js';
import { type OpenLog, openLog } from './open-log.js';
import type { PlacedFrame, Position } from './segment.js';
import { newEntry, type SpoolEntry } from './spool-entry.js';
import { SpoolMemory } from './spool-memory.js';
import { spoolProblem } from './spool-error.js';
import type { SpoolLog } from './spool-log.js';
import type { SpoolOptions } from './spool-options.js';
import type { SpoolPorts } from './spool-ports.js';
import { fromStored, toStored } from './stored.js';

/** Put together and written, or read and decoded, at one time, so that no turn of the event loop takes long. */
const CHUNK_BYTES = 262_144;
/** Share of the memory above which what may leave it is written at once. */
const CROWDED = 0.75;
/** How long a delivery waits for a note on disk of what is acknowledged, in ms: a disk that hangs must not hold it up. */
const ACK_WAIT_MS = 1_000;

/**
 * Keeps durable items in memory, writes to disk what is not acknowledged in time, and keeps on disk alone what memory has no room for.
 * In order: what is in memory to be taken (`ready`), then what is on disk only, then what has yet to get there (`tail`).
 */
export class SpoolBuffer<T> implements SinkBuffer<T> {
  readonly #options: SpoolOptions;
  readonly #folder: string;
  readonly #ports: SpoolPorts<T>;
  readonly #errors: RepeatedLog;
  readonly #backoff = new Backoff({ initialMs: 1_000, maxMs: 30_000, factor: 2, jitter: 0 });
  readonly #memory = new SpoolMemory<T>();
  /** In order; those settled meanwhile may be among them. */
  readonly #unwritten = new Deque<SpoolEntry<T>>();
  /** Taken and not settled. */
  readonly #open = new Map<BufferedItem<T>, SpoolEntry<T>>();
  /** Orders of records that stay in memory although older ones are unread: left out when they are read. */
  readonly #copies = new Set<number>();
  #opened: OpenLog | undefined;
  #hasTried = false;
  /** Items in memory that are on disk too. */
  #written = 0;
  #recovered = 0;
  #problem: string | null = null;
  #timer: Timer | undefined;
  /** What is done to the disk, one after another. Never rejects. */
  #work: Promise<unknown>;
  /** Pieces of work that are not done. */
  #pending = 0;
  #acking: Promise<unknown> | undefined;
  #hasAcks = false;
  #isClosed = false;

  constructor(options: SpoolOptions, folder: string, ports: SpoolPorts<T>) {
    this.#options = options;
    this.#folder = folder;
    this.#ports = ports;
    this.#errors = new RepeatedLog(ports.logger, ports.clock);
    this.#work = this.#do(() => this.#openFolder());
  }

  get length(): number {
    return this.#open.size + this.waiting;
  }

  get bytes(): number {
    return this.#memory.bytes;
  }

  get waiting(): number {
    return this.#memory.ready.size + this.#unread + this.#memory.tail.size;
  }

  get waitingBytes(): number {
    return this.#memory.waitingBytes;
  }

  get nextOrder(): number {
    const next = this.#memory.ready.first?.item.order;
    return next ?? (this.#unread > 0 ? 0 : (this.#memory.tail.first?.item.order ?? Number.POSITIVE_INFINITY));
  }

  get oldestOrder(): number {
    const [taken] = this.#open.keys();
    return Math.min(taken?.order ?? Number.POSITIVE_INFINITY, this.nextOrder);
  }

  get oldestAt(): number | null {
    const [taken] = this.#open.keys();
    return (
      (taken ?? this.#memory.ready.first?.item)?.at ?? this.#log?.oldestAt ?? this.#memory.tail.first?.item.at ?? null
    );
  }

  get spool(): SpoolDepth {
    const records = this.#written + this.#unread;
    return { records, bytes: this.#log?.bytes ?? 0, recovered: this.#recovered, problem: this.#problem };
  }

  push(item: BufferedItem<T>): void {
    const { capacityBytes, overflow, clock, onLost } = this.#ports;
    const entry = newEntry(item, clock.monotonic());
    const isTooLarge = entry.bytes > Math.min(capacityBytes, this.#options.maxBytes / 2);
    while (isTooLarge || this.#memory.bytes + entry.bytes > capacityBytes) {
      if (!isTooLarge && overflow === 'dropOldest' && this.#dropOldest()) continue;
      onLost('overflow', 1);
      return;
    }
    this.#memory.bytes += entry.bytes;
    entry.isTail =
      !this.#hasTried || this.#unread + this.#memory.tail.size > 0 || this.#memory.bytes > capacityBytes / 2;
    if (entry.isTail) this.#memory.addTail(entry);
    else this.#memory.addReady(entry);
    this.#unwritten.push(entry);
    this.#writeSoon();
  }

  async take(limits: BatchLimits): Promise<readonly BufferedItem<T>[]> {
    if (!this.#hasTried) await this.#work;
    await this.#acknowledged();
    const taken: BufferedItem<T>[] = [];
    let bytes = 0;
    while (taken.length < limits.items && !this.#isClosed) {
      if (this.#memory.ready.size === 0 && (taken.length > 0 || !(await this.#refill()))) break;
      const next = this.#memory.ready.first;
      if (next === undefined || (taken.length > 0 && bytes + next.item.bytes > limits.bytes)) break;
      this.#memory.shiftReady();
      this.#open.set(next.item, next);
      if (this.#isExpired(next.item)) {
        this.#expire(next.item);
        continue;
      }
      taken.push(next.item);
      bytes += next.item.bytes;
    }
    return taken;
  }

  stillWanted(items: readonly BufferedItem<T>[]): readonly BufferedItem<T>[] {
    return items.filter((item) => {
      if (!this.#isExpired(item)) return true;
      this.#expire(item);
      return false;
    });
  }

  settle(item: BufferedItem<T>): void {
    const entry = this.#open.get(item);
    if (entry === undefined) return;
    this.#open.delete(item);
    this.#forget(entry);
    this.#acknowledge();
  }

  async close(): Promise<number> {
    this.#isClosed = true;
    this.#timer?.cancel();
    await this.#do(() => (this.#opened === undefined ? Promise.resolve() : this.#write()));
    const lost = this.#countUnwritten();
    await this.#log?.close();
    await this.#opened?.lock.release();
    this.#opened = undefined;
    this.#open.clear();
    this.#memory.clear();
    this.#unwritten.clear();
    this.#written = 0;
    return lost;
  }

  get #log(): SpoolLog | undefined {
    return this.#opened?.log;
  }

  /** Records on disk only. */
  get #unread(): number {
    return this.#log?.unread ?? 0;
  }

  /** After what is being done to the disk. Resolves with `undefined` when it failed, which is noted. */
  #do<R>(work: () => Promise<R>): Promise<R | undefined> {
    const run = async (): Promise<R | undefined> => {
      try {
        return await work();
      } catch (error) {
        this.#failed(error);
        return undefined;
      } finally {
        this.#pending--;
        this.#hasTried = true;
        if (!this.#isClosed) {
          this.#writeSoon();
          this.#ports.onReady();
        }
      }
    };
    this.#pending++;
    // Never at once: the constructor must not be called back before it is done.
    const done = (this.#work ?? Promise.resolve()).then(run);
    this.#work = done;
    return done;
  }

  async #openFolder(): Promise<void> {
    const { files, run, clock, name, logger, onLost } = this.#ports;
    const opened = await openLog(this.#options, { files, folder: this.#folder, run, clock });
    this.#opened = opened;
    this.#well();
    this.#recovered = opened.log.unread;
    if (this.#recovered > 0) {
      // They are older than what is in memory and not sent yet.
      this.#memory.readyToTail();
      logger.info(`${name}: records of an earlier run are sent`, { records: this.#recovered, folder: this.#folder });
    }
    if (opened.damaged === 0) return;
    onLost('corrupted', opened.damaged);
    logger.error(`${name}: damaged records on disk were left out`, { places: opened.damaged, folder: this.#folder });
  }

  /** Brings the next items into memory; false when there are none now. */
  async #refill(): Promise<boolean> {
    await this.#do(async () => {
      if (this.#unread > 0) await this.#read();
    });
    if (this.#memory.ready.size === 0 && this.#unread === 0) this.#memory.tailToReady();
    return this.#memory.ready.size > 0;
  }

  async #read(): Promise<void> {
    const { frames, lost } = await this.#log!.read(Math.min(CHUNK_BYTES, this.#ports.capacityBytes / 4));
    if (this.#unwritten.size === 0) this.#well();
    this.#corrupted(lost, 'damaged');
    for (const placed of frames) {
      if (placed.run === this.#ports.run && this.#copies.delete(placed.frame.order)) continue;
      try {
        this.#addRead(placed);
      } catch (error) {
        this.#corrupted(1, errorText(error));
      }
    }
  }

  #addRead({ frame, run, end }: PlacedFrame): void {
    const { codec, clock } = this.#ports;
    const value = fromStored<T>(frame, codec);
    const order = run === this.#ports.run ? frame.order : 0;
    const item = { order, id: `${run}-${frame.order}`, value, bytes: this.#ports.sizeOf(value), at: frame.at };
    const entry = { ...newEntry(item, clock.monotonic()), isTail: false, isWritten: true, end };
    this.#memory.bytes += entry.bytes;
    this.#written++;
    this.#memory.addReady(entry);
  }

  /** Writes what is not acknowledged, and makes it last. Rejects as the disk does; what is not written then stays for the next time. */
  async #write(): Promise<void> {
    const log = this.#log!;
    let isWritten = false;
    for (;;) {
      const { passed, entries } = this.#nextChunk();
      if (passed === 0) break;
      try {
        isWritten = (await this.#writeChunk(log, entries)) || isWritten;
      } finally {
        for (const entry of entries) entry.isWriting = false;
      }
      for (let i = 0; i < passed; i++) this.#unwritten.shift();
    }
    this.#acknowledge();
    if (isWritten) await log.sync();
    this.#well();
  }

  async #writeChunk(log: SpoolLog, entries: readonly SpoolEntry<T>[]): Promise<boolean> {
    const frames = entries.map((entry) => this.#frameOf(entry));
    const sound = frames.filter((frame) => frame !== null);
    const isTail = entries[0]?.isTail === true;
    let ends: readonly Position[] = [];
    let isCopy = false;
    if (sound.length > 0) {
      const { clock, onLost } = this.#ports;
      onLost('expired', await log.expire(clock.now() - this.#options.maxAgeMs));
      onLost('overflow', await log.makeRoom(entries.reduce((sum, { bytes }) => sum + bytes, 0)));
      isCopy = !isTail && this.#unread > 0;
      ends = await log.append(sound, !isTail && !isCopy);
    }
    let written = 0;
    entries.forEach((entry, index) => {
      if (frames[index] === null) this.#stayInMemory(entry);
      else this.#nowOnDisk(entry, isCopy ? null : (ends[written++] ?? null));
    });
    return sound.length > 0;
  }

  /** Those that go to disk next, all for the same place; `passed` counts those that are settled, too. */
  #nextChunk(): { readonly passed: number; readonly entries: SpoolEntry<T>[] } {
    const most = Math.min(CHUNK_BYTES, this.#options.maxBytes / 4);
    const entries: SpoolEntry<T>[] = [];
    let passed = 0;
    let bytes = 0;
    for (const entry of this.#unwritten) {
      if (!entry.isSettled) {
        const [first] = entries;
        if (first !== undefined && (first.isTail !== entry.isTail || bytes + entry.bytes > most)) break;
        entry.isWriting = true;
        entries.push(entry);
        bytes += entry.bytes;
      }
      passed++;
    }
    return { passed, entries };
  }

  #frameOf({ item: { order, at, value } }: SpoolEntry<T>): Frame | null {
    try {
      return { order, at, ...toStored(value, this.#ports.codec) };
    } catch (error) {
      this.#ports.logger.error(`${this.#ports.name}: an item cannot be stored: ${errorText(error)}`);
      return null;
    }
  }

  /** An item that cannot be stored is lost where there is no room for it. */
  #stayInMemory(entry: SpoolEntry<T>): void {
    if (!entry.isTail) return;
    this.#memory.shiftTail();
    this.#memory.bytes -= entry.bytes;
    this.#ports.onLost('encoding', 1);
  }

  #nowOnDisk(entry: SpoolEntry<T>, end: Position | null): void {
    entry.isWritten = true;
    if (entry.isTail) {
      this.#memory.shiftTail();
      this.#memory.bytes -= entry.bytes;
      return;
    }
    entry.end = end;
    if (end === null) this.#copies.add(entry.item.order);
    if (!entry.isSettled) this.#written++;
  }

  /** At the time by which the oldest that is not on disk must be there. */
  #writeSoon(): void {
    if (this.#pending > 0 || this.#isClosed) return;
    if (this.#problem !== null) {
      this.#timer ??= this.#ports.clock.setTimeout(() => this.#tick(), this.#backoff.next());
      return;
    }
    const first = this.#unwritten.first;
    if (first === undefined) return;
    const isCrowded = first.isTail && this.#memory.bytes > this.#ports.capacityBytes * CROWDED;
    if (isCrowded || this.#unwritten.size >= this.#options.syncEvery) {
      this.#timer?.cancel();
      this.#timer = undefined;
      void this.#do(() => this.#write());
      return;
    }
    const age = this.#ports.clock.monotonic() - first.since;
    this.#timer ??= this.#ports.clock.setTimeout(() => this.#tick(), Math.max(0, this.#options.syncMs - age));
  }

  #tick(): void {
    this.#timer = undefined;
    // Whoever ends the work looks again.
    if (this.#pending > 0) return;
    const first = this.#unwritten.first;
    if (this.#opened === undefined) void this.#do(() => this.#openFolder());
    else if (first === undefined) this.#well();
    else if (this.#problem === null && this.#ports.clock.monotonic() - first.since < this.#options.syncMs)
      this.#writeSoon();
    else void this.#do(() => this.#write());
  }

  #well(): void {
    this.#problem = null;
    this.#backoff.reset();
    this.#errors.recovered(`${this.#ports.name}: the spool works again`, { folder: this.#folder });
  }

  /** Goes on in memory, and tries again in a while. */
  #failed(error: unknown): void {
    this.#problem = spoolProblem(this.#folder, error);
    this.#errors.error(`${this.#ports.name}: nothing can be kept on disk: ${this.#problem}`);
    if (this.#isClosed) return;
    this.#timer?.cancel();
    this.#timer = this.#ports.clock.setTimeout(() => this.#tick(), this.#backoff.next());
  }

  /** Notes on disk up to where everything is settled. */
  #acknowledge(): void {
    const end = this.#memory.shiftSettled();
    const log = this.#log;
    if (end === null || log === undefined || this.#isClosed) return;
    log.ack(end);
    this.#hasAcks = true;
    this.#acking ??= this.#do(async () => {
      while (this.#hasAcks) {
        this.#hasAcks = false;
        await log.saveAck();
      }
      this.#acking = undefined;
    });
  }

  /** What was delivered before the next items go out is noted: no more than those can come twice after a crash. */
  async #acknowledged(): Promise<void> {
    if (this.#acking === undefined) return;
    const noted = async (signal: AbortSignal): Promise<void> => {
      while (this.#acking !== undefined && !signal.aborted) await this.#acking;
    };
    await withDeadline(noted, { clock: this.#ports.clock, ms: ACK_WAIT_MS }).catch(() => undefined);
  }

  #dropOldest(): boolean {
    const ready = this.#memory.shiftReady();
    const oldest = ready ?? this.#memory.tail.first;
    if (oldest === undefined || (oldest.isTail && oldest.isWriting)) return false;
    if (ready === undefined) this.#memory.shiftTail();
    this.#forget(oldest);
    this.#acknowledge();
    this.#ports.onLost('overflow', 1);
    return true;
  }

  #forget(entry: SpoolEntry<T>): void {
    entry.isSettled = true;
    this.#memory.bytes -= entry.bytes;
    if (entry.isWritten) this.#written--;
    for (
      let first = this.#unwritten.first;
      first?.isSettled === true && !first.isWriting;
      first = this.#unwritten.first
    ) {
      if (this.#pending > 0) return;
      this.#unwritten.shift();
    }
  }

  #isExpired({ at }: BufferedItem<T>): boolean {
    return this.#ports.clock.now() - at > this.#options.maxAgeMs;
  }

  #expire(item: BufferedItem<T>): void {
    this.settle(item);
    this.#ports.onLost('expired', 1);
  }

  #corrupted(count: number, why: string): void {
    if (count === 0) return;
    this.#ports.onLost('corrupted', count);
    const fields = { records: count, folder: this.#folder, why };
    this.#ports.logger.error(`${this.#ports.name}: records on disk make no sense any more and are left out`, fields);
  }

  #countUnwritten(): number {
    let count = 0;
    for (const { isSettled } of this.#unwritten) if (!isSettled) count++;
    return count;
  }
}
