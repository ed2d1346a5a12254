import type { EntityKey, EntityRef } from '../model/entity.js';

/**
 * How much an alert matters, as alert managers and pagers have it: `critical` wakes somebody, `warning` is for working hours, `info` is
 * for the record. Severities of events are another scale.
 */
export const ALERT_SEVERITIES = ['info', 'warning', 'critical'] as const;
export type AlertSeverity = (typeof ALERT_SEVERITIES)[number];

/** `pending`: the condition holds, but not yet for as long as its rule asks. `resolved` alerts are told of once and not kept. */
export const ALERT_STATES = ['pending', 'firing', 'resolved'] as const;
export type AlertState = (typeof ALERT_STATES)[number];

/** Whose side of the SFU the cause is on. */
export const VERDICT_SIDES = ['publisher', 'sfu', 'subscriber'] as const;

export interface AlertVerdict {
  readonly side: (typeof VERDICT_SIDES)[number];
  /** One sentence: what tells so. */
  readonly reason: string;
}

/** One of the entities that are worst off. */
export interface AlertExample {
  readonly entity: EntityRef;
  /** For `node(id)` in GraphQL. */
  readonly globalId: string;
  readonly room: string | null;
  readonly peer: string | null;
  /** What the condition read, by field; `null` is unknown. */
  readonly values: Readonly<Record<string, number | string | boolean | null>>;
}

export interface Acknowledgement {
  /** Wall time in ms. */
  readonly at: number;
  readonly by: string;
  readonly comment: string;
}

/** What is said of an alert by whoever raises it. */
export interface AlertDraft {
  /** Stable while it lasts, and the same when it comes back: `<name>:<what it is about>`. */
  readonly id: string;
  /** Of its rule, or of the condition that is built in: `producerStalled`. */
  readonly name: string;
  readonly state: 'pending' | 'firing';
  readonly severity: AlertSeverity;
  /** What it is, for routing and silences; `alertname` and `severity` are among them. Names are `[a-zA-Z_][a-zA-Z0-9_]*`. */
  readonly labels: Readonly<Record<string, string>>;
  /** Texts for people; what changes while the alert lasts belongs here and not into the labels. */
  readonly annotations: AlertAnnotations;
  /** `null` when it is about a room, a peer, the machine or the whole SFU. */
  readonly entity: EntityRef | null;
  readonly room: string | null;
  readonly peer: string | null;
  /** The worker it is about or in. */
  readonly worker: EntityKey | null;
  /** Wall time in ms since when the condition holds. */
  readonly since: number;
  /** Wall time in ms since when it fires; `null` while it is pending. */
  readonly firingSince: number | null;
  /** What the condition measured, in the unit of its field; `null` when it is no number. */
  readonly value: number | null;
  /** Worst first; at most 5. */
  readonly examples: readonly AlertExample[];
  readonly verdict: AlertVerdict | null;
  /** A GraphQL query that shows it; `null` when there is none. */
  readonly query: string | null;
  /** Said before a restart. @default null */
  readonly acknowledged?: Acknowledgement | null;
  /** It was told of before a restart and is not told of again as fired; followers hear `updated`. @default false */
  readonly carriedOver?: boolean;
}

export interface AlertAnnotations {
  /** One sentence. */
  readonly summary: string;
  /** What it means and what to do. */
  readonly description: string;
  readonly [name: string]: string;
}

/** Something wrong that lasts. Never changed: news replaces it. */
export interface Alert extends Omit<AlertDraft, 'state' | 'acknowledged' | 'carriedOver'> {
  /** Hash of the sorted labels: 16 hexadecimal digits, the same in every run and process. */
  readonly fingerprint: string;
  readonly state: AlertState;
  /** Wall time in ms of its end; `null` while it lasts. */
  readonly resolvedAt: number | null;
  readonly acknowledged: Acknowledgement | null;
  /** Wall time in ms until which it is silent; `null` when it is not silenced. */
  readonly silencedUntil: number | null;
  /** Id of the alert that explains this one, which is therefore not worth telling; `null` when there is none. */
  readonly inhibitedBy: string | null;
}

/**
 * What became of an alert: `pending` it began and waits; `raised` it fires; `updated` value, texts, labels, examples, room or peer changed;
 * `resolved` it is over (or was over before it fired: then `firingSince` is `null`).
 */
export const ALERT_CHANGES = [
  'pending',
  'raised',
  'updated',
  'resolved',
  'acknowledged',
  'silenced',
  'unsilenced',
  'inhibited',
  'uninhibited',
] as const;

export interface AlertChange {
  readonly change: (typeof ALERT_CHANGES)[number];
  /** As it is after the change. */
  readonly alert: Alert;
}

/** Why an alert ended. `vanished`: what it was about is gone; `ruleChanged`: its rule was replaced, removed or disabled. */
export type ResolveCause = 'recovered' | 'vanished' | 'ruleChanged';
