import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import { createServer } from '../../../server/index.js';
import { RoomScene } from '../../support/room-scene.js';
import { SchemaKit } from '../../support/schema-kit.js';

/** About 1 kB in every message. */
export const QUERY = `subscription { stats(filter: { kinds: [CONSUMER], peer: "ann" }, everyMs: 250) { at nodes {
  key nativeId ... on Consumer { mediaKind paused stats { bitrate lossRatio roundTripTime jitter } } } } }`;
const BYTES = 1_034;

/** One way of sending a message to all who have subscribed. */
export interface Feed {
  readonly url: string;
  /** Makes every subscriber be sent one message. */
  readonly tick: () => void;
  readonly close: () => Promise<unknown>;
}

export const FEEDS = {
  /** The same bytes to every socket, with nothing around them. */
  'floor: bare ws, ready bytes': async (): Promise<Feed> => {
    const sockets = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false });
    await once(sockets, 'listening');
    const message = Buffer.alloc(BYTES, 'x');
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
  },

  sfuscope: async (): Promise<Feed> => {
    const kit = new SchemaKit();
    await RoomScene.open(kit, 'blue', ['ann', 'bob', 'cyd', 'dan', 'eve', 'fay']);
    // A listener of its own takes fewer connections.
    const server = createServer(kit.monitor, {
      server: createHttpServer(),
      port: 0,
      limits: { sockets: 5_000, subscriptions: 5_000 },
    });
    const { url } = await server.listen();
    return { url: url.replace('http', 'ws'), tick: () => kit.stats.tick(), close: () => server.close() };
  },
} as const;
