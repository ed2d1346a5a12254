import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { WebSocketServer } from 'ws';
import { createServer } from '../../../server/index.js';
import { RoomScene } from '../../support/room-scene.js';
import { SchemaKit } from '../../support/schema-kit.js';
import { median } from '../support/turns.js';

// What one delivery of about 1 kB costs when many have the same subscription, and when each has its own.

const QUERY = `subscription { stats(filter: { kinds: [CONSUMER], peer: "ann" }, everyMs: 250) { at nodes {
  key nativeId ... on Consumer { mediaKind paused stats { bitrate lossRatio roundTripTime jitter } } } } }`;

const ROUNDS = 20;

interface Feed {
  readonly url: string;
  /** Makes every subscriber be sent one message. */
  readonly tick: () => void;
  readonly close: () => Promise<unknown>;
}

async function sfuscope(): Promise<Feed> {
  const kit = new SchemaKit();
  await RoomScene.open(kit, 'blue', ['ann', 'bob', 'cyd', 'dan', 'eve', 'fay']);
  // A listener of its own takes fewer connections.
  const http = createHttpServer();
  const server = createServer(kit.monitor, {
    server: http,
    port: 0,
    limits: { sockets: 5_000, subscriptions: 5_000 },
  });
  const { url } = await server.listen();
  return { url: url.replace('http', 'ws'), tick: () => kit.stats.tick(), close: () => server.close() };
}

/** The floor: the same bytes to every socket, with nothing around them. */
async function bareSockets(bytes: number): Promise<Feed> {
  const sockets = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await once(sockets, 'listening');
  const message = Buffer.alloc(bytes, 'x');
  sockets.on('connection', (socket) =>
    socket.on('message', (data: Buffer) => socket.send(data.includes('init') ? 'connection_ack' : message)),
  );
  const tick = (): void => {
    for (const socket of sockets.clients) socket.send(message, { binary: false });
  };
  const close = async (): Promise<void> => {
    for (const socket of sockets.clients) socket.terminate();
    sockets.close();
  };
  return { url: `ws://127.0.0.1:${(sockets.address() as AddressInfo).port}`, tick, close };
}

async function fanOut(name: string, { url, tick, close }: Feed, subscribers: number): Promise<number> {
  const clients = fork(new URL('../support/ws-clients.mjs', import.meta.url), { execArgv: [] });
  const received = async (count: number): Promise<number> => {
    const told = once(clients, 'message');
    clients.send({ count });
    return ((await told) as [{ bytes: number }])[0].bytes;
  };
  const first = once(clients, 'message');
  clients.send({ count: subscribers });
  clients.send({ url, clients: subscribers, query: QUERY });
  await first;
  const costs: number[] = [];
  let bytes = 0;
  for (let round = 0; round < ROUNDS; round++) {
    await delay(50);
    const before = process.cpuUsage();
    tick();
    bytes = await received(subscribers);
    const { user, system } = process.cpuUsage(before);
    costs.push((user + system) / subscribers);
  }
  clients.disconnect();
  await close();
  const microseconds = Number(median(costs).toFixed(1));
  console.log(name, { subscribers, bytes, microseconds });
  return bytes;
}

for (const subscribers of [100, 1_000]) {
  const bytes = await fanOut('sfuscope', await sfuscope(), subscribers);
  await fanOut('bare sockets', await bareSockets(bytes), subscribers);
}
