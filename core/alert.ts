import type { EntityRef } from './model/entity.js';
import type { EventType, Severity } from './model/events.js';

/** Something wrong that lasts: it began with one event and ends with another. */
export interface Alert {
  /** Stable while it lasts: `<name>:<entity key>`. */
  readonly id: string;
  /** For example `producerStalled`. */
  readonly name: AlertName;
  readonly severity: Severity;
  readonly entity: EntityRef;
  readonly room: string | null;
  readonly peer: string | null;
  /** Wall time in ms of the onset. */
  readonly since: number;
  readonly message: string;
  readonly acknowledged: { readonly at: number; readonly by: string; readonly comment: string } | null;
  /** Wall time in ms until which it is silent; `null` when it is not silenced. */
  readonly silencedUntil: number | null;
}

/** The built-in conditions, each with the events that begin and end it (a close of the entity ends it too). */
export const ALERTS = {
  workerHung: { onset: 'worker.hung', recovery: 'worker.recovered', severity: 'error' },
  transportNeverConnected: { onset: 'transport.neverConnected', recovery: 'transport.connected', severity: 'warning' },
  transportIdle: { onset: 'transport.idled', recovery: 'transport.resumed', severity: 'warning' },
  producerStalled: { onset: 'producer.stalled', recovery: 'producer.recovered', severity: 'warning' },
  consumerStarved: { onset: 'consumer.starved', recovery: 'consumer.recovered', severity: 'warning' },
} as const satisfies Record<string, { onset: EventType; recovery: EventType; severity: Severity }>;

export type AlertName = keyof typeof ALERTS;

/** Which alerts a silence covers: all given fields must match. */
export interface SilenceMatcher {
  readonly name?: AlertName;
  readonly entity?: EntityRef['key'];
  readonly room?: string;
  readonly peer?: string;
}

export interface Silence {
  readonly id: string;
  readonly matcher: SilenceMatcher;
  /** Wall time in ms. */
  readonly until: number;
  readonly by: string;
  readonly comment: string;
}

export interface AlertChange {
  readonly change: 'raised' | 'resolved' | 'acknowledged' | 'silenced';
  readonly alert: Alert;
}

/** The alerts that last now, and what operators said of them. Kept in memory; at most 10,000 alerts and 1,000 silences. */
export interface AlertBook {
  active(): readonly Alert[];
  silences(): readonly Silence[];
  /** Undefined when there is no such alert. */
  acknowledge(id: string, by: string, comment: string): Alert | undefined;
  /** Throws `RangeError` when `seconds` is not within 1 and 604,800 (a week), or no field of the matcher is given. */
  silence(matcher: SilenceMatcher, seconds: number, by: string, comment: string): Silence;
  /** Changes from now on; a slow reader gets the newest change per alert. */
  subscribe(signal?: AbortSignal): AsyncIterableIterator<AlertChange>;
}
