import { PerformanceObserver } from 'node:perf_hooks';
import { setImmediate as nextTurn } from 'node:timers/promises';

/**
 * What a map of pending requests, as mediasoup's channel has one, costs the collector: the same requests, answered in windows, in a map that is
 * new and in one that has outlived a collection of the whole heap. `node --expose-gc pending-map.js`.
 */

const REQUESTS = 200_000;
const WINDOW = 64;
const ANSWER = 100;
const MINOR = 1;

async function ask(requests: Map<number, number[]>): Promise<void> {
  const asked: number[] = [];
  for (let id = 1; id <= REQUESTS; id++) {
    requests.set(id, new Array<number>(ANSWER).fill(id));
    asked.push(id);
    if (asked.length < 2 * WINDOW) continue;
    for (const answered of asked.splice(0, WINDOW)) requests.delete(answered);
    if (id % (WINDOW * 50) === 0) await nextTurn();
  }
  for (const answered of asked) requests.delete(answered);
}

const collect = globalThis.gc;
if (collect === undefined) throw new Error('run with --expose-gc');
for (const isOld of [false, true]) {
  let minor = 0;
  let minorMs = 0;
  const observer = new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      if ((entry as PerformanceEntry & { detail: { kind: number } }).detail.kind !== MINOR) continue;
      minor++;
      minorMs += entry.duration;
    }
  });
  collect();
  const requests = new Map<number, number[]>();
  if (isOld) collect();
  observer.observe({ entryTypes: ['gc'] });
  await ask(requests);
  await nextTurn();
  observer.disconnect();
  const heldBytes = process.memoryUsage().heapUsed;
  collect();
  console.log({
    'the map': isOld ? 'has outlived a collection' : 'is new',
    'young collections': minor,
    'ms in them': Math.round(minorMs),
    'MB held until the next full one': Math.round((heldBytes - process.memoryUsage().heapUsed) / 1e6),
    open: requests.size,
  });
}
