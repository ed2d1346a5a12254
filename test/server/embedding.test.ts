import { createServer as createHttpServer, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import express from 'express';
import fastify from 'fastify';
import { describe, expect, it, onTestFinished } from 'vitest';
import { WebSocketServer } from 'ws';
import { overWebSocket, post, serverSentEvents, webSocketClient } from '../support/graphql-clients.js';
import { RawWebSocket } from '../support/raw-websocket.js';
import { listeningStub, stubServer } from '../support/stub-server.js';
import { SELF_SIGNED } from '../support/self-signed.js';

type Stub = ReturnType<typeof stubServer>;

/** The application's server with ours in it, listening on a free port. */
type Host = (stub: Stub) => Promise<Server>;

const HOSTS: Readonly<Record<string, Host>> = {
  async 'node:http'({ mounted }) {
    const server = createHttpServer((request, response) => {
      if (request.url === '/') response.end('the application');
      else mounted.handler(request, response);
    });
    return await listening(server);
  },

  async Express({ mounted }) {
    const app = express();
    app.get('/', (_request, response) => void response.end('the application'));
    app.use(mounted.handler);
    app.use((_request, response) => void response.status(404).end('nobody'));
    return await listening(createHttpServer(app));
  },

  async 'Express below a path, behind a body parser'({ mounted }) {
    const app = express();
    app.use(express.json());
    app.get('/', (_request, response) => void response.end('the application'));
    app.use('/sfu', mounted.handler);
    return await listening(createHttpServer(app));
  },

  async Fastify({ mounted }) {
    const app = fastify();
    app.get('/', () => 'the application');
    await app.register((scope, _options, done) => {
      // The body must reach the handler as it came.
      scope.removeAllContentTypeParsers();
      scope.addContentTypeParser('*', (_request, _payload, parsed) => parsed(null));
      scope.all('/sfu/*', (request, reply) => {
        reply.hijack();
        mounted.handler(request.raw, reply.raw);
      });
      done();
    });
    await app.listen({ port: 0, host: '127.0.0.1' });
    onTestFinished(() => app.close());
    return app.server;
  },
};

async function listening(server: Server): Promise<Server> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return server;
}

describe.each(Object.keys(HOSTS))('inside %s', (name) => {
  async function host() {
    const stub = stubServer({ basePath: '/sfu' });
    const server = await (HOSTS[name] as Host)(stub);
    stub.mounted.attach(server);
    const { port } = server.address() as AddressInfo;
    const address = `127.0.0.1:${port}`;
    return {
      ...stub,
      server,
      root: `http://${address}/`,
      url: `http://${address}/sfu/graphql`,
      socketUrl: `ws://${address}/sfu/graphql`,
    };
  }

  it('answers queries and leaves the application its own paths', async () => {
    const { url, root } = await host();

    expect((await post(url, '{ hello }')).body).toEqual({ data: { hello: 'world' } });
    expect(await (await fetch(root)).text()).toBe('the application');
    expect((await fetch(`${root}nowhere`)).status).toBe(404);
    expect((await fetch(`${root}sfu/readyz`)).status).toBe(200);
  });

  it('answers over WebSocket', async () => {
    const { socketUrl } = await host();
    const client = webSocketClient(socketUrl);

    expect(await overWebSocket(client, '{ hello }')).toEqual([{ data: { hello: 'world' } }]);
    await client.dispose();
  });

  it('sends server-sent events as they come', async () => {
    const { url, feed } = await host();

    const events = serverSentEvents(url, 'subscription { graph { n } }', { count: 1 });
    await expect.poll(() => feed.sources).toBe(1);
    feed.publish({ n: 5, text: '' });

    expect((await events).results).toEqual([{ data: { graph: { n: 5 } } }]);
    await expect.poll(() => feed.sources).toBe(0);
  });

  it('lets everything go when it closes, and leaves the application running', async () => {
    const { socketUrl, url, root, mounted, feed, server } = await host();
    const socket = await new RawWebSocket(socketUrl).init();
    socket.subscribe('1', 'subscription { graph { n } }');
    const events = serverSentEvents(url, 'subscription { graph { n } }').catch(() => 'cut');
    await expect.poll(() => feed.sources).toBe(2);

    await mounted.close();

    expect((await socket.closed).code).toBe(1001);
    expect(await events).toBe('cut');
    await expect.poll(() => feed.sources).toBe(0);
    expect(server.listenerCount('upgrade')).toBe(0);
    expect(await (await fetch(root)).text()).toBe('the application');
    expect((await fetch(url)).status).toBe(503);
  });
});

describe('beside a WebSocket of the application', () => {
  it('takes only the connections of its own path', async () => {
    const { mounted } = stubServer();
    const server = await listening(createHttpServer());
    const signalling = new WebSocketServer({ noServer: true });
    server.on('upgrade', (request, socket, head) => {
      if (request.url !== '/signalling') return;
      signalling.handleUpgrade(request, socket, head, (client) => client.send('welcome'));
    });
    mounted.attach(server);
    const address = `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;

    const theirs = new RawWebSocket(`${address}/signalling`);
    const ours = await new RawWebSocket(`${address}/graphql`).init();

    await theirs.until((message) => message === 'welcome');
    await Promise.all([theirs.close(), ours.close()]);
  });

  it('lets the application tell upgrade requests apart itself', async () => {
    const { mounted } = stubServer();
    const server = await listening(createHttpServer());
    const answers: boolean[] = [];
    server.on('upgrade', (request, socket, head) => {
      const taken = mounted.upgrade(request, socket, head);
      answers.push(taken);
      if (!taken) socket.destroy();
    });
    const address = `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;

    const ours = await new RawWebSocket(`${address}/graphql`).init();
    await expect(new RawWebSocket(`${address}/other`).opened()).rejects.toThrow();

    expect(answers).toEqual([true, false]);
    await ours.close();
  });
});

describe('with a server of the application', () => {
  it('listens with TLS', async () => {
    const { url, port } = await listeningStub({}, { server: createTlsServer(SELF_SIGNED) });

    expect(url).toBe(`https://127.0.0.1:${port}/graphql`);
    const client = webSocketClient(url.replace('https', 'wss'), undefined, {}, { rejectUnauthorized: false });
    expect(await overWebSocket(client, '{ hello }')).toEqual([{ data: { hello: 'world' } }]);
    await client.dispose();
  });
});

it('refuses a port that is in use, by name', async () => {
  const { port } = await listeningStub();
  const { mounted } = stubServer({ port });

  await expect(mounted.listen()).rejects.toMatchObject({
    code: 'SFUSCOPE_LISTEN',
    message: expect.stringContaining(`127.0.0.1:${port}`),
  });
});

it('closes twice with one promise, also before it ever listened', async () => {
  const { mounted } = stubServer();

  expect(mounted.close()).toBe(mounted.close());
  await mounted.close();
});
