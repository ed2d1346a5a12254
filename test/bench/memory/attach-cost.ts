import { EventEmitter } from 'node:events';
import { setImmediate as turn } from 'node:timers/promises';
import { openMediaRoom } from '../support/media-room.js';
import { median } from '../suite/statistics.js';
import { attach, type Part } from './attached.js';

const CONSUMERS = 2_000;
const PER_TRANSPORT = 20;
const WARM_UP_ROUNDS = 8;

/** Told apart in the answer: the least shows the work itself, the median also collections and cold caches. */
interface Cost {
  readonly us: number;
  /** Bytes that were allocated; `NaN` when there was a collection meanwhile. */
  readonly bytes: number;
}

const [part = 'listening', rounds = '15'] = process.argv.slice(2);
const room = await openMediaRoom(CONSUMERS);
const observer = new EventEmitter();
const attached = await attach(part as Part, observer);
room.tellAgain(observer);
await attached.settled(CONSUMERS);

/**
 * CPU of this process in us for each consumer that is told to have closed and to be there again, as mediasoup tells it. Really
 * opening and closing them takes ten times that, and in it a difference of some microseconds is lost.
 */
async function round(): Promise<Cost> {
  const heapBefore = process.memoryUsage().heapUsed;
  const before = process.cpuUsage();
  for (let first = 0; first < CONSUMERS; first += PER_TRANSPORT) {
    const some = room.consumers.slice(first, first + PER_TRANSPORT);
    const transport = room.transports[1 + first / PER_TRANSPORT]!;
    for (const consumer of some) consumer.observer.safeEmit('close');
    await turn();
    for (const consumer of some) transport.observer.safeEmit('newconsumer', consumer);
    // What is asked a turn later: whose they are.
    await turn();
    await turn();
  }
  const { user, system } = process.cpuUsage(before);
  const bytes = (process.memoryUsage().heapUsed - heapBefore) / CONSUMERS;
  return { us: (user + system) / CONSUMERS, bytes: bytes > 0 ? bytes : Number.NaN };
}

const costs: Cost[] = [];
for (let i = 0; i < WARM_UP_ROUNDS + Number(rounds); i++) {
  const cost = await round();
  if (i >= WARM_UP_ROUNDS) costs.push(cost);
}
const us = costs.map((cost) => cost.us);
const figures = {
  us: median(us),
  leastUs: Math.min(...us),
  bytes: median(costs.map(({ bytes }) => bytes).filter((bytes) => !Number.isNaN(bytes))),
};
process.send?.(figures);
if (process.send === undefined) console.log(part, figures, us.map((cost) => cost.toFixed(1)).join(' '));
await attached.stop();
room.close();
process.disconnect?.();
