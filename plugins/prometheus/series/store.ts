import { type LabelValues, METRICS, type MetricName, type MetricNameOf } from '../catalogue/catalogue.js';
import { canOverflow, shownLabel } from '../catalogue/labels.js';
import { matches } from '../catalogue/matches.js';
import type { Metric } from '../catalogue/metric.js';
import { PER_ROOM } from '../catalogue/rooms.js';
import type { PrometheusOptions } from '../options.js';
import { type AnyFamily, CounterFamily, type FamilyContext, GaugeFamily, HistogramFamily } from './family.js';
import { LabelLimits } from './label-limits.js';

/** Every metric of the table with its series. */
export class MetricStore {
  /** Labels of the application, of option `groupBy`. */
  readonly groupBy: readonly string[];
  readonly #families = new Map<MetricName, AnyFamily>();
  readonly #hidden: ReadonlySet<MetricName>;

  constructor(
    options: Pick<PrometheusOptions, 'exclude' | 'groupBy' | 'withoutLabels' | 'labelLimits' | 'rooms' | 'node'>,
  ) {
    const { groupBy, withoutLabels, labelLimits, exclude, rooms, node } = options;
    this.groupBy = groupBy.labels;
    const context: FamilyContext = {
      limits: new LabelLimits(labelLimits, groupBy.maxValues),
      without: new Set<string>(withoutLabels),
      groupBy: groupBy.labels,
      node,
      overflowed: (metric) => this.counter('sfu_monitor_label_overflow_total').at(metric).add(1),
    };
    for (const [name, metric] of Object.entries(METRICS) as [MetricName, (typeof METRICS)[MetricName]][]) {
      this.#families.set(name, familyOf(name, metric, context));
    }
    this.#hidden = new Set(
      ([...this.#families.keys()] as MetricName[]).filter(
        (name) => (!rooms.enabled && name in PER_ROOM) || exclude.some((pattern) => matches(name, pattern)),
      ),
    );
    this.#prepareOverflows(context);
  }

  counter<N extends MetricNameOf<'counter'>>(name: N): CounterFamily<LabelValues<N>> {
    return this.#families.get(name) as unknown as CounterFamily<LabelValues<N>>;
  }

  gauge<N extends MetricNameOf<'gauge'>>(name: N): GaugeFamily<LabelValues<N>> {
    return this.#families.get(name) as unknown as GaugeFamily<LabelValues<N>>;
  }

  histogram<N extends MetricNameOf<'histogram'>>(name: N): HistogramFamily<LabelValues<N>> {
    return this.#families.get(name) as unknown as HistogramFamily<LabelValues<N>>;
  }

  /** One counter for every metric with a label that can overflow, so that the first time is an increase. */
  #prepareOverflows({ groupBy, without }: FamilyContext): void {
    const overflows = this.counter('sfu_monitor_label_overflow_total');
    for (const [name, metric] of Object.entries(METRICS) as [MetricName, Metric][]) {
      const isCapped = metric.labels.some((label) => canOverflow(label) && !without.has(shownLabel(label)));
      if (this.#hidden.has(name)) continue;
      if (isCapped || (metric.grouped === true && groupBy.length > 0)) overflows.at(name);
    }
  }

  /** What is exposed, in the order of the table. */
  shown(): readonly AnyFamily[] {
    return [...this.#families.values()].filter(({ name }) => !this.#hidden.has(name));
  }

  isShown(name: MetricName): boolean {
    return !this.#hidden.has(name);
  }
}

function familyOf(name: MetricName, metric: (typeof METRICS)[MetricName], context: FamilyContext): AnyFamily {
  switch (metric.type) {
    case 'counter':
      return new CounterFamily(name, metric, context);
    case 'gauge':
      return new GaugeFamily(name, metric, context);
    case 'histogram':
      return new HistogramFamily(name, metric, context);
  }
}
