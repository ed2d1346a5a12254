import { EventEmitter } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import * as mediasoup from 'mediasoup';
import { createMonitor, type Logger } from '../../../core/index.js';
import { SAMPLED_KINDS } from '../../../core/model/samples.js';
import prometheus from '../../../plugins/prometheus/plugin.js';
import { createServer } from '../../../server/create-server.js';
import { openMediaRoom } from '../support/media-room.js';

/**
 * One mode in a process of its own: what the monitor adds to the CPU time of a process with many consumers. The same process before
 * the monitor is the floor. Prints one line of JSON.
 */

const QUIET: Logger = { debug() {}, info() {}, warn: console.warn, error: console.error, child: () => QUIET };

const { values: flags } = parseArgs({
  options: {
    /** `none`, `idle` (nobody asks), `default` (Prometheus and GraphQL beside it, unread). */
    mode: { type: 'string', default: 'default' },
    consumers: { type: 'string', default: '10000' },
    interval: { type: 'string', default: '5000' },
    warmUp: { type: 'string', default: '15000' },
    ms: { type: 'string', default: '20000' },
    sampling: { type: 'string', default: '{}' },
    host: { type: 'string', default: '{}' },
  },
});

interface Usage {
  readonly processMs: number;
  readonly threadMs: number;
  readonly at: number;
}

const { threadCpuUsage } = process as { readonly threadCpuUsage?: () => NodeJS.CpuUsage };

function usage(): Usage {
  const ms = ({ user, system }: NodeJS.CpuUsage): number => (user + system) / 1_000;
  return {
    processMs: ms(process.cpuUsage()),
    threadMs: threadCpuUsage === undefined ? Number.NaN : ms(threadCpuUsage.call(process)),
    at: performance.now(),
  };
}

/** In percent of a core. */
function percent(from: Usage, to: Usage): { process: number; thread: number } {
  const elapsed = to.at - from.at;
  return {
    process: ((to.processMs - from.processMs) / elapsed) * 100,
    thread: ((to.threadMs - from.threadMs) / elapsed) * 100,
  };
}

async function measured(ms: number): Promise<{ process: number; thread: number }> {
  const from = usage();
  await delay(ms);
  return percent(from, usage());
}

/** Has the sampler's code compiled, as in a process that has run for long: at the pace of the measurement that takes minutes. */
async function warmUp(): Promise<void> {
  const observer = new EventEmitter();
  const monitor = createMonitor({
    mediasoup: { observer, version: mediasoup.version },
    logger: QUIET,
    sampling: { intervalMs: 500, cpuShare: 1 },
    host: { systemInformation: false, intervalMs: 1_000 },
  });
  await monitor.start();
  room.tellAgain(observer);
  const lease = monitor.stats.lease({ kinds: SAMPLED_KINDS });
  await delay(8_000);
  lease.release();
  await monitor.stop();
  await delay(1_000);
  gc?.();
}

const room = await openMediaRoom(Number(flags.consumers));
// What opening the room left to be collected is none of the floor.
await delay(2_000);
const floor = await measured(5_000);
if (flags.mode !== 'none') await warmUp();
let told: unknown = null;
let added = floor;
if (flags.mode === 'none') {
  await delay(Number(flags.warmUp));
  added = await measured(Number(flags.ms));
} else {
  const observer = new EventEmitter();
  const monitor = createMonitor({
    mediasoup: { observer, version: mediasoup.version },
    logger: QUIET,
    sampling: { intervalMs: Number(flags.interval), ...JSON.parse(flags.sampling) },
    host: JSON.parse(flags.host),
    plugins: flags.mode === 'default' ? [{ as: 'prometheus', definition: prometheus, options: {} }] : [],
  });
  await monitor.start();
  room.tellAgain(observer);
  const server = flags.mode === 'default' ? createServer(monitor, { port: 0 }) : null;
  await server?.listen();
  await delay(Number(flags.warmUp));
  const samples = (): number => monitor.status().sampling.reduce((sum, { requests }) => sum + requests.ok, 0);
  const before = samples();
  added = await measured(Number(flags.ms));
  const { cpuShare, longestTurnMs, sampling } = monitor.status();
  told = {
    samples: samples() - before,
    countedPercent: (cpuShare ?? 0) * 100,
    longestTurnMs,
    coverage: sampling.find(({ kind }) => kind === 'consumer')?.coverage,
  };
  await server?.close();
  await monitor.stop();
}
console.log(JSON.stringify({ mode: flags.mode, node: process.version, floor, added, told }));
room.close();
