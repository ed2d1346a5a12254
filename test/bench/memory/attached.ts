import type { EventEmitter } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import * as mediasoup from 'mediasoup';
import { systemClock } from '../../../core/clock.js';
import { EventHub } from '../../../core/dispatch/event-hub.js';
import { Graph } from '../../../core/graph/graph.js';
import { graphOptions } from '../../../core/graph/options.js';
import { createMonitor, identifyByAppData, type Logger, use } from '../../../core/index.js';
import { mediasoupOptions } from '../../../core/mediasoup/options.js';
import { createMediasoupSource } from '../../../core/mediasoup/source.js';
import { SAMPLED_KINDS } from '../../../core/model/samples.js';
import type { RouteReader } from '../../../core/routes.js';
import type { GraphWriter } from '../../../core/source.js';
import prometheus from '../../../plugins/prometheus/plugin.js';
import { LeastMonitor } from './least-monitor.js';

/**
 * What is attached while something is measured; from `listening` on each does and holds what the one before it does. `least` is what others are measured
 * against.
 */
export const PARTS = ['nothing', 'least', 'listening', 'graph', 'monitor', 'sampled', 'scraped'] as const;

export type Part = (typeof PARTS)[number];

/** As little as a ring of events may take: it is bounded, and none of what grows with the entities. */
const EVENTS = { historyBytes: 64 * 1024 };
const INTERVAL_MS = 1_000;
/** Rounds in which everything is sampled: the first makes what is kept, the others show whether it grows. */
const SWEEPS = 3;

/** Something that is attached to an SFU without entities. */
export interface Attached {
  /** Resolves once all that the entities cost has been paid. */
  settled(entities: number): Promise<void>;
  stop(): Promise<void>;
}

const logger: Logger = {
  debug() {},
  info() {},
  warn: console.warn,
  error: console.error,
  child: () => logger,
};
const options = mediasoupOptions.parse({});

const NOTHING: Attached = { settled: async () => undefined, stop: async () => undefined };

function listening(observer: EventEmitter, writer: GraphWriter): Attached {
  const module = { observer, version: mediasoup.version };
  const source = createMediasoupSource(module, { logger, clock: systemClock, options });
  source.start(writer);
  return { settled: async () => undefined, stop: async () => source.stop() };
}

/** Names entities as the graph does, and forgets them. */
function forgetful(): GraphWriter {
  return {
    open: ({ id }) => id as never,
    change: () => true,
    emit() {},
    ownerOf: () => undefined,
    ownersBelow: () => [],
    close() {},
  };
}

function graphed(observer: EventEmitter): Attached {
  const hub = new EventHub(EVENTS);
  const graph = new Graph({
    runId: 'run',
    clock: systemClock,
    identify: identifyByAppData,
    logger,
    options: graphOptions.parse({}),
    publish: (event) => hub.publish(event),
  });
  const attached = listening(observer, graph);
  return {
    settled: () => delay(500),
    async stop() {
      await attached.stop();
      graph.stop();
    },
  };
}

async function monitored(observer: EventEmitter, want: { sampled: boolean; scraped: boolean }): Promise<Attached> {
  const monitor = createMonitor({
    mediasoup: { observer, version: mediasoup.version },
    logger,
    events: EVENTS,
    sampling: { intervalMs: INTERVAL_MS, cpuShare: 1, pastBytes: 0 },
    liveness: want.sampled ? {} : { producers: false, consumers: false },
    host: { systemInformation: false },
    plugins: want.scraped ? [use(prometheus)] : [],
  });
  await monitor.start();
  const lease = want.sampled ? monitor.stats.lease({ kinds: SAMPLED_KINDS }) : null;
  return {
    async settled(entities) {
      if (!want.sampled) {
        await delay(500);
        return;
      }
      const sampled = (): number => monitor.status().sampling.reduce((sum, { requests }) => sum + requests.ok, 0);
      for (let sweep = 0; sweep < SWEEPS; sweep++) {
        const until = sampled() + entities;
        while (sampled() < until) await delay(100);
        if (want.scraped) await scrape(monitor.routes);
      }
    },
    async stop() {
      lease?.release();
      await monitor.stop();
    },
  };
}

async function scrape(routes: RouteReader): Promise<void> {
  const answer = await routes.find('/metrics')?.handler(new Request('http://localhost/metrics'));
  await answer?.arrayBuffer();
}

const ATTACH: { readonly [P in Part]: (observer: EventEmitter) => Attached | Promise<Attached> } = {
  nothing: () => NOTHING,
  least: (observer) => {
    new LeastMonitor(observer);
    return NOTHING;
  },
  listening: (observer) => listening(observer, forgetful()),
  graph: graphed,
  monitor: (observer) => monitored(observer, { sampled: false, scraped: false }),
  sampled: (observer) => monitored(observer, { sampled: true, scraped: false }),
  scraped: (observer) => monitored(observer, { sampled: true, scraped: true }),
};

/** Attaches that part to whatever is told through `observer`. */
export async function attach(part: Part, observer: EventEmitter): Promise<Attached> {
  return await ATTACH[part](observer);
}
