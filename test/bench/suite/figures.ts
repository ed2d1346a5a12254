import type { Delays, RunResult } from '../sfu/protocol.js';
import type { ModeName } from './modes.js';
import { median } from './statistics.js';

/** All runs of a scenario, by mode; the ones of a mode in the order of the rounds. */
export type Runs = ReadonlyMap<ModeName, readonly RunResult[]>;

/** What a mode costs: medians of its runs, above those of nothing attached unless told otherwise. `NaN` is unknown. */
export interface Figures {
  readonly mode: ModeName;
  readonly runs: number;
  /** Share of a core that the process of the SFU takes; in all, of nothing attached. */
  readonly cpuShare: number;
  /** CPU in µs for each answer of a worker. */
  readonly usPerSample: number;
  /** Its CPU in parts of that of the burst. */
  readonly ofBurst: number;
  /** Share of a core that all workers take together; in all, of nothing attached. */
  readonly workerShare: number;
  readonly samplesPerSecond: number;
  /** Delay of the event loop in ms, in all. */
  readonly loopDelay: Delays;
  /** In ms, the worst of all runs. */
  readonly longestTurnMs: number;
  /** Latency through the SFU in ms, in all. */
  readonly rtp: Delays;
  /** Share of the measured packets that did not arrive. */
  readonly rtpLost: number;
  /** In bytes for each entity. */
  readonly heapPerEntity: number;
  readonly rssPerEntity: number;
  /** Garbage collections and their time in ms in each second, in all. */
  readonly collectionsPerSecond: number;
  readonly collectionsMsPerSecond: number;
  readonly notes: readonly string[];
}

/** Figures of every mode that was measured, in the order in which they were first. */
export function figuresOf(runs: Runs): readonly Figures[] {
  const baseline = new Summary('none', runs.get('none') ?? []);
  const burst = new Summary('burst', runs.get('burst') ?? []);
  return [...runs].map(([mode, results]) => new Summary(mode, results).above(baseline, burst));
}

class Summary {
  readonly #mode: ModeName;
  readonly #results: readonly RunResult[];
  readonly #cpu: number;

  constructor(mode: ModeName, results: readonly RunResult[]) {
    this.#mode = mode;
    this.#results = results;
    this.#cpu = this.#median(({ cpuMs, windowMs }) => cpuMs / windowMs);
  }

  above(baseline: Summary, burst: Summary): Figures {
    const isBaseline = this.#mode === 'none';
    const none = { cpu: isBaseline ? 0 : baseline.#cpu, worker: isBaseline ? 0 : baseline.#workerShare() };
    const added = this.#cpu - baseline.#cpu;
    const samplesPerSecond = this.#median(({ samples, windowMs }) => (samples / windowMs) * 1_000);
    const entities = this.#median((result) => result.entities);
    return {
      mode: this.#mode,
      runs: this.#results.length,
      cpuShare: this.#cpu - none.cpu,
      usPerSample: samplesPerSecond > 0 ? (added / samplesPerSecond) * 1e6 : Number.NaN,
      ofBurst: isBaseline ? Number.NaN : added / (burst.#cpu - baseline.#cpu),
      workerShare: this.#workerShare() - none.worker,
      samplesPerSecond,
      loopDelay: this.#delays(({ loopDelay }) => loopDelay),
      longestTurnMs: worst(this.#results.map(({ longestTurnMs }) => longestTurnMs)),
      rtp: this.#delays(({ rtp }) => rtp),
      rtpLost: this.#median(({ rtp }) => (rtp === null ? Number.NaN : 1 - rtp.received / rtp.sent)),
      heapPerEntity: isBaseline ? Number.NaN : (this.#heap() - baseline.#heap()) / entities,
      rssPerEntity: isBaseline ? Number.NaN : (this.#rss() - baseline.#rss()) / entities,
      collectionsPerSecond: this.#median(({ collections, windowMs }) => (collections / windowMs) * 1_000),
      collectionsMsPerSecond: this.#median(({ collectionsMs, windowMs }) => (collectionsMs / windowMs) * 1_000),
      notes: [...new Set(this.#results.map(({ note }) => note).filter((note) => note !== null))].slice(-1),
    };
  }

  #workerShare(): number {
    return this.#median(({ workerCpuMs, windowMs }) => (workerCpuMs ?? Number.NaN) / windowMs);
  }

  #heap(): number {
    return this.#median(({ heapUsed }) => heapUsed);
  }

  #rss(): number {
    return this.#median(({ rss }) => rss);
  }

  #delays(of: (result: RunResult) => Delays | null): Delays {
    const at = (name: keyof Delays): number => this.#median((result) => of(result)?.[name] ?? Number.NaN);
    return { p50: at('p50'), p99: at('p99'), p999: at('p999'), max: at('max') };
  }

  #median(of: (result: RunResult) => number): number {
    return median(this.#results.map(of));
  }
}

function worst(values: readonly (number | null)[]): number {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? Number.NaN : Math.max(...known);
}
