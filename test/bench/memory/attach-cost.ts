import { EventEmitter } from 'node:events';
import { setImmediate as turn } from 'node:timers/promises';
import { LISTEN } from '../support/bench-media.js';
import { openMediaRoom } from '../support/media-room.js';
import { median } from '../suite/statistics.js';
import { attach, type Part } from './attached.js';

const CONSUMERS = 2_000;
const PER_TRANSPORT = 20;
const WARM_UP_ROUNDS = 8;
/** Really opened and closed in a round, to compare with. */
const REAL_CONSUMERS = 400;

/** Told apart in the answer: the least shows the work itself, the median also collections and cold caches. */
interface Cost {
  readonly us: number;
  /** Bytes that were allocated; `NaN` when there was a collection meanwhile. */
  readonly bytes: number;
}

const [part = 'listening', rounds = '15'] = process.argv.slice(2);
const room = await openMediaRoom(CONSUMERS);
/** Nobody is told of it, so what opens in it is not followed. */
const untold = await room.router.createPlainTransport({ listenInfo: LISTEN });
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

/** CPU of this process in us for each consumer that really opens and closes, with nothing attached to it. */
async function realRound(): Promise<number> {
  const before = process.cpuUsage();
  for (let first = 0; first < REAL_CONSUMERS; first += PER_TRANSPORT) {
    const opening = Array.from({ length: PER_TRANSPORT }, (_, i) => {
      const { id: producerId } = room.producers[i % room.producers.length]!;
      return untold.consume({ producerId, rtpCapabilities: room.router.rtpCapabilities });
    });
    for (const consumer of await Promise.all(opening)) consumer.close();
    await turn();
  }
  const { user, system } = process.cpuUsage(before);
  return (user + system) / REAL_CONSUMERS;
}

const costs: Cost[] = [];
const realUs: number[] = [];
for (let i = 0; i < WARM_UP_ROUNDS + Number(rounds); i++) {
  const cost = await round();
  const real = await realRound();
  if (i < WARM_UP_ROUNDS) continue;
  costs.push(cost);
  realUs.push(real);
}
const us = costs.map((cost) => cost.us);
const figures = {
  us: median(us),
  leastUs: Math.min(...us),
  /** Of opening and closing itself, in the same rounds. */
  realUs: median(realUs),
  bytes: median(costs.map(({ bytes }) => bytes).filter((bytes) => !Number.isNaN(bytes))),
};
process.send?.(figures);
if (process.send === undefined) console.log(part, figures, us.map((cost) => cost.toFixed(1)).join(' '));
await attached.stop();
room.close();
process.disconnect?.();
