import type { PluginHealth } from '../plugin.js';
import type { Alert, AlertChange, AlertSeverity } from './alert.js';
import type { Silence, SilenceMatcher } from './silence.js';

/** A rule as it runs now. */
export interface RuleStatus {
  readonly name: string;
  /** What it is evaluated on: `event`, `sfu`, `host`, `worker`, `room`, `peer`, `producer`, … */
  readonly scope: string;
  /** The condition, as written. */
  readonly when: string;
  readonly severity: AlertSeverity;
  /** How long the condition must hold before the alert fires, ms. */
  readonly forMs: number;
  /** How long the alert goes on firing after the condition last held, ms. */
  readonly keepFiringForMs: number;
  /** Samples the condition needs before it may hold. */
  readonly minSamples: number;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** Whether it ships with the program. */
  readonly isDefault: boolean;
  /** Why it is not evaluated any more; `null` while it is. */
  readonly disabledBecause: string | null;
  readonly pending: number;
  readonly firing: number;
  /** Alerts not raised because the rule had as many as it may; a counter. */
  readonly suppressed: number;
  /** Wall time in ms; `null` before the first evaluation. */
  readonly evaluatedAt: number | null;
}

/** Where notifications go. Nothing here tells a secret or a whole URL. */
export interface ReceiverStatus {
  readonly name: string;
  /** For example `webhook`, `slack`, `alertmanager`. */
  readonly kind: string;
  readonly health: PluginHealth;
  /** Notifications that wait. */
  readonly queued: number;
  /** Counters since start. */
  readonly delivered: number;
  readonly retried: number;
  /** Refused for good or given up. */
  readonly failed: number;
  /** Not queued, for want of room. */
  readonly dropped: number;
  /** Wall time in ms; `null` before the first. */
  readonly deliveredAt: number | null;
  readonly lastError: string | null;
}

export interface ReceiverTest {
  readonly ok: boolean;
  /** What the receiver answered, or what went wrong; tells no secret. */
  readonly detail: string;
  readonly durationMs: number;
}

/** The alerts that last now, and what operators said of them. At most 10,000 alerts and 1,000 silences. */
export interface AlertBook {
  /** Those that are pending and those that fire, oldest first. */
  active(): readonly Alert[];
  get(id: string): Alert | undefined;
  silences(): readonly Silence[];
  /** Undefined when there is no such alert. */
  acknowledge(id: string, by: string, comment: string): Alert | undefined;
  /** Throws `RangeError` when `seconds` is not within 1 and 604,800 (a week), no field of the matcher is given, or one is not valid. */
  silence(matcher: SilenceMatcher, seconds: number, by: string, comment: string): Silence;
  /** Ends a silence now; undefined when there is no such silence. */
  expireSilence(id: string): Silence | undefined;
  /** Changes from now on; a slow reader gets the newest change per alert. Go by `alert.state`, not by `change`. */
  subscribe(signal?: AbortSignal): AsyncIterableIterator<AlertChange>;
  /** Rules of the plugin that raises alerts; empty when there is none. */
  rules(): readonly RuleStatus[];
  /**
   * Replaces the rules that are not defaults, or are defaults by another definition. What fires goes on where its rule is the same. Throws
   * `MonitorError` that tells all that is wrong with them, and then nothing has changed; also when no plugin takes rules.
   */
  replaceRules(rules: readonly unknown[]): readonly RuleStatus[];
  receivers(): readonly ReceiverStatus[];
  /** Sends a notification that says it is a test. Undefined when there is no such receiver; never rejects otherwise. */
  testReceiver(name: string): Promise<ReceiverTest | undefined>;
}
