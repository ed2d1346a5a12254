import { EventEmitter } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import * as mediasoup from 'mediasoup';
import { createMonitor } from '../../../core/index.js';
import { SAMPLED_KINDS } from '../../../core/model/samples.js';
import { openMediaRoom } from '../support/media-room.js';

/** A worker is stopped and goes on: after how many intervals that is known, how many requests it holds, and when it is polled again. */

const INTERVAL_MS = 1_000;
const room = await openMediaRoom(2_000);
const observer = new EventEmitter();
const monitor = createMonitor({
  mediasoup: { observer, version: mediasoup.version },
  sampling: { intervalMs: INTERVAL_MS, cpuShare: 1, maxInFlight: 120 },
  host: { systemInformation: false },
});
await monitor.start();
room.tellAgain(observer);
monitor.stats.lease({ kinds: SAMPLED_KINDS });
await delay(5_000);

async function until(condition: () => boolean): Promise<number> {
  const from = performance.now();
  while (!condition()) await delay(2);
  return (performance.now() - from) / INTERVAL_MS;
}

const lane = () => monitor.status().lanes[0]!;
const sampled = () => monitor.status().sampling.find(({ kind }) => kind === 'transport')!.requests.ok;
for (let round = 0; round < 8; round++) {
  await delay((round * INTERVAL_MS) / 8);
  let most = 0;
  process.kill(room.worker.pid, 'SIGSTOP');
  const found = await until(() => {
    most = Math.max(most, lane().inFlight);
    return lane().hung;
  });
  await delay(1_000 + (round * INTERVAL_MS) / 8);
  const before = sampled();
  process.kill(room.worker.pid, 'SIGCONT');
  const polled = await until(() => sampled() > before);
  console.log(
    `found after ${found.toFixed(2)} intervals, ${most} requests held, polled again after ${polled.toFixed(2)} intervals`,
  );
  await delay(2_000);
}
await monitor.stop();
room.close();
