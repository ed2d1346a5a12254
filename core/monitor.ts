import type { AlertBook } from './alerts/alert-book.js';
import type { EventReader } from './dispatch/event-reader.js';
import type { GraphReader } from './graph/graph-reader.js';
import type { HostReader } from './host/host-reader.js';
import type { EntityKey } from './model/entity.js';
import type { MonitorStatus } from './monitor-status.js';
import type { DebugEntry, DebugSubject } from './record/debug-book.js';
import type { Reporter } from './record/peer-reports.js';
import type { RouteReader } from './routes.js';
import type { StatsReader } from './sampling/stats-reader.js';
import type { Inspection } from './source.js';
import type { TrafficMeter, TrafficReader } from './traffic/traffic-meter.js';

/** Watches one SFU process. Made by `createMonitor`. Reading is allowed in every state; before the start all is empty. */
export interface Monitor {
  readonly runId: string;
  readonly graph: GraphReader;
  readonly stats: StatsReader;
  readonly events: EventReader;
  readonly host: HostReader;
  readonly alerts: AlertBook;
  readonly trafficTotals: TrafficReader;
  /** Paths that running plugins answer. */
  readonly routes: RouteReader;
  status(): MonitorStatus;

  /** Attaches to the SFU, then starts the plugins in order. Rejects with `MonitorError` and leaves nothing behind if it cannot. */
  start(): Promise<void>;
  /**
   * Detaches at once, then flushes and stops the plugins in reverse order, each within its deadline. Never rejects for a plugin's
   * sake: what failed is logged. A second call returns the same promise.
   */
  stop(): Promise<void>;
  /** Asks every plugin to deliver what it has buffered. Rejects with an `AggregateError` that names those that could not. */
  flush(): Promise<void>;

  /**
   * Says that this node shall get no new work: `/readyz` answers 503 with the reason. Nothing in the SFU changes. A second call changes the
   * reason.
   */
  drain(reason: string): void;
  /** Ends `drain`. */
  resume(): void;

  /** A counter for one connection's signalling traffic. The peer may be told later with `identify`. */
  traffic(peer?: { readonly room?: string | null; readonly peer?: string | null }): TrafficMeter;
  /** Live dump and statistics of one entity, without secrets. Rejects when it is unknown or does not answer in 5 s. */
  inspect(key: EntityKey): Promise<Inspection>;
  /** Samples one entity every 250 ms for `seconds` (1 to 300); returns the wall time in ms when that ends. */
  watch(key: EntityKey, seconds: number): number;
  /**
   * Passes on what a client tells of itself, for example what `getStats()` gave in the browser, as an event `peer.reported`.
   * False when it was refused: too large, too deep, too often, or the monitor does not run; counted in `status().dropped.reports`.
   * Never throws, whatever a client sent.
   */
  report(peer: Reporter, record: unknown): boolean;
  /**
   * Lets the detail (`DEBUG` records) of an entity and all in it, a room or a peer leave for `seconds` (1 to 3,600); returns the
   * wall time in ms when that ends. Throws `RangeError` for other times, for no subject and for more than 100 of them,
   * `MonitorError` for an unknown entity.
   */
  debug(subject: DebugSubject, seconds: number): number;
  /** Whose detail leaves now. */
  readonly debugged: readonly DebugEntry[];
}
