import { fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { median } from '../suite/statistics.js';
import { cpuOf, longest, turnsOf } from '../support/turns.js';
import { FEEDS, QUERY } from './fan-out-feeds.js';

// One feed in a process of its own, its subscribers in another: measures some deliveries to all each time it is told to. Without a parent
// it sends for so many seconds as are given, for a profiler.

const [name = '', subscribersText = '1000', secondsOrNothing] = process.argv.slice(2);
const subscribers = Number(subscribersText);
const TICKS = 5;

const feed = await FEEDS[name as keyof typeof FEEDS]();
const clients = fork(new URL('../support/ws-clients.mjs', import.meta.url), { execArgv: [] });

async function received(): Promise<number> {
  const told = once(clients, 'message');
  clients.send({ count: subscribers });
  return ((await told) as [{ bytes: number }])[0].bytes;
}

/** CPU of one delivery, µs, and the longest turn, ms. */
async function deliver(): Promise<{ microseconds: number; longestTurnMs: number }> {
  const all = async (): Promise<void> => {
    feed.tick();
    await received();
  };
  await delay(30);
  const longestTurnMs = longest(await turnsOf(all));
  await delay(30);
  return { microseconds: ((await cpuOf(all)) * 1_000) / subscribers, longestTurnMs };
}

async function stop(): Promise<void> {
  clients.disconnect();
  await feed.close();
}

const first = once(clients, 'message');
clients.send({ count: subscribers });
clients.send({ url: feed.url, clients: subscribers, query: QUERY });
await first;

if (process.send === undefined) {
  const until = performance.now() + Number(secondsOrNothing) * 1_000;
  while (performance.now() < until) {
    feed.tick();
    await received();
  }
  await stop();
} else {
  const measure = async (): Promise<void> => {
    const costs: Awaited<ReturnType<typeof deliver>>[] = [];
    for (let i = 0; i < TICKS; i++) costs.push(await deliver());
    process.send!({
      microseconds: median(costs.map(({ microseconds }) => microseconds)),
      longestTurnMs: median(costs.map(({ longestTurnMs }) => longestTurnMs)),
    });
  };
  process.on('message', () => void measure());
  process.once('disconnect', () => void stop());
  process.send('ready');
}
