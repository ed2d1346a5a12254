import type { LabelName } from './labels.js';

/** One family of series: everything that docs, registration and exposition need to know of it. */
export interface Metric {
  readonly type: 'counter' | 'gauge' | 'histogram';
  /** One sentence with the unit where the name has none. */
  readonly help: string;
  readonly labels: readonly LabelName[];
  /** Where the value comes from, for docs/metrics.md. */
  readonly source: string;
  /** Upper bounds of a histogram's buckets, without `+Inf`. */
  readonly buckets?: readonly number[];
  /** Whether the labels of option `groupBy` are added. */
  readonly grouped?: true;
}

type MetricOf<T extends Metric['type'], L extends readonly LabelName[]> = Omit<Metric, 'type' | 'labels'> & {
  readonly type: T;
  readonly labels: L;
};

export function counter<const L extends readonly LabelName[]>(
  help: string,
  labels: L,
  source: string,
): MetricOf<'counter', L> {
  return { type: 'counter', help, labels, source };
}

export function gauge<const L extends readonly LabelName[]>(
  help: string,
  labels: L,
  source: string,
): MetricOf<'gauge', L> {
  return { type: 'gauge', help, labels, source };
}

export function histogram<const L extends readonly LabelName[]>(
  help: string,
  labels: L,
  buckets: readonly number[],
  source: string,
): MetricOf<'histogram', L> {
  return { type: 'histogram', help, labels, buckets, source };
}

/** The same metric, with the labels of option `groupBy` where that is set. */
export function grouped<M extends Metric>(metric: M): M & { readonly grouped: true } {
  return { ...metric, grouped: true };
}
