import { setTimeout as delay } from 'node:timers/promises';
import * as mediasoup from 'mediasoup';
import { createMonitor, use } from '../../../core/index.js';
import prometheus from '../../../plugins/prometheus/plugin.js';
import { createServer } from '../../../server/index.js';
import { objectBytes } from '../../support/memory.js';
import { BenchRoom } from '../sfu/room.js';
import { countListeners } from './listeners.js';
import { type Counts, type HeapSample, judge } from './verdict.js';

const CONSUMERS = 500;
const WORKERS = 2;
const JOINS_PER_SECOND = 100;
const WARM_JOINS = 20_000;
const WARM_JOINS_BETWEEN_PAGES = 100;
const HEAP_EVERY_MS = 5_000;
const TELL_EVERY = 6;
/** Share of the time that is left to buffers to fill, and the most of it. */
const FILL_SHARE = 1 / 3;
const MOST_FILL_SECONDS = 300;
/** How long what has closed may take to be gone everywhere. */
const REST_MS = 3_000;
/** The least there is, so that it is full soon. */
const HISTORY_BYTES = 65_536;
/** Where the measured stream would go; there is none. */
const NOWHERE = 9;

/** Joins and leaves for the given time, with the monitor and Prometheus attached. Gives the exit code. */
async function soak(minutes: number): Promise<number> {
  const monitor = createMonitor({ mediasoup, events: { historyBytes: HISTORY_BYTES }, plugins: [use(prometheus)] });
  await monitor.start();
  const server = createServer(monitor, { port: 0 });
  const { url } = await server.listen();
  const room = await BenchRoom.open({ consumers: CONSUMERS, workers: WORKERS, standIn: false }, NOWHERE);
  const counts = (): Counts => ({
    entities: monitor.status().entities,
    listeners: countListeners(mediasoup.observer, room),
  });
  await warmUp(room, new URL('/metrics', url));
  await delay(REST_MS);
  const start = counts();

  const began = performance.now();
  const seconds = (): number => (performance.now() - began) / 1_000;
  // Outside the heap that they tell of.
  const times = new Float64Array(Math.ceil((minutes * 60_000) / HEAP_EVERY_MS) + 1);
  const bytes = new Float64Array(times.length);
  let taken = 0;
  let asked = 0;
  let joins = 0;
  let pending = 0;
  const replace = async (): Promise<void> => {
    pending++;
    if (await room.replaceOne()) joins++;
    pending--;
  };
  const timer = setInterval(() => {
    for (const due = Math.floor(seconds() * JOINS_PER_SECOND); asked < due; asked++) void replace();
  }, 1_000 / JOINS_PER_SECOND);
  for (let round = 1; seconds() < minutes * 60; round++) {
    await delay(HEAP_EVERY_MS);
    await (await fetch(new URL('/metrics', url))).text();
    // Node.js remembers each request, which is none of our memory.
    performance.clearResourceTimings();
    const heapUsed = objectBytes();
    const rss = process.memoryUsage.rss();
    times[taken] = seconds();
    bytes[taken++] = heapUsed;
    if (round % TELL_EVERY !== 0) continue;
    const { sampling, longestTurnMs } = monitor.status();
    const samples = sampling.reduce((sum, { requests }) => sum + requests.ok, 0);
    const { entities, listeners } = counts();
    console.log(
      `${clockText(seconds())}  heap ${megabytes(heapUsed)}  RSS ${megabytes(rss)}  listeners ${listeners}  entities ${entities}  ` +
        `joins ${joins}  samples ${samples}  own longest turn ${longestTurnMs?.toFixed(1) ?? '–'} ms`,
    );
  }
  clearInterval(timer);
  while (pending > 0) await delay(10);
  const rate = joins / seconds();
  await delay(REST_MS);
  const fill = Math.min(MOST_FILL_SECONDS, minutes * 60 * FILL_SHARE);
  const heap = Array.from(times.subarray(0, taken), (at, i): HeapSample => ({ seconds: at, heapUsed: bytes[i]! }));
  const verdict = judge(
    start,
    counts(),
    heap.filter((sample) => sample.seconds > fill),
    rate,
  );
  for (const line of verdict.lines) console.log(line);
  await server.close();
  await monitor.stop();
  room.close();
  return verdict.ok ? 0 : 1;
}

/** As many joins as in minutes of the soak, and as many pages, so that code is compiled and buffers are full. */
async function warmUp(room: BenchRoom, metrics: URL): Promise<void> {
  console.log('warming up');
  for (let joins = 0; joins < WARM_JOINS; joins += WARM_JOINS_BETWEEN_PAGES) {
    await room.replaceMany(WARM_JOINS_BETWEEN_PAGES);
    await (await fetch(metrics)).text();
  }
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(2)} MB`;
}

function clockText(seconds: number): string {
  return `${Math.floor(seconds / 60)}:${`${Math.floor(seconds % 60)}`.padStart(2, '0')}`;
}

// Whoever started this is gone.
process.once('disconnect', () => process.exit(1));
process.exit(await soak(Number(process.argv[2])));
