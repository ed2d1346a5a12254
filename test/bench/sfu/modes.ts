import { use } from '../../../core/index.js';
import type { ModeName } from '../suite/modes.js';
import type { Attach } from './attached.js';
import { bare, byRequest, nothing } from './bare.js';
import { mediasoupExporter } from './exporter.js';
import { monitored } from './monitored.js';
import { bareSpurts } from './spurts.js';

/** As many at a time as the sampler asks one worker for. */
const PACED = 64;
/** As many after one another as the sampler asks for. */
const SPURT = 512;
/** About as many as the sampler asks for in an interval with its default budget, where there are 10,000. */
const FEW = 1_100;

/** How each mode is attached. Plugins are loaded where they are used, so that no mode pays for another's. */
export const ATTACH: Readonly<Record<ModeName, Attach>> = {
  none: nothing,
  burst: bare(Number.MAX_SAFE_INTEGER),
  paced: bare(PACED),
  spurts: bareSpurts({ window: PACED, spurt: SPURT }),
  few: bareSpurts({ window: PACED, spurt: SPURT, most: FEW }),
  requests: bare(Number.MAX_SAFE_INTEGER, byRequest()),
  unread: bareSpurts({ window: PACED, spurt: SPURT, ask: byRequest() }),
  idle: monitored({}),
  default: monitored({
    server: true,
    plugins: async () => [use((await import('../../../plugins/prometheus/plugin.js')).default)],
  }),
  full: monitored({ full: true }),
  fast: monitored({ full: true, fastDecode: true }),
  prometheus: monitored({
    server: true,
    scrape: '/metrics',
    plugins: async () => [use((await import('../../../plugins/prometheus/plugin.js')).default)],
  }),
  alerts: monitored({
    plugins: async () => [use((await import('../../../plugins/alerts/plugin.js')).default)],
  }),
  webhook: monitored({
    plugins: async ({ sinkUrl }) => [
      use((await import('../../../plugins/webhook/plugin.js')).default, {
        receivers: { operators: { kind: 'webhook', url: `${sinkUrl}/alerts` } },
        route: { receiver: 'operators' },
      }),
    ],
  }),
  stdout: monitored({
    plugins: async () => [use((await import('../../../plugins/stdout/plugin.js')).default)],
  }),
  amqp: monitored({
    plugins: async ({ config: { amqpUrl } }) => {
      if (amqpUrl === null) throw new Error('there is no broker');
      // A queue takes what is published, as where anybody uses it.
      const queue = { name: 'bench', type: 'classic' } as const;
      return [use((await import('../../../plugins/amqp/plugin.js')).default, { url: amqpUrl, queue })];
    },
  }),
  loki: monitored({
    plugins: async ({ sinkUrl }) => [use((await import('../../../plugins/loki/plugin.js')).default, { url: sinkUrl })],
  }),
  influx: monitored({
    plugins: async ({ sinkUrl }) => [
      use((await import('../../../plugins/influx/plugin.js')).default, { url: sinkUrl, v1: { database: 'sfuscope' } }),
    ],
  }),
  exporter: mediasoupExporter,
};
