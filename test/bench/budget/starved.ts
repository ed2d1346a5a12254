import { spawn } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { cpus } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import * as mediasoup from 'mediasoup';
import { createMonitor } from '../../../core/index.js';
import { SAMPLED_KINDS } from '../../../core/model/samples.js';
import { openMediaRoom } from '../support/media-room.js';

/**
 * How late the application's own timers are in a thread that is busy for 15 of each 20 ms, on a machine whose cores others want
 * too, with the monitor and without; and what the monitor samples meanwhile and afterwards.
 */

const CONSUMERS = 2_000;
const MEASURE_MS = 15_000;

const room = await openMediaRoom(CONSUMERS);
const others = cpus().map(() => spawn(process.execPath, ['-e', 'for (;;);'], { stdio: 'ignore' }));
const load = setInterval(() => {
  const until = performance.now() + 15;
  while (performance.now() < until);
}, 20);

async function lateness(): Promise<string> {
  const late: number[] = [];
  const until = performance.now() + MEASURE_MS;
  while (performance.now() < until) {
    const from = performance.now();
    await delay(10);
    late.push(performance.now() - from - 10);
  }
  late.sort((a, b) => a - b);
  const at = (share: number): string => late[Math.min(late.length - 1, Math.floor(share * late.length))]!.toFixed(1);
  return `p50 ${at(0.5)}, p99 ${at(0.99)}, max ${at(1)} ms`;
}

const observer = new EventEmitter();
for (let round = 0; round < 2; round++) {
  console.log('without', await lateness());
  const monitor = createMonitor({
    mediasoup: { observer, version: mediasoup.version },
    sampling: { intervalMs: 1_000 },
    host: { systemInformation: false },
  });
  await monitor.start();
  room.tellAgain(observer);
  const lease = monitor.stats.lease({ kinds: SAMPLED_KINDS });
  await delay(3_000);
  console.log('with   ', await lateness());
  const { sampling, lanes, cpuShare, longestTurnMs } = monitor.status();
  const told = sampling.filter(({ kind }) => kind === 'transport' || kind === 'consumer');
  console.log(
    told.map(({ kind, coverage, sweepAgeMs }) => ({ kind, coverage, sweepAgeMs })),
    { ...lanes[0], cpuShare, longestTurnMs },
  );
  lease.release();
  await monitor.stop();
}
clearInterval(load);
for (const other of others) other.kill('SIGKILL');
room.close();
