import type { Clock, Timer } from '../clock.js';
import { Conflated } from '../dispatch/conflated.js';
import type { Logger } from '../logger.js';
import { readExtras } from './extras.js';
import type { HostExtras, HostInventory, HostReader, HostSample } from './host-reader.js';
import type { AskInformation } from './information-calls.js';
import { InformationThread } from './information-thread.js';
import { readInventory } from './inventory.js';
import { LinuxReader } from './linux/linux-reader.js';
import { NodeProcess } from './node-process.js';
import type { HostOptions } from './options.js';
import { PortableReader } from './portable-reader.js';
import { ReadingHistory } from './reading-history.js';
import type { SystemReader } from './system-reading.js';

/** Least time between two samples while nobody asks, in ms. */
const UNATTENDED_MS = 30_000;

interface Dependencies {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly options: HostOptions;
  /** Pids of the SFU's workers as they are now. */
  readonly workerPids: () => readonly number[];
  /** Whether anybody takes in what is read; while nobody does, it is read now and then. @default always */
  readonly attended?: () => boolean;
  /** For tests: another reader than the platform's. */
  readonly reader?: SystemReader;
}

/** Samples the host on an interval: see docs/host.md for what comes from where. Starts once and stops once. */
export class HostSampler implements HostReader {
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #options: HostOptions;
  readonly #workerPids: () => readonly number[];
  readonly #attended: () => boolean;
  readonly #thread: InformationThread | undefined;
  readonly #reader: SystemReader;
  readonly #history: ReadingHistory;
  readonly #samples = new Conflated<HostSample>();
  readonly #timers: Timer[] = [];
  #state: 'created' | 'running' | 'stopped' = 'created';
  #process: NodeProcess | undefined;
  readonly #failing = new Set<string>();
  /** Monotonic ms. */
  #sampledAt = Number.NEGATIVE_INFINITY;
  #sampling = false;
  #readingExtras = false;
  #skipped = 0;
  #latest: HostSample | null = null;
  #inventory: HostInventory | null = null;
  #extras: HostExtras | null = null;

  constructor({ clock, logger, options, workerPids, attended, reader }: Dependencies) {
    this.#clock = clock;
    this.#logger = logger;
    this.#options = options;
    this.#workerPids = workerPids;
    this.#attended = attended ?? (() => true);
    if (options.systemInformation) {
      this.#thread = new InformationThread({ clock, logger, callTimeoutMs: options.callTimeoutMs });
    }
    this.#reader = reader ?? (process.platform === 'linux' ? new LinuxReader() : new PortableReader(this.#ask));
    this.#history = new ReadingHistory(options.interfaces);
  }

  get latest(): HostSample | null {
    return this.#latest;
  }

  /** `null` until systeminformation answered or was given up; then what Node.js knows is there at least. */
  get inventory(): HostInventory | null {
    return this.#inventory;
  }

  /** `null` without systeminformation. */
  get extras(): HostExtras | null {
    return this.#extras;
  }

  /** Samples not made because the one before was still being read; a counter. */
  get skipped(): number {
    return this.#skipped;
  }

  get subscribers(): number {
    return this.#samples.subscribers;
  }

  subscribe(signal?: AbortSignal): AsyncIterableIterator<HostSample> {
    return this.#samples.subscribe(signal);
  }

  /** Resident memory of a worker process in bytes, from the newest sample; `NaN` when unknown. */
  residentMemory(pid: number): number {
    return this.#latest?.workers.find((worker) => worker.pid === pid)?.residentMemory ?? Number.NaN;
  }

  /** Returns at once; the first sample, the inventory and the extras arrive later. */
  start(): void {
    if (this.#state !== 'created') return;
    this.#state = 'running';
    this.#process = new NodeProcess(this.#clock, this.#options);
    this.#timers.push(this.#clock.setInterval(() => this.#tick(), this.#options.intervalMs));
    this.#tick();
    void this.#quietly('inventory', () => this.#readSlowly());
    if (this.#thread === undefined) return;
    const extras = (): void => {
      if (this.#attended()) void this.#quietly('extras', () => this.#takeExtras());
    };
    this.#timers.push(this.#clock.setInterval(extras, this.#options.extrasIntervalMs));
  }

  /** Ends the thread, the timers, what observes Node.js and every subscription. A second call does no harm. */
  async stop(): Promise<void> {
    this.#state = 'stopped';
    for (const timer of this.#timers.splice(0)) timer.cancel();
    this.#process?.stop();
    this.#process = undefined;
    this.#samples.close();
    await this.#thread?.stop();
  }

  readonly #ask: AskInformation = async (call) => (await this.#thread?.ask(call)) ?? null;

  #tick(): void {
    const now = this.#clock.monotonic();
    const attended = this.#attended();
    this.#process?.watchDelay(attended);
    if (!attended && now - this.#sampledAt < UNATTENDED_MS) return;
    if (this.#sampling) {
      this.#skipped++;
      return;
    }
    this.#sampling = true;
    this.#sampledAt = now;
    void this.#quietly('sample', () => this.#sample()).then(() => {
      this.#sampling = false;
    });
  }

  /** Runs one reading. A failure costs that reading only, and is logged once until it works again. */
  async #quietly(part: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
      this.#failing.delete(part);
    } catch (error) {
      if (!this.#failing.has(part)) this.#logger.error('the host could not be read', { part, error });
      this.#failing.add(part);
    }
  }

  async #sample(): Promise<void> {
    const pids = this.#workerPids();
    const reading = await this.#reader.read(pids);
    if (this.#process === undefined) return;
    const system = this.#history.add(reading, this.#clock.monotonic(), pids);
    this.#latest = { at: this.#clock.now(), ...system, process: this.#process.sample() };
    this.#samples.publish(this.#latest);
  }

  /** The inventory first: whoever looks at the host wants to know which one it is. */
  async #readSlowly(): Promise<void> {
    const inventory = await readInventory(this.#ask);
    if (this.#state !== 'running') return;
    this.#inventory = inventory;
    await this.#takeExtras();
  }

  async #takeExtras(): Promise<void> {
    if (this.#thread === undefined || this.#readingExtras) return;
    this.#readingExtras = true;
    try {
      const extras = await readExtras(this.#ask, () => this.#clock.now());
      if (this.#state === 'running') this.#extras = extras;
    } finally {
      this.#readingExtras = false;
    }
  }
}
