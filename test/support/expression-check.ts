import { METRICS } from '../../plugins/prometheus/catalogue/catalogue.js';
import { shownLabel } from '../../plugins/prometheus/catalogue/labels.js';
import type { Metric } from '../../plugins/prometheus/catalogue/metric.js';
import { namesIn, type Selector } from './promql-names.js';

/** Labels that Prometheus gives to everything it scrapes. */
const TARGET_LABELS = ['job', 'instance'];
const HISTOGRAM_PARTS = /_(bucket|sum|count)$/;

/** Recorded series by name, with the labels they keep. */
export type Recorded = ReadonlyMap<string, readonly string[]>;

/**
 * What is wrong with the names in an expression: metrics that are not in the table, labels that a metric does not have,
 * counters that are read as they are, and gauges that are read as counters. Needs no Prometheus.
 */
export function mistakesIn(expr: string, recorded: Recorded = new Map()): string[] {
  const { selectors, groupings } = namesIn(expr);
  const mistakes = selectors.flatMap((selector) => mistakesOf(selector, recorded));
  if (selectors.length === 0) mistakes.push('names no metric');
  const known = new Set(labelsIn(expr, recorded));
  for (const label of groupings) if (!known.has(label)) mistakes.push(`no metric here has the label ${label}`);
  return mistakes.map((mistake) => `${mistake}: ${expr}`);
}

/** All labels that series in the expression may have. */
export function labelsIn(expr: string, recorded: Recorded = new Map()): string[] {
  return namesIn(expr).selectors.flatMap(({ name }) => labelsOf(name, recorded) ?? []);
}

function mistakesOf({ name, labels, range }: Selector, recorded: Recorded): string[] {
  const known = labelsOf(name, recorded);
  if (known === undefined) return [`there is no metric ${name}`];
  const mistakes = labels.filter((label) => !known.includes(label)).map((label) => `${name} has no label ${label}`);
  if (recorded.has(name)) return mistakes;
  const counts = HISTOGRAM_PARTS.test(name) || name.endsWith('_total');
  if (counts && !range) mistakes.push(`${name} is read as it is, not its increase`);
  if (!counts && range) mistakes.push(`${name} is no counter`);
  return mistakes;
}

function labelsOf(name: string, recorded: Recorded): readonly string[] | undefined {
  const kept = recorded.get(name);
  if (kept !== undefined) return kept;
  const metrics: Readonly<Record<string, Metric>> = METRICS;
  const metric = metrics[name];
  if (metric !== undefined && metric.type !== 'histogram') return [...TARGET_LABELS, ...metric.labels.map(shownLabel)];
  const histogram = metrics[name.replace(HISTOGRAM_PARTS, '')];
  if (histogram?.type !== 'histogram' || !HISTOGRAM_PARTS.test(name)) return undefined;
  return [...TARGET_LABELS, 'le', ...histogram.labels.map(shownLabel)];
}
