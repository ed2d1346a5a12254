import { METRICS, type MetricName, type MetricNameOf } from '../catalogue/catalogue.js';
import { shownLabel } from '../catalogue/labels.js';
import type { Metric } from '../catalogue/metric.js';

/** Choices at the top of a dashboard that narrow every metric that has the label. */
const CHOICES = ['worker', 'kind'];

/** Matches a label that option `withoutLabels` may have taken away, too. */
export const UNPAUSED = 'paused=~"|none"';
/** Streams of endpoints, not those between routers. */
export const NOT_PIPED = 'transport!="pipe"';

/** The series of a metric, as far as they are chosen at the top. */
export function series(name: MetricName, ...matchers: readonly string[]): string {
  return selector(name, name, matchers);
}

/** Increase of a counter per second. */
export function rate(name: MetricNameOf<'counter'>, ...matchers: readonly string[]): string {
  return `rate(${series(name, ...matchers)}[$__rate_interval])`;
}

/** Increase of a counter over five minutes: for events too rare for a rate. */
export function recent(name: MetricNameOf<'counter'>, ...matchers: readonly string[]): string {
  return `increase(${series(name, ...matchers)}[5m])`;
}

export function sum(expr: string, ...by: readonly string[]): string {
  return aggregate('sum', expr, by);
}

export function highest(expr: string, ...by: readonly string[]): string {
  return aggregate('max', expr, by);
}

/** Observations per bucket, as a heatmap shows them. */
export function buckets(name: MetricNameOf<'histogram'>, ...matchers: readonly string[]): string {
  return sum(`increase(${bucketSeries(name, matchers)}[$__rate_interval])`, 'le');
}

/** A quantile of what was observed. */
export function quantile(q: number, name: MetricNameOf<'histogram'>, ...by: readonly string[]): string {
  return `histogram_quantile(${q}, ${sum(`rate(${bucketSeries(name, [])}[$__rate_interval])`, 'le', ...by)})`;
}

/** A quantile of whole numbers: what lies between two of them is an artefact of the buckets. */
export function scoreQuantile(q: number, name: MetricNameOf<'histogram'>, ...by: readonly string[]): string {
  return `ceil(${quantile(q, name, ...by)})`;
}

/** `part` of `whole`; nothing of nothing is 0. */
export function share(part: string, whole: string): string {
  return `${part} / clamp_min(${whole}, 1)`;
}

/** The same series with one more label. */
export function labelled(expr: string, label: string, value: string): string {
  return `label_replace(${expr}, "${label}", "${value}", "", "")`;
}

function bucketSeries(name: MetricNameOf<'histogram'>, matchers: readonly string[]): string {
  return selector(name, `${name}_bucket`, matchers);
}

function selector(name: MetricName, series: string, matchers: readonly string[]): string {
  const { labels }: Metric = METRICS[name];
  const shown = new Set(labels.map(shownLabel));
  const chosen = ['instance', ...CHOICES.filter((label) => shown.has(label))].map((label) => `${label}=~"$${label}"`);
  return `${series}{${[...chosen, ...matchers].join(',')}}`;
}

function aggregate(operator: string, expr: string, by: readonly string[]): string {
  return by.length === 0 ? `${operator}(${expr})` : `${operator} by (${by.join(', ')}) (${expr})`;
}
