import type { MetricName } from '../catalogue/catalogue.js';
import { LABELS, shownLabel } from '../catalogue/labels.js';
import type { Metric } from '../catalogue/metric.js';
import type { LabelLimits } from './label-limits.js';
import { type Changes, HistogramSeries, Series } from './series.js';
import { labelsText } from './text.js';

/** Counters of so few combinations of known labels are there from the start, so that their first increase is one. */
const MOST_PREPARED = 80;

export interface FamilyContext {
  readonly limits: LabelLimits;
  /** Labels that are left out everywhere. */
  readonly without: ReadonlySet<string>;
  /** Labels of the application that grouped metrics have. */
  readonly groupBy: readonly string[];
  /** Value of label `node` in every series, if it has one. */
  readonly node: string | undefined;
  /** A label had too many values. */
  overflowed(metric: string): void;
}

/** All series of one metric, made when first asked for. */
abstract class Family<L extends readonly string[], S> {
  readonly name: MetricName;
  readonly metric: Metric;
  /** By the text of their labels. */
  protected readonly series = new Map<string, S>();
  /** The same by the values that were asked for, as far as all of them were admitted. */
  protected readonly byValues = new Map<string, S>();
  protected readonly changed: Changes = { count: 0 };
  readonly #context: FamilyContext;
  readonly #names: readonly string[];

  constructor(name: MetricName, metric: Metric, context: FamilyContext) {
    this.name = name;
    this.metric = metric;
    this.#context = context;
    const own = metric.labels.map(shownLabel).filter((label) => !context.without.has(label));
    const all = metric.grouped === true ? [...own, ...context.groupBy] : own;
    this.#names = context.node === undefined ? all : [...all, 'node'];
  }

  get size(): number {
    return this.series.size;
  }

  /** Another number whenever any of its lines is another. */
  get changes(): number {
    return this.changed.count;
  }

  /** The series with these label values, in the order of the table. */
  at(...values: L): S {
    return this.#find(values, []);
  }

  /** The same with the values of option `groupBy`. */
  atGroup(group: readonly string[], ...values: L): S {
    return this.#find(values, group);
  }

  all(): IterableIterator<S> {
    return this.series.values();
  }

  protected abstract create(labels: string): S;

  /** Makes the series of all combinations of labels whose values are known, if they are few. */
  protected prepare(): void {
    const { labels, grouped } = this.metric;
    if (grouped === true && this.#context.groupBy.length > 0) return;
    let rows: string[][] = [[]];
    for (const label of labels) {
      const { values }: { readonly values?: readonly string[] } = LABELS[label];
      if (values === undefined) return;
      rows = rows.flatMap((row) => values.map((value) => [...row, value]));
    }
    if (rows.length > MOST_PREPARED) return;
    for (const row of rows) this.#find(row, []);
  }

  #find(values: readonly string[], group: readonly string[]): S {
    // Every family has as many labels each time, so that one of them needs nothing put together.
    let key = values.length === 0 ? '' : values[0]!;
    for (let i = 1; i < values.length; i++) key += `\n${values[i]}`;
    for (const value of group) key += `\n${value}`;
    return this.byValues.get(key) ?? this.#make(key, values, group);
  }

  #make(key: string, values: readonly string[], group: readonly string[]): S {
    const { limits, groupBy, without, node } = this.#context;
    const { labels, grouped } = this.metric;
    const admitted: string[] = [];
    let folded = false;
    const admit = (asked: string, given: string): void => {
      folded ||= given !== asked;
      admitted.push(given);
    };
    for (const [i, label] of labels.entries()) {
      const value = values[i] ?? '';
      if (!without.has(shownLabel(label))) admit(value, limits.admit(label, value));
    }
    if (grouped === true) {
      for (const [i, label] of groupBy.entries()) {
        const value = group[i] ?? '';
        admit(value, limits.admitGroup(label, value));
      }
    }
    if (node !== undefined) admitted.push(node);
    const text = labelsText(this.#names, admitted);
    let series = this.series.get(text);
    if (series === undefined) {
      series = this.create(text);
      this.series.set(text, series);
      this.changed.count++;
    }
    // Values that were folded are not remembered: there may be any number of them.
    if (folded) this.#context.overflowed(this.name);
    else this.byValues.set(key, series);
    return series;
  }
}

export class CounterFamily<L extends readonly string[]> extends Family<L, Series> {
  constructor(name: MetricName, metric: Metric, context: FamilyContext) {
    super(name, metric, context);
    this.prepare();
  }

  protected override create(labels: string): Series {
    return new Series(this.name, labels, 0, this.changed);
  }

  /** Forgets the series that do not pass: only for counters of things that have an end of their own. */
  keep(passes: (series: Series) => boolean): void {
    for (const [text, series] of this.series) {
      if (passes(series)) continue;
      this.series.delete(text);
      this.changed.count++;
    }
    this.byValues.clear();
  }
}

/** Gauges are written anew at every collection; what was not written has gone. They show what was written once it has ended. */
export class GaugeFamily<L extends readonly string[]> extends Family<L, Series> {
  #epoch = 0;
  #written = 0;

  /** Begins a collection. */
  begin(): void {
    this.#epoch++;
    this.#written = 0;
  }

  set(value: number | null, ...labels: L): void {
    this.#write(this.at(...labels), value, false);
  }

  /** Adds to what this collection has written already. Unknown values add nothing. */
  add(value: number, ...labels: L): void {
    this.#write(this.at(...labels), value, true);
  }

  addGroup(value: number, group: readonly string[], ...labels: L): void {
    this.#write(this.atGroup(group, ...labels), value, true);
  }

  /** Ends a collection: shows what it has written, and forgets the rest. */
  end(): void {
    const isAnyGone = this.#written < this.series.size;
    for (const [text, series] of this.series) {
      if (isAnyGone && series.epoch !== this.#epoch) this.series.delete(text);
      else if (Object.is(series.value, series.next)) continue;
      series.value = series.next;
      this.changed.count++;
    }
    if (isAnyGone) this.byValues.clear();
  }

  protected override create(labels: string): Series {
    return new Series(this.name, labels, Number.NaN, this.changed);
  }

  #write(series: Series, value: number | null, adding: boolean): void {
    const known = value ?? Number.NaN;
    if (series.epoch !== this.#epoch) {
      series.epoch = this.#epoch;
      series.next = known;
      this.#written++;
    } else if (!adding) series.next = known;
    else if (!Number.isNaN(known)) series.next = Number.isNaN(series.next) ? known : series.next + known;
  }
}

export class HistogramFamily<L extends readonly string[]> extends Family<L, HistogramSeries> {
  protected override create(labels: string): HistogramSeries {
    return new HistogramSeries(this.name, labels, this.metric.buckets ?? [], this.changed);
  }
}

type Any = readonly string[];
export type AnyFamily = CounterFamily<Any> | GaugeFamily<Any> | HistogramFamily<Any>;
