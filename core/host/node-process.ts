import { type IntervalHistogram, monitorEventLoopDelay, PerformanceObserver, performance } from 'node:perf_hooks';
import type { Clock } from '../clock.js';
import type { HostSample } from './host-reader.js';

/**
 * Interval of the timer that measures the delay, in ms. An idle loop shows exactly this much, so it is taken off. Each round wakes
 * an idle process, which costs up to 70 µs; a hold of the loop that is shorter than this may be missed.
 */
const RESOLUTION_MS = 50;

/** Watches this Node.js process: event loop, heap, garbage collection and CPU. */
export class NodeProcess {
  readonly #clock: Clock;
  readonly #delay: IntervalHistogram | undefined;
  readonly #collections: PerformanceObserver;
  #utilization = performance.eventLoopUtilization();
  #cpu: { readonly usage: NodeJS.CpuUsage; readonly monotonic: number } | undefined;
  #gcSeconds = 0;
  #gcCount = 0;

  /** Watches from now on, until `stop`. */
  constructor(clock: Clock, options: { readonly eventLoopDelay: boolean }) {
    this.#clock = clock;
    this.#collections = new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) {
        this.#gcSeconds += duration / 1_000;
        this.#gcCount++;
      }
    });
    this.#collections.observe({ entryTypes: ['gc'] });
    if (options.eventLoopDelay) {
      this.#delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
      this.#delay.enable();
    }
  }

  /** Turns the timer that measures the delay of the event loop on or off. It is on at first, if it is wanted at all. */
  watchDelay(on: boolean): void {
    if (on) this.#delay?.enable();
    else this.#delay?.disable();
  }

  /** What happened since the last call; `null` for what needs an earlier one. */
  sample(): HostSample['process'] {
    const utilization = performance.eventLoopUtilization();
    const usage = process.cpuUsage();
    const monotonic = this.#clock.monotonic();
    const { rss, heapUsed, heapTotal } = process.memoryUsage();
    const sample = {
      cpuRatio: this.#cpuRatio(usage, monotonic),
      residentMemory: rss,
      heapUsed,
      heapTotal,
      eventLoopUtilization: performance.eventLoopUtilization(utilization, this.#utilization).utilization,
      ...this.#takeDelay(),
      gcSeconds: this.#gcSeconds,
      gcCount: this.#gcCount,
    };
    this.#utilization = utilization;
    this.#cpu = { usage, monotonic };
    return sample;
  }

  stop(): void {
    this.#collections.disconnect();
    this.#delay?.disable();
  }

  #cpuRatio(usage: NodeJS.CpuUsage, monotonic: number): number | null {
    if (this.#cpu === undefined || monotonic <= this.#cpu.monotonic) return null;
    const microseconds = usage.user + usage.system - this.#cpu.usage.user - this.#cpu.usage.system;
    return microseconds / 1_000 / (monotonic - this.#cpu.monotonic);
  }

  #takeDelay(): Pick<HostSample['process'], 'eventLoopDelayP50' | 'eventLoopDelayP99' | 'eventLoopDelayMax'> {
    const histogram = this.#delay;
    if (histogram === undefined || histogram.count === 0) {
      return { eventLoopDelayP50: null, eventLoopDelayP99: null, eventLoopDelayMax: null };
    }
    const beyond = (nanoseconds: number): number => Math.max(0, nanoseconds / 1e6 - RESOLUTION_MS);
    const taken = {
      eventLoopDelayP50: beyond(histogram.percentile(50)),
      eventLoopDelayP99: beyond(histogram.percentile(99)),
      eventLoopDelayMax: beyond(histogram.max),
    };
    histogram.reset();
    return taken;
  }
}
