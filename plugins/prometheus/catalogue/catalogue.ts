import { HOST } from './host.js';
import { LIFECYCLE } from './lifecycle.js';
import { MEDIA } from './media.js';
import type { Metric } from './metric.js';
import { PER_ROOM, ROOMS } from './rooms.js';
import { SELF } from './self.js';
import { TRANSPORT } from './transport.js';
import { WORKER } from './worker.js';

/** The table by chapter, as docs/metrics.md shows it. */
export const CHAPTERS = {
  Lifecycle: LIFECYCLE,
  'Worker processes': WORKER,
  Transports: TRANSPORT,
  'Producers and consumers': MEDIA,
  'Data channels, rooms, pipes': ROOMS,
  'Single rooms (option `rooms`)': PER_ROOM,
  'Machine and process': HOST,
  'The monitor itself': SELF,
} as const;

/** The one table of metrics: registration, exposition and docs/metrics.md are made from it. */
export const METRICS = {
  ...LIFECYCLE,
  ...WORKER,
  ...TRANSPORT,
  ...MEDIA,
  ...ROOMS,
  ...PER_ROOM,
  ...HOST,
  ...SELF,
} as const satisfies Readonly<Record<string, Metric>>;

export type MetricName = keyof typeof METRICS;

/** Names of the metrics of one type. */
export type MetricNameOf<T extends Metric['type']> = {
  [N in MetricName]: (typeof METRICS)[N]['type'] extends T ? N : never;
}[MetricName];

type Texts<L extends readonly unknown[]> = { readonly [I in keyof L]: string };

/** One text per label of the metric, in order. */
export type LabelValues<N extends MetricName> = Texts<(typeof METRICS)[N]['labels']>;
