import type { GraphReader } from '../../core/index.js';
import { SERIES_PER_ENTITY } from './by-id/metrics.js';
import { METRICS, type MetricName } from './catalogue/catalogue.js';
import { PER_ROOM } from './catalogue/rooms.js';
import type { Exporter } from './expose/exporter.js';
import type { PrometheusOptions } from './options.js';
import type { MetricStore } from './series/store.js';

/** What the present graph costs in series, with the present options and with others. */
export interface DryRun {
  /** Series and bytes of the page as it is. */
  readonly series: number;
  readonly bytes: number;
  readonly families: readonly { readonly name: string; readonly type: string; readonly series: number }[];
  /** What each option would add at most now, whether it is on or not. */
  readonly options: readonly { readonly option: string; readonly enabled: boolean; readonly series: number }[];
}

/** Renders a page that nobody reads, and counts. */
export async function dryRun(
  exporter: Exporter,
  store: MetricStore,
  graph: GraphReader,
  options: PrometheusOptions,
): Promise<DryRun> {
  const page = await exporter.page('text');
  page.release();
  const snapshot = graph.snapshot();
  const { rooms, byId, compat, compatibility } = options;
  const capped = (count: number): number => Math.min(count * SERIES_PER_ENTITY, byId.maxSeries);
  const perRoom = Object.values(PER_ROOM).reduce((sum, { labels }) => sum + (labels.length === 2 ? 2 : 1), 0);
  const shown = Math.min(snapshot.rooms().length, rooms.max);
  const listed = Math.min(snapshot.rooms().length, compatibility.maxEntities);
  const both = Math.min(snapshot.count('producer'), compatibility.maxEntities);
  const others = Math.min(snapshot.count('consumer'), compatibility.maxEntities);
  return {
    series: page.series,
    bytes: page.plain.length,
    families: store.shown().map((family) => ({
      name: family.name,
      type: family.metric.type,
      series: family.size * linesOf(family.name),
    })),
    options: [
      { option: 'rooms.enabled', enabled: rooms.enabled, series: perRoom * shown },
      { option: 'byId.producers', enabled: byId.producers, series: capped(snapshot.count('producer')) },
      { option: 'byId.consumers', enabled: byId.consumers, series: capped(snapshot.count('consumer')) },
      { option: 'compat edumeet', enabled: compat.includes('edumeet'), series: 2 * (both + others) + listed + 1 },
      {
        option: 'compat mediasoup-exporter',
        enabled: compat.includes('mediasoup-exporter'),
        series: 12 * both + 11 * others + 10,
      },
    ],
  };
}

/** Lines of one series: a histogram has one per bucket, and three more. */
function linesOf(name: MetricName): number {
  const { buckets }: { readonly buckets?: readonly number[] } = METRICS[name];
  return buckets === undefined ? 1 : buckets.length + 3;
}
