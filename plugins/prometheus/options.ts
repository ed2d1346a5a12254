import { z } from 'zod';
import { METRICS } from './catalogue/catalogue.js';
import { LABELS, shownLabel, type LabelName } from './catalogue/labels.js';
import { matches } from './catalogue/matches.js';

/** Labels of counted things, which may be left out: the counts are added up then. */
const DROPPABLE_LABELS = ['kind', 'codec', 'type', 'transport', 'paused'] as const;

/** What an application must not call a label of its own. */
const RESERVED = new Set<string>([
  ...(Object.keys(LABELS) as LabelName[]).map(shownLabel),
  'le',
  'quantile',
  'id',
  'router',
  'peer',
  'producer_id',
  'job',
  'instance',
]);

const labelName = z
  .string()
  .regex(/^(?!__)[a-zA-Z_][a-zA-Z0-9_]{0,62}$/, 'must be a label name as Prometheus has them')
  .refine((name) => !RESERVED.has(name), 'is a label that metrics have already');

const metricPattern = z
  .string()
  .refine(
    (pattern) => Object.keys(METRICS).some((name) => matches(name, pattern)),
    'names no metric of docs/metrics.md; a beginning with * at its end is allowed',
  );

const groupBy = z.strictObject({
  labels: z
    .array(labelName)
    .max(4)
    .default([])
    .describe(
      'Keys of `labels` that `identify` tells; each becomes a label of the metrics that docs/metrics.md marks. Every value ' +
        'multiplies their series.',
    ),
  maxValues: z.int().min(1).max(1_000).default(50).describe('Values of each; further ones become `__other__`.'),
});

const rooms = z.strictObject({
  enabled: z.boolean().default(false).describe('Whether there are series for single rooms.'),
  max: z
    .int()
    .min(1)
    .max(10_000)
    .default(100)
    .describe('Rooms with series of their own: those with most peers. The others are added up as `__other__`.'),
});

const byId = z.strictObject({
  producers: z.boolean().default(false).describe('Whether every producer has series of its own: 8 each.'),
  consumers: z.boolean().default(false).describe('Whether every consumer has series of its own: 8 each.'),
  maxSeries: z
    .int()
    .min(8)
    .max(200_000)
    .default(10_000)
    .describe('Most series of this kind; Prometheus keeps each of them in memory for hours after its end.'),
  choose: z
    .enum(['worst', 'newest'])
    .default('worst')
    .describe('Which to show when there are more: those with trouble and low scores, or those that opened last.'),
  labels: z
    .array(z.enum(['room', 'peer']))
    .default([])
    .describe('Labels besides `id`, `router`, `worker`, `kind` and `codec`.'),
});

const endpoint = z.strictObject({
  port: z
    .int()
    .min(0)
    .max(65_535)
    .optional()
    .describe('Port of its own to listen on besides the server; 0: a free one.'),
  listen: z
    .string()
    .min(1)
    .default('127.0.0.1')
    .describe('Address of that port. Any but the loopback address needs a token.'),
  path: z
    .string()
    .regex(/^(\/[\w.~-]+)+$/, "must be like '/metrics'")
    .default('/metrics')
    .describe('Path of the page.'),
});

const edumeet = z.strictObject({
  period: z.int().min(0).max(3_600).default(15).describe('Seconds for which a rendering is used again.'),
  quiet: z.boolean().default(false).describe('Whether to leave out names, user agents and addresses.'),
  numeric: z
    .boolean()
    .default(true)
    .describe("Whether addresses stay numbers. Only `true`: the names of users' addresses are never looked up.")
    .refine((value) => value, 'cannot be false, leave it out: no name server is told the addresses of users'),
  deidentify: z.boolean().default(false).describe('Whether to mask the second half of addresses.'),
});

const compatibility = z.strictObject({
  edumeet: edumeet.prefault({}).describe("edumeet's own options."),
  maxEntities: z
    .int()
    .min(1)
    .max(20_000)
    .default(1_000)
    .describe('Producers, and consumers, that a compatible page tells of; the others are left out.'),
});

/** What may stand in a configuration file under `plugins.prometheus`, and in code besides it `registry`. */
export const prometheusOptions = z.strictObject({
  ...endpoint.shape,
  token: z
    .string()
    .min(16)
    .max(1_024)
    .optional()
    .meta({ secret: true })
    .describe('Token for these pages, sent as `Authorization: Bearer …`. Without it those of the server open them.'),
  cacheMs: z
    .int()
    .min(0)
    .max(60_000)
    .default(0)
    .describe('Time in ms for which a rendering is used again; scrapes at the same time share one anyhow.'),
  exemplars: z.boolean().default(true).describe('Whether buckets name an entity, in the format that has exemplars.'),
  nodeMetrics: z
    .boolean()
    .default(false)
    .describe("Whether to add prom-client's metrics of the Node.js process. Needs the package prom-client."),
  node: z
    .string()
    .min(1)
    .max(128)
    .optional()
    .describe('Value of a label `node` in every series. Left out by default: Prometheus adds `instance` itself.'),
  workerLabel: labelName
    .optional()
    .describe('Key of `labels` that `identify` tells of a worker, to name workers by. By default their slot does.'),
  exclude: z.array(metricPattern).default([]).describe('Metrics to leave out, by name or `beginning*`.'),
  withoutLabels: z
    .array(z.enum(DROPPABLE_LABELS))
    .default([])
    .describe('Labels to leave out; what they told apart is added up.'),
  labelLimits: z
    .partialRecord(
      z.enum(
        (Object.keys(LABELS) as LabelName[]).filter((name) => !('values' in LABELS[name]) && name !== 'room') as [
          LabelName,
          ...LabelName[],
        ],
      ),
      z.int().min(1).max(10_000),
    )
    .default({})
    .describe('Most values of a label, instead of the cap in docs/metrics.md.'),
  consumersPerWorker: z
    .int()
    .min(1)
    .max(100_000)
    .default(500)
    .describe('Consumers a worker is taken to bear, for `mediasoup_worker_stress`.'),
  leakAfterSeconds: z
    .int()
    .min(10)
    .max(86_400)
    .default(300)
    .describe(
      'Seconds for which a router may have no transport, or a transport not connect, before it counts as left behind.',
    ),
  interfaces: z
    .array(z.string().min(1).max(64))
    .max(16)
    .default([])
    .describe('Network interfaces to tell of; none: all the monitor samples.'),
  groupBy: groupBy.prefault({}).describe('Labels of the application.'),
  rooms: rooms.prefault({}).describe('Series for single rooms.'),
  byId: byId.prefault({}).describe('Series for single producers and consumers.'),
  compat: z
    .array(z.enum(['edumeet', 'mediasoup-exporter']))
    .default([])
    .describe('Further pages with the names of other exporters.'),
  compatibility: compatibility.prefault({}).describe('How those pages behave.'),
  registry: z
    .custom<UserRegistry>(isRegistry, 'must be a Registry of prom-client')
    .optional()
    .describe('A prom-client registry whose metrics are shown on the same page. In code only.'),
});

export type PrometheusOptions = z.output<typeof prometheusOptions>;

/** As much of a prom-client registry as is used here. */
export interface UserRegistry {
  getMetricsAsArray(): readonly UserMetric[];
}

interface UserMetric {
  readonly name: string;
  get(): Promise<UserMetricValues> | UserMetricValues;
}

export interface UserMetricValues {
  readonly name: string;
  readonly help: string;
  readonly type: string;
  readonly values: readonly {
    readonly labels: Readonly<Record<string, string | number>>;
    readonly value: number;
    readonly metricName?: string;
    readonly exemplar?: { readonly labelSet: Readonly<Record<string, string>>; readonly value: number } | null;
  }[];
}

function isRegistry(value: unknown): value is UserRegistry {
  return typeof (value as Partial<UserRegistry> | null | undefined)?.getMetricsAsArray === 'function';
}
