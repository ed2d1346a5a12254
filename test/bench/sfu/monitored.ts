import { EventEmitter } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import * as mediasoup from 'mediasoup';
import type { PluginUse } from '../../../core/index.js';
import type { Attach, AttachContext } from './attached.js';
import type { BenchRoom } from './room.js';
import { Watching, type WatchingOptions } from './watching.js';

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

/** Entities that come and go are not sampled in every interval of theirs. */
const NEARLY_ALL = 0.9;
const SCRAPE_WARM_MS = 250;
const LEAST_WARM_INTERVAL_MS = 250;
/** So that warming up with 10,000 entities samples each once a second. */
const WARM_MS_PER_ENTITY = 0.1;

/**
 * The monitor, with its default options but for what the load says. Another one runs first, from before the first worker on, and samples
 * often: what is measured then is code that is compiled, and a longest turn without all that happens once.
 */
export function monitored({ full = false, fastDecode = false, server = false, scrape, plugins }: Load): Attach {
  return async (context) => {
    const { intervalMs, warmUpMs, consumers } = context.config;
    const start = async (
      options: Pick<WatchingOptions, 'observer' | 'intervalMs' | 'unlimited' | 'liveness'>,
    ): Promise<Watching> =>
      await Watching.start({ ...options, fastDecode, server, plugins: (await plugins?.(context)) ?? [] });
    const warmIntervalMs = Math.round(Math.max(LEAST_WARM_INTERVAL_MS, WARM_MS_PER_ENTITY * consumers));
    let first: Watching | null = await start({
      observer: mediasoup.observer,
      intervalMs: warmIntervalMs,
      unlimited: true,
      liveness: false,
    });
    // Started before the first worker too, as in any SFU, or it would not find the pipes of workers; it hears of them later.
    const observer = new EventEmitter();
    const measured = await start({ observer, intervalMs, unlimited: full, liveness: true });
    return {
      async begin(room: BenchRoom, joins: Promise<void>) {
        first?.wantAll();
        const end = performance.now() + warmUpMs;
        while (performance.now() < end) {
          if (scrape !== undefined) await (await fetch(new URL(scrape, first?.url))).text();
          await delay(SCRAPE_WARM_MS);
        }
        await joins;
        await first?.stop();
        // What it knew is memory that nothing else holds.
        first = null;
        if (full) measured.wantAll();
        room.tellAgain(observer);
      },
      samples: () => measured.samples(),
      longestTurnMs: () => measured.monitor.status().longestTurnMs,
      scrapeUrl: () => (scrape === undefined ? null : new URL(scrape, measured.url).href),
      note({ answered, failed, bytes }, sampledShare) {
        const told = measured.trouble(fastDecode);
        if (sampledShare < NEARLY_ALL)
          told.push(`${Math.round(sampledShare * 100)} % of all entities in each interval`);
        if (scrape !== undefined) told.push(`${answered} scrapes of ${bytes} bytes, ${failed} failed`);
        return told.length === 0 ? null : told.join('; ');
      },
    };
  };
}
