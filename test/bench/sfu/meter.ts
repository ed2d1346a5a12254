import { monitorEventLoopDelay, PerformanceObserver } from 'node:perf_hooks';
import type { types } from 'mediasoup';
import { EngineThreads } from '../../../core/sampling/engine-threads.js';
import type { Delays, RunResult } from './protocol.js';

/** How often the delay of the event loop is looked at, in ms. What this itself costs, all modes pay. */
const RESOLUTION_MS = 2;

type Measured = Pick<
  RunResult,
  | 'windowMs'
  | 'cpuMs'
  | 'engineCpuMs'
  | 'workerCpuMs'
  | 'loopDelay'
  | 'rss'
  | 'heapUsed'
  | 'collections'
  | 'collectionsMs'
>;

/** Measures this process and its workers from `start` to `end`. */
export class Meter {
  readonly #workers: readonly types.Worker[];
  readonly #delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  readonly #collector = new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) this.#collected(duration);
  });
  #collections = 0;
  #collectionsMs = 0;
  #workerCpuMs = 0;
  #cpu = process.cpuUsage();
  readonly #engine = new EngineThreads();
  #engineCpuMs = 0;
  #began = 0;

  /** @param workers None when theirs is not asked for. */
  constructor(workers: readonly types.Worker[]) {
    this.#workers = workers;
  }

  async start(): Promise<void> {
    collectGarbage();
    this.#workerCpuMs = await cpuOf(this.#workers);
    this.#collector.observe({ entryTypes: ['gc'] });
    this.#delay.enable();
    this.#began = performance.now();
    this.#engineCpuMs = this.#engine.cpuMs();
    this.#cpu = process.cpuUsage();
  }

  async end(): Promise<Measured> {
    const { user, system } = process.cpuUsage(this.#cpu);
    const windowMs = performance.now() - this.#began;
    const engineCpuMs = this.#engine.cpuMs() - this.#engineCpuMs;
    this.#engine.close();
    this.#delay.disable();
    for (const { duration } of this.#collector.takeRecords()) this.#collected(duration);
    this.#collector.disconnect();
    const workerCpuMs = await cpuOf(this.#workers);
    collectGarbage();
    const { rss, heapUsed } = process.memoryUsage();
    return {
      windowMs,
      cpuMs: (user + system) / 1_000,
      engineCpuMs,
      workerCpuMs: this.#workers.length === 0 ? null : workerCpuMs - this.#workerCpuMs,
      loopDelay: this.#delays(),
      rss,
      heapUsed,
      collections: this.#collections,
      collectionsMs: this.#collectionsMs,
    };
  }

  #delays(): Delays {
    const beyond = (nanoseconds: number): number => Math.max(0, nanoseconds / 1e6 - RESOLUTION_MS);
    const at = (share: number): number => beyond(this.#delay.percentile(share));
    return { p50: at(50), p99: at(99), p999: at(99.9), max: beyond(this.#delay.max) };
  }

  #collected(duration: number): void {
    this.#collections++;
    this.#collectionsMs += duration;
  }
}

/** Twice, because what the first one finalises only the second one frees. */
function collectGarbage(): void {
  if (globalThis.gc === undefined) throw new Error('the measured process needs --expose-gc');
  globalThis.gc();
  globalThis.gc();
}

/** CPU time in ms since they began. */
async function cpuOf(workers: readonly types.Worker[]): Promise<number> {
  const usages = await Promise.all(workers.map((worker) => worker.getResourceUsage()));
  return usages.reduce((sum, usage) => sum + usage.ru_utime + usage.ru_stime, 0);
}
