import { type Clock, entityId, type EntityKind, type GraphReader, type Logger } from '../../../core/index.js';
import type { ById } from '../by-id/by-id.js';
import { beginCollection, type Collection, type Collector } from '../collect/collector.js';
import { Slices } from '../collect/slices.js';
import type { UserMetricValues, UserRegistry } from '../options.js';
import type { GaugeFamily } from '../series/family.js';
import type { Exemplar } from '../series/series.js';
import type { MetricStore } from '../series/store.js';
import { labelsText, numberText } from '../series/text.js';
import { FamilyText } from './family-text.js';
import type { Format } from './format.js';
import type { Page } from './page.js';
import { PageWriter } from './page-writer.js';
import { collectUserMetrics, writeUserMetric } from './user-metrics.js';

export interface ExporterDeps {
  readonly store: MetricStore;
  readonly graph: GraphReader;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly collectors: readonly Collector[];
  readonly byId: ById;
  readonly registries: readonly UserRegistry[];
  readonly exemplars: boolean;
  readonly cacheMs: number;
}

/** A page in the making, and how many wait for it. */
interface UnderWay {
  readonly page: Promise<Page>;
  waiting: number;
}

/** Collects and renders pages, one at a time, in slices. */
export class Exporter {
  readonly #deps: ExporterDeps;
  readonly #stopped = new AbortController();
  readonly #underWay = new Map<Format, UnderWay>();
  readonly #cached = new Map<Format, { readonly page: Page; readonly at: number }>();
  readonly #families = new Map<Format, readonly FamilyText[]>();
  readonly #gauges = new Map<Collector, readonly GaugeFamily<readonly []>[]>();
  readonly #failing = new Set<string>();
  #last: Promise<unknown> = Promise.resolve();

  constructor(deps: ExporterDeps) {
    this.#deps = deps;
    // All that can fail is known: the first failure is to be an increase.
    const errors = deps.store.counter('sfu_monitor_collector_errors_total');
    for (const { name } of deps.collectors) errors.at(name);
    if (deps.byId.isOn) errors.at('byId');
    for (const registry of deps.registries) {
      for (const { name } of registry.getMetricsAsArray()) errors.at(`registry:${name}`);
    }
  }

  /**
   * The page as it is now; whoever asks while it is made gets the same. Rejects only when the exporter stops. Each who gets it holds it
   * and is to release it.
   */
  async page(format: Format): Promise<Page> {
    const { cacheMs, clock } = this.#deps;
    const cached = this.#cached.get(format);
    if (cached !== undefined && clock.monotonic() - cached.at < cacheMs) {
      cached.page.hold(1);
      return cached.page;
    }
    const current = this.#underWay.get(format) ?? this.#begin(format);
    current.waiting++;
    return await current.page;
  }

  /** Gives up what is being made. Later calls reject. */
  stop(): void {
    this.#stopped.abort(new Error('The exporter has stopped.'));
    this.#cached.clear();
  }

  #begin(format: Format): UnderWay {
    // Pages of two formats are made one after the other: both write the same gauges.
    const page = this.#after(this.#last, format);
    this.#last = page.catch(() => undefined);
    const underWay = { page, waiting: 0 };
    this.#underWay.set(format, underWay);
    return underWay;
  }

  async #after(previous: Promise<unknown>, format: Format): Promise<Page> {
    try {
      await previous;
      const page = await this.#render(format);
      page.hold(this.#underWay.get(format)?.waiting ?? 0);
      return page;
    } finally {
      this.#underWay.delete(format);
    }
  }

  async #render(format: Format): Promise<Page> {
    const { store, graph, clock, byId, registries, cacheMs } = this.#deps;
    const { signal } = this.#stopped;
    signal.throwIfAborted();
    const began = clock.monotonic();
    // On the first page no code is compiled yet, and what is between two looks at the clock takes milliseconds.
    const isFirst = this.#families.size === 0;
    const slices = new Slices(clock, signal, isFirst);
    // What was done in this turn to take the request is not a slice's, nor known to it.
    await slices.pause();
    const collection = beginCollection(graph, slices, clock.now());
    for (const collector of this.#deps.collectors) {
      await this.#collect(collector, collection);
      if (isFirst || slices.isOver) await slices.pause();
    }
    const theirs = await collectUserMetrics(registries, clock, (metric, error) =>
      this.#failed(`registry:${metric}`, error),
    );
    const { memory } = byId;
    const ended = memory.begin();
    const writer = new PageWriter(format, slices, (bytes) => memory.takeOnce(bytes));
    if (byId.isOn) await this.#attempt('byId', async () => await byId.write(writer, collection));
    for (const metric of theirs) await this.#attempt(`registry:${metric.name}`, () => this.#user(writer, metric));
    // Ours come last, so that they tell also of what has failed in this page.
    for (const family of this.#familiesOf(format)) {
      const writing = family.write(writer);
      if (writing !== undefined) await writing;
      if (slices.isOver) await slices.pause();
    }
    // So that the answer, which is made of it at once, does not lengthen a slice.
    await slices.pause();
    const page = writer.end(ended);
    store.counter('sfu_monitor_scrapes_total').at().add(1);
    store
      .histogram('sfu_monitor_scrape_duration_seconds')
      .at()
      .observe((clock.monotonic() - began) / 1_000);
    if (isFirst) await slices.pause();
    this.#setLast('sfu_monitor_scrape_longest_slice_seconds', slices.longestMs / 1_000);
    this.#setLast('sfu_monitor_series', page.series);
    if (cacheMs > 0) {
      page.hold(1);
      this.#cached.get(format)?.page.release();
      this.#cached.set(format, { page, at: clock.monotonic() });
    }
    return page;
  }

  /** What is known only when a page is done, and shown on the next one. */
  #setLast(name: 'sfu_monitor_scrape_longest_slice_seconds' | 'sfu_monitor_series', value: number): void {
    const gauge = this.#deps.store.gauge(name);
    gauge.begin();
    gauge.set(value);
    gauge.end();
  }

  async #collect(collector: Collector, collection: Collection): Promise<void> {
    const gauges = this.#gaugesOf(collector);
    for (const gauge of gauges) gauge.begin();
    const succeeded = await this.#attempt(collector.name, async () => await collector.collect(collection));
    // Half a count is a wrong one.
    if (!succeeded) for (const gauge of gauges) gauge.begin();
    for (const gauge of gauges) gauge.end();
  }

  #gaugesOf(collector: Collector): readonly GaugeFamily<readonly []>[] {
    let gauges = this.#gauges.get(collector);
    if (gauges === undefined) {
      gauges = collector.gauges.map((name) => this.#deps.store.gauge(name as 'sfu_rooms'));
      this.#gauges.set(collector, gauges);
    }
    return gauges;
  }

  async #attempt(name: string, work: () => Promise<void>): Promise<boolean> {
    try {
      await work();
      this.#failing.delete(name);
      return true;
    } catch (error) {
      this.#stopped.signal.throwIfAborted();
      this.#failed(name, error);
      return false;
    }
  }

  #failed(name: string, error: unknown): void {
    this.#deps.store.counter('sfu_monitor_collector_errors_total').at(name).add(1);
    // Told once while it lasts; the counter tells how often.
    if (this.#failing.size > 1_000 || this.#failing.has(name)) return;
    this.#failing.add(name);
    this.#deps.logger.warn('a collector failed; its metrics are left out', { collector: name, error });
  }

  async #user(writer: PageWriter, metric: UserMetricValues): Promise<void> {
    await writeUserMetric(writer, metric);
  }

  #familiesOf(format: Format): readonly FamilyText[] {
    let families = this.#families.get(format);
    if (families === undefined) {
      const exemplar = format === 'openmetrics' && this.#deps.exemplars ? this.#exemplarText : null;
      families = this.#deps.store.shown().map((family) => new FamilyText(family, exemplar));
      this.#families.set(format, families);
    }
    return families;
  }

  readonly #exemplarText = ({ kind, key, value, at }: Exemplar): string => {
    const id = entityId(this.#deps.graph.runId, { kind: kind as EntityKind, key: key as never });
    // Longer ones are refused by whoever reads them, and with them perhaps the whole page.
    if (id.length > 126) return '';
    return ` # {${labelsText(['id'], [id])}} ${numberText(value)} ${numberText(at / 1_000)}`;
  };
}
