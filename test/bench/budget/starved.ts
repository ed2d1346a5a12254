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
 * too, with the monitor and without, in short turns because such a machine is never the same for long; and what the monitor samples
 * meanwhile.
 */

const CONSUMERS = 2_000;
const ROUNDS = 8;
const SETTLE_MS = 2_000;
const MEASURE_MS = 6_000;
const PERIOD_MS = 10;

const room = await openMediaRoom(CONSUMERS);
const others = cpus().map(() => spawn(process.execPath, ['-e', 'for (;;);'], { stdio: 'ignore' }));
const load = setInterval(() => {
  const until = performance.now() + 15;
  while (performance.now() < until);
}, 20);

/** Median, 99th percentile and maximum in ms. */
async function lateness(): Promise<readonly number[]> {
  const late: number[] = [];
  const until = performance.now() + MEASURE_MS;
  while (performance.now() < until) {
    const from = performance.now();
    await delay(PERIOD_MS);
    late.push(performance.now() - from - PERIOD_MS);
  }
  late.sort((a, b) => a - b);
  return [0.5, 0.99, 1].map((share) => late[Math.min(late.length - 1, Math.floor(share * late.length))]!);
}

/** Medians over the rounds, and their range. */
function told(rounds: readonly (readonly number[])[]): string {
  return ['p50', 'p99', 'max']
    .map((name, column) => {
      const values = rounds.map((round) => round[column]!).sort((a, b) => a - b);
      const at = (share: number): string => values[Math.floor(share * (values.length - 1))]!.toFixed(1);
      return `${name} ${at(0.5)} ms (${at(0)}–${at(1)})`;
    })
    .join(', ');
}

const observer = new EventEmitter();
const without: (readonly number[])[] = [];
const watched: (readonly number[])[] = [];
for (let round = 0; round < ROUNDS; round++) {
  without.push(await lateness());
  const monitor = createMonitor({
    mediasoup: { observer, version: mediasoup.version },
    sampling: { intervalMs: 1_000 },
    host: { systemInformation: false },
  });
  await monitor.start();
  room.tellAgain(observer);
  monitor.stats.lease({ kinds: SAMPLED_KINDS });
  await delay(SETTLE_MS);
  watched.push(await lateness());
  const { sampling, lanes, cpuShare, longestTurnMs } = monitor.status();
  const shown = sampling.filter(({ kind }) => kind === 'transport' || kind === 'consumer');
  console.log(
    shown.map(({ kind, coverage, sweepAgeMs }) => ({ kind, coverage, sweepAgeMs })),
    { ...lanes[0], cpuShare, longestTurnMs },
  );
  await monitor.stop();
}
console.log('without', told(without));
console.log('with   ', told(watched));
clearInterval(load);
for (const other of others) other.kill('SIGKILL');
room.close();
