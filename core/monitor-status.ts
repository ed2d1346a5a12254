import type { Draining } from './drain.js';
import type { EntityKey } from './model/entity.js';
import type { SampledKind } from './model/samples.js';
import type { PluginStatus } from './plugin.js';
import type { FastDecodeStatus } from './source.js';

/** How the sampler is doing with one kind. */
export interface SamplingStatus {
  readonly kind: SampledKind;
  readonly open: number;
  /** Whether anybody wants it. A kind nobody wants is not polled. */
  readonly wanted: boolean;
  /** Share of the open entities that are not paused, sampled in the last tick, 0–1; `null` before the first. */
  readonly coverage: number | null;
  /** Age in ms of the oldest sample of an open entity that is wanted: how long a full sweep takes. */
  readonly sweepAgeMs: number | null;
  /** Requests since start by outcome; counters. */
  readonly requests: {
    readonly ok: number;
    readonly timeout: number;
    readonly closed: number;
    readonly error: number;
    /** Not asked, for want of budget. */
    readonly shed: number;
  };
}

/** One worker's lane. */
export interface LaneStatus {
  readonly worker: EntityKey;
  readonly inFlight: number;
  readonly ticks: number;
  /** Ticks not run because the last one still did, or the worker hung; a counter. */
  readonly ticksSkipped: number;
  readonly hung: boolean;
  readonly lastTickMs: number | null;
}

/** The monitor's view of itself. */
export interface MonitorStatus {
  readonly runId: string;
  readonly state: 'created' | 'starting' | 'running' | 'stopping' | 'stopped';
  /** Wall time in ms; `null` before the start. */
  readonly startedAt: number | null;
  readonly source: {
    readonly name: string;
    readonly version: string | null;
    readonly blindSpots: readonly string[];
    /** `null` unless the option `attach.fastDecode` is on. */
    readonly fastDecode: FastDecodeStatus | null;
  };
  readonly seq: number;
  readonly entities: number;
  readonly sampling: readonly SamplingStatus[];
  readonly lanes: readonly LaneStatus[];
  /** CPU the sampler used in the last interval and may use, as shares of a core, with what V8 did for it where that can be told. */
  readonly cpuShare: number | null;
  readonly cpuBudget: number;
  /** Longest single turn of the sampler on the event loop in the last minute, ms. */
  readonly longestTurnMs: number | null;
  readonly events: { readonly published: number; readonly ringBytes: number; readonly ringCapacityBytes: number };
  /** Memory of the remembered samples of watched entities. */
  readonly pastSamples: { readonly bytes: number; readonly capacityBytes: number };
  readonly subscribers: { readonly graph: number; readonly events: number; readonly stats: number };
  /** Items lost to slow subscribers and plugins since start; counters by where. */
  readonly dropped: Readonly<Record<string, number>>;
  readonly plugins: readonly PluginStatus[];
  /** Set while this node shall get no new work. */
  readonly draining: Draining | null;
}
