import type { Clock, Timer } from '../../../core/index.js';
import { METRICS, type MetricName } from '../catalogue/catalogue.js';
import { BY_ID } from '../by-id/metrics.js';
import type { UserMetricValues, UserRegistry } from '../options.js';
import { labelsText, numberText } from '../series/text.js';
import type { PageWriter } from './page-writer.js';

/** How long one metric of the application may take to collect, ms. */
const DEADLINE_MS = 1_000;
const SUFFIXES = ['', '_total', '_bucket', '_sum', '_count', '_created'] as const;

/** Every name that our families and their samples take. */
const TAKEN = new Set(
  [...(Object.keys(METRICS) as MetricName[]), ...Object.keys(BY_ID)].flatMap((name) => [
    ...SUFFIXES.map((suffix) => `${name}${suffix}`),
    name.replace(/_total$/, ''),
  ]),
);

/** Names in a registry that are ours already. */
export function clashes(registry: UserRegistry): readonly string[] {
  return registry
    .getMetricsAsArray()
    .map(({ name }) => name)
    .filter((name) => SUFFIXES.some((suffix) => TAKEN.has(`${name}${suffix}`)));
}

/** Collects the metrics of registries one by one; `failed` is told of each that throws, is late or has a name of ours. */
export async function collectUserMetrics(
  registries: readonly UserRegistry[],
  clock: Clock,
  failed: (metric: string, error: unknown) => void,
): Promise<readonly UserMetricValues[]> {
  const seen = new Set<string>();
  const metrics = registries.flatMap((registry) => [...registry.getMetricsAsArray()]);
  const results = await Promise.all(
    metrics.map(async (metric) => {
      try {
        if (seen.has(metric.name) || SUFFIXES.some((suffix) => TAKEN.has(`${metric.name}${suffix}`))) {
          throw new Error(`Another metric is called ${metric.name}.`);
        }
        seen.add(metric.name);
        return await within(clock, metric.get());
      } catch (error) {
        failed(metric.name, error);
        return null;
      }
    }),
  );
  return results.filter((result) => result !== null);
}

async function within(clock: Clock, values: Promise<UserMetricValues> | UserMetricValues): Promise<UserMetricValues> {
  let timer: Timer | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = clock.setTimeout(() => reject(new Error(`It took longer than ${DEADLINE_MS} ms.`)), DEADLINE_MS);
  });
  try {
    return await Promise.race([values, late]);
  } finally {
    timer?.cancel();
  }
}

/** Writes one metric of the application in the page's own format. */
export async function writeUserMetric(writer: PageWriter, metric: UserMetricValues): Promise<void> {
  const isOpen = writer.format === 'openmetrics';
  const isCounter = metric.type === 'counter';
  // OpenMetrics insists on the ending; the application's own name stays what it is in the older format.
  const name = isOpen && isCounter && !metric.name.endsWith('_total') ? `${metric.name}_total` : metric.name;
  writer.family(name, metric.type, metric.help);
  for (const { labels, value, metricName, exemplar } of metric.values) {
    const text = labelsText(Object.keys(labels), Object.values(labels).map(String));
    const sample = isCounter ? name : (metricName ?? metric.name);
    const from = isOpen && exemplar !== undefined && exemplar !== null ? exemplarText(exemplar) : '';
    writer.lines(`${sample}${text === '' ? '' : `{${text}}`} ${numberText(value)}${from}\n`, 1);
    if (writer.isDue) await writer.pause();
  }
}

function exemplarText(exemplar: NonNullable<UserMetricValues['values'][number]['exemplar']>): string {
  const { labelSet, value } = exemplar;
  return ` # {${labelsText(Object.keys(labelSet), Object.values(labelSet))}} ${numberText(value)}`;
}
