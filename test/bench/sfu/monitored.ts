import * as mediasoup from 'mediasoup';
import { createMonitor, type CreateMonitorOptions, type Logger, type Monitor, type PluginUse, SAMPLED_KINDS } from '../../../core/index.js';
import { createServer } from '../../../server/index.js';
import type { Attach, AttachContext, Attached } from './attached.js';

/** Only what went wrong is told. */
export const QUIET: Logger = { debug() {}, info() {}, warn: console.warn, error: console.error, child: () => QUIET };

export interface Load {
  /** Whether everything is wanted, whatever it costs: each entity in each interval. */
  readonly full?: boolean;
  readonly fastDecode?: boolean;
  /** Whether there is a server for GraphQL and for what plugins show. */
  readonly server?: boolean;
  /** Path on that server that is asked for every interval. */
  readonly scrape?: string;
  readonly plugins?: (context: AttachContext) => Promise<readonly PluginUse[]>;
}

/** The monitor, with its default options but for what the load says. */
export function monitored({ full = false, fastDecode = false, server = false, scrape, plugins }: Load): Attach {
  return async (context) => {
    const { intervalMs } = context.config;
    const options: CreateMonitorOptions = {
      mediasoup,
      logger: QUIET,
      plugins: (await plugins?.(context)) ?? [],
      sampling: full ? { intervalMs, cpuShare: 1 } : { intervalMs },
      attach: { fastDecode },
    };
    const monitor = createMonitor(options);
    await monitor.start();
    const url = server ? (await createServer(monitor, { port: 0, logger: QUIET }).listen()).url : '';
    const attached: Attached = {
      opened() {
        if (full) monitor.stats.lease({ kinds: SAMPLED_KINDS });
      },
      samples: () => samplesOf(monitor),
      longestTurnMs: () => monitor.status().longestTurnMs,
      note({ answered, failed, bytes }) {
        const parts = troubleOf(monitor, fastDecode);
        if (scrape !== undefined) parts.push(`${answered} scrapes of ${bytes} bytes${failed > 0 ? `, ${failed} failed` : ''}`);
        return parts.length === 0 ? null : parts.join('; ');
      },
    };
    return scrape === undefined ? attached : { ...attached, scrapeUrl: new URL(scrape, url).href };
  };
}

function samplesOf(monitor: Monitor): number {
  return monitor.status().sampling.reduce((sum, { requests }) => sum + requests.ok, 0);
}

/** What makes the figures mean less than they seem to. */
function troubleOf(monitor: Monitor, fastDecode: boolean): string[] {
  const { sampling, source, plugins } = monitor.status();
  const parts: string[] = [];
  const consumers = sampling.find(({ kind }) => kind === 'consumer');
  if (consumers?.wanted === true && (consumers.coverage ?? 0) < 1) {
    parts.push(`${Math.round((consumers.coverage ?? 0) * 100)} % of the consumers in each interval`);
  }
  if (fastDecode && source.fastDecode?.state !== 'on') parts.push(`fastDecode is ${source.fastDecode?.state}`);
  for (const { name, health } of plugins) if (health.status !== 'ok') parts.push(`${name} is ${health.status}`);
  return parts;
}
