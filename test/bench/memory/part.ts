import { EventEmitter } from 'node:events';
import { setImmediate as turn, setTimeout as delay } from 'node:timers/promises';
import * as mediasoup from 'mediasoup';
import { systemClock } from '../../../core/clock.js';
import { EventHub } from '../../../core/dispatch/event-hub.js';
import { Graph } from '../../../core/graph/graph.js';
import { graphOptions } from '../../../core/graph/options.js';
import { createMonitor, identifyByAppData, use } from '../../../core/index.js';
import { mediasoupOptions } from '../../../core/mediasoup/options.js';
import { createMediasoupSource } from '../../../core/mediasoup/source.js';
import { SAMPLED_KINDS } from '../../../core/model/samples.js';
import type { RouteReader } from '../../../core/routes.js';
import type { GraphWriter } from '../../../core/source.js';
import prometheus from '../../../plugins/prometheus/plugin.js';
import { liveBytes } from '../../support/memory.js';
import { RecordingLogger } from '../../support/recording-logger.js';
import type { MemoryPart } from './memory.js';
import { openRoom } from './room.js';

/** As little as a ring of events may take: it is bounded, and none of what grows with the entities. */
const EVENTS = { historyBytes: 64 * 1024 };
const INTERVAL_MS = 1_000;
/** Rounds in which everything is sampled: the first makes what is kept, the others show whether it grows. */
const SWEEPS = 3;

/** Something that is attached to an SFU without entities. */
interface Attached {
  /** Resolves once all that the entities cost has been paid. */
  settled(entities: number): Promise<void>;
  stop(): Promise<void>;
}

const logger = new RecordingLogger();
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

const PARTS: { readonly [P in MemoryPart]: (observer: EventEmitter) => Attached | Promise<Attached> } = {
  nothing: () => NOTHING,
  listening: (observer) => listening(observer, forgetful()),
  graph: graphed,
  monitor: (observer) => monitored(observer, { sampled: false, scraped: false }),
  sampled: (observer) => monitored(observer, { sampled: true, scraped: false }),
  scraped: (observer) => monitored(observer, { sampled: true, scraped: true }),
};

async function settledBytes(): Promise<number> {
  for (let i = 0; i < 3; i++) {
    await turn();
    liveBytes();
  }
  return liveBytes();
}

const [part = 'nothing', kind = 'fake', consumers = '10000'] = process.argv.slice(2);
const room = await openRoom(kind as 'real' | 'fake', Number(consumers));
const observer = new EventEmitter();
const attached = await PARTS[part as MemoryPart](observer);
await delay(200);
const before = await settledBytes();
room.tellAgain(observer);
await attached.settled(room.entities);
const bytes = (await settledBytes()) - before;
if (process.env.SNAPSHOT !== undefined) (await import('node:v8')).writeHeapSnapshot(process.env.SNAPSHOT);
process.send?.({ bytes, entities: room.entities });
if (process.send === undefined) console.log(part, kind, consumers, (bytes / room.entities).toFixed(0));
await attached.stop();
room.close();
process.disconnect?.();
