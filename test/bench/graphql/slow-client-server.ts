import { fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import type { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { EntityKey } from '../../../core/index.js';
import { createServer } from '../../../server/index.js';
import { SchemaKit } from '../../support/schema-kit.js';
import { liveBytes } from '../../support/memory.js';
import { LOADS } from './slow-client-loads.js';

// A server with so many clients that stop reading, and one that reads on: tells what each of the slow ones holds once it takes nothing
// more, or a bit now and then, while everything they have subscribed to goes on changing, and what is free again when they have gone.

const [slowText = '', name = ''] = process.argv.slice(2);
const slow = Number(slowText);
const load = LOADS[name]!;
/** Rounds of changes in which no slow client has taken anything, after which none will. */
const STUCK_ROUNDS = 20;
const MOST_ROUNDS = 2_000;
/** How many close in a round in which nothing else happens. */
const CLOSED_EACH = 100;
/** Rounds of changes beyond that, which must cost nothing, and how long they take at least, ms: until whoever holds too much is cut off. */
const FURTHER_ROUNDS = 100;
const FURTHER_MS = 9_000;
/** How often what lives is measured meanwhile, ms. */
const MEASURED_MS = 750;
const SETTLED_MS = 150;

const kit = new SchemaKit();
const transport = kit.kit.transport(kit.kit.router(kit.kit.worker(), randomUUID()), randomUUID());
let given = 0;
const consumers = Array.from({ length: load.consumers }, () => kit.kit.consumer(transport, randomUUID(), null));
for (const key of consumers) give(key);

function give(key: EntityKey): void {
  const n = given++;
  kit.stats.set(key, { bitrate: 300_000 + n, lossRatio: n / 1_000 });
}

const sockets: Socket[] = [];
const http = createHttpServer();
http.on('connection', (socket) => sockets.push(socket));
const server = createServer(kit.monitor, {
  server: http,
  port: 0,
  limits: { stalledClientMs: load.stalledClientMs },
  timing: { keepAliveMs: 600_000 },
});
const { url } = await server.listen();
const clients = fork(new URL('../support/slow-ws-clients.mjs', import.meta.url), { execArgv: [] });

async function told(message: object): Promise<Record<string, number>> {
  const answer = once(clients, 'message');
  clients.send(message);
  return ((await answer) as [Record<string, number>])[0];
}

let round = 0;
let replaced = 0;
/** How many are left to close, with nothing else happening; `null`: all change. */
let closing: number | null = null;
async function change(): Promise<void> {
  if (closing === null) changeAll();
  else closing -= closeSome(Math.min(closing, CLOSED_EACH));
  await delay(5);
}

function closeSome(count: number): number {
  for (const key of consumers.splice(-count, count)) kit.kit.graph.close(key, 'api');
  return count;
}

function changeAll(): void {
  round++;
  for (const key of consumers.splice(0, replaced)) {
    kit.kit.graph.close(key, 'api');
    const other = kit.kit.consumer(transport, randomUUID(), null);
    give(other);
    consumers.push(other);
  }
  for (const key of consumers) kit.change('consumer', key, { score: round % 11 });
  kit.stats.tick();
}

/** Bytes the kernel holds in the buffers of all TCP sockets of this machine. */
function kernelBytes(): number {
  const pages = /^TCP: .* mem (\d+)/m.exec(readFileSync('/proc/net/sockstat', 'utf8'))?.[1] ?? '0';
  return Number(pages) * 4_096;
}

const waiting = (): number[] => sockets.map(({ writableLength }) => writableLength).sort((a, b) => b - a);

const ready = told({ url: url.replace('http', 'ws'), slow, queries: load });
let begun = false;
void ready.then(() => {
  begun = true;
});
while (!begun) await change();
for (let n = 0; n < 10; n++) await change();
const kernelBefore = kernelBytes();
await told({ pause: true, trickleMs: load.trickleMs });
let stuck = 0;
let flushed = 0;
for (let n = 0; n < MOST_ROUNDS && stuck < STUCK_ROUNDS; n++) {
  await change();
  const now = sockets.reduce((sum, socket) => sum + (socket.writableLength > 0 ? socket.bytesWritten : 0), 0);
  const all = sockets.filter(({ writableLength }) => writableLength > 0).length >= slow;
  stuck = all && (now === flushed || load.trickleMs !== null) ? stuck + 1 : 0;
  flushed = now;
}
const before = await told({});
await delay(SETTLED_MS);
let mostLive = liveBytes();
let measured = performance.now();
({ replaced = 0, closed: closing = null } = load);
const until = measured + FURTHER_MS;
for (let n = 0; n < FURTHER_ROUNDS || performance.now() < until; n++) {
  await change();
  if (performance.now() - measured < MEASURED_MS) continue;
  // Until the one that reads on has read what there is for it.
  await delay(SETTLED_MS);
  mostLive = Math.max(mostLive, liveBytes());
  measured = performance.now();
}
const after = await told({});
await delay(500);
const most = waiting().slice(0, slow);
const kernelAfter = kernelBytes();
const withThem = liveBytes();
await told({ leave: true });
while (sockets.filter(({ destroyed }) => !destroyed).length > 1) await delay(5);
await delay(500);
const without = liveBytes();
process.send!({
  liveBytes: withThem,
  // What many share, and is kept for a while, is there before and after.
  freedBytes: (withThem - without) / Math.max(slow, 1),
  mostHeldBytes: (mostLive - without) / Math.max(slow, 1),
  heldBytes: most.reduce((sum, bytes) => sum + bytes, 0) / Math.max(slow, 1),
  mostBytes: most[0] ?? 0,
  kernelBytes: (kernelAfter - kernelBefore) / Math.max(slow, 1),
  readOn: (after.read ?? 0) - (before.read ?? 0),
  stuck: stuck >= STUCK_ROUNDS,
});
clients.kill();
await server.close();
process.disconnect();
