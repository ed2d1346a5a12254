import type { EntityKind } from '../model/entity.js';

/** Raised when a field changes its meaning or goes; a new field does not raise it. */
export const RECORD_SCHEMA = 1;

/** As operators filter by: syslog's words. A warning of the event table is `WARN`. */
export const RECORD_LEVELS = ['DEBUG', 'INFO', 'WARN', 'ERROR'] as const;
export type RecordLevel = (typeof RECORD_LEVELS)[number];

/**
 * `durable` is promised to arrive (events, summaries, reports); of `latest` only the newest matters (samples), so it may be
 * replaced by a newer one or be dropped.
 */
export type RecordClass = 'durable' | 'latest';

/** Names an entity outside of this process. */
export interface RecordEntity {
  readonly kind: EntityKind;
  /** mediasoup's own id; for a worker its pid as text. */
  readonly id: string;
  /** Unique in one run: ids repeat across routers. */
  readonly key: string;
}

export type JsonValue = string | number | boolean | null | readonly JsonValue[] | { readonly [key: string]: JsonValue };

/** What leaves this process to a log, a broker or a queue: the same envelope for events, summaries, reports and samples. */
export interface SfuRecord {
  /** The same at every attempt and after a restart, unique among all nodes: what a receiver leaves duplicates out by. */
  readonly id: string;
  readonly schema: typeof RECORD_SCHEMA;
  /** Name of this SFU node. */
  readonly node: string;
  readonly runId: string;
  /** That of the event; of a batch of samples: counted apart, +1 with every batch of one run. */
  readonly seq: number;
  /** UTC with milliseconds, as ISO 8601: `2026-01-31T12:00:00.000Z`. */
  readonly time: string;
  readonly level: RecordLevel;
  readonly class: RecordClass;
  /** An event type (`producer.closed`, `consumer.summarized`, `peer.reported`) or `<kind>.sampled`. */
  readonly type: string;
  /** `null` for what is about a room, a peer or the monitor itself. */
  readonly entity: RecordEntity | null;
  /** From the worker down to the parent. */
  readonly ancestors: readonly RecordEntity[];
  readonly room: string | null;
  readonly peer: string | null;
  /** What `identify` labelled it with and the allow-listed keys of its appData; short scalars only. */
  readonly appData: Readonly<Record<string, string | number | boolean>>;
  /** One sentence for people. */
  readonly message: string;
  /** Depends on `type`. Numbers that are unknown are `null`. */
  readonly data: { readonly [key: string]: JsonValue };
}
