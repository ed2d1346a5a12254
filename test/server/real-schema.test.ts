import { auditServer } from 'graphql-http';
import { describe, expect, it, onTestFinished } from 'vitest';
import { GRAPHIQL_TABS } from '../../server/graphiql-tabs.js';
import { createServer } from '../../server/index.js';
import { overWebSocket, post, serverSentEvents, webSocketClient } from '../support/graphql-clients.js';
import { liveBytes } from '../support/memory.js';
import { RawWebSocket } from '../support/raw-websocket.js';
import { realServer } from '../support/real-server.js';
import { SchemaKit } from '../support/schema-kit.js';
import { turn } from '../support/graph-kit.js';

const TOKEN = 'a-token-of-the-reader';
const CONTROL = 'a-token-of-the-boss';

describe('the queries GraphiQL opens with', () => {
  it.each(GRAPHIQL_TABS.map((query) => [/(?:query|subscription) \w+/.exec(query)?.[0], query]))(
    '%s works',
    async (_name, query) => {
      const { url, socketUrl, kit } = await realServer();
      if (!String(query).includes('subscription ')) {
        const { status, body } = await post(url, String(query));
        expect([status, body.errors]).toEqual([200, undefined]);
        return;
      }
      const client = webSocketClient(socketUrl);

      const results = overWebSocket(client, String(query), 1);
      // Whatever it waits for, happens.
      let pid = 1_000;
      const timer = setInterval(() => kit.kit.worker(pid++), 20);
      onTestFinished(() => clearInterval(timer));

      expect((await results)[0]?.errors).toBeUndefined();
      await client.dispose();
    },
  );
});

describe('the HTTP audit of graphql-http', () => {
  it('finds nothing that must or should be otherwise', async () => {
    const { url } = await realServer();

    const results = await auditServer({ url });

    const failed = results.filter(({ status }) => status === 'error' || status === 'warn');
    expect(failed.map(({ name }) => name)).toEqual([]);
    expect(results.length).toBeGreaterThan(50);
  });
});

describe('scopes', () => {
  const mutation = 'mutation { silence(room: "blue", seconds: 60) { __typename } }';
  const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

  it('a token that may read changes nothing, over any transport', async () => {
    const { url, socketUrl, kit } = await realServer({ token: TOKEN, controlToken: CONTROL });
    const client = webSocketClient(socketUrl, bearer(TOKEN));

    const answers = [
      (await post(url, mutation, bearer(TOKEN))).body,
      (await serverSentEvents(url, mutation, { headers: bearer(TOKEN) })).results[0],
      (await overWebSocket(client, mutation))[0],
    ];

    for (const answer of answers) expect(answer?.errors?.[0]?.extensions).toMatchObject({ code: 'FORBIDDEN' });
    expect(kit.alerts.silences()).toEqual([]);
    await client.dispose();
  });
});

describe('statistics', () => {
  it('are asked for while the server runs, and not longer', async () => {
    const kit = new SchemaKit();
    const before = kit.stats.leases.size;

    const server = createServer(kit.monitor, { port: 0 });
    const during = kit.stats.leases.size;
    await server.close();

    expect([during - before, kit.stats.leases.size - before]).toEqual([1, 0]);
  });
});

describe('a paused client while the graph changes', () => {
  it('costs no memory, and reads a new snapshot when it has fallen behind', async () => {
    const { kit, scene, socketUrl } = await realServer();
    const paused = await new RawWebSocket(socketUrl).init();
    const healthy = await new RawWebSocket(socketUrl).init();
    const query =
      'subscription { graph(minIntervalMs: 0) { ... on GraphSnapshotMessage { seq reset nodes { key ageMs } } ... on GraphDeltaMessage { seq changed { key } } } }';
    paused.subscribe('1', query);
    healthy.subscribe('1', query);
    await Promise.all([paused, healthy].map((client) => client.until((message) => message.includes('"nodes"'))));
    paused.stopReading();
    const before = liveBytes();

    for (let n = 0; n < 20_000; n++) {
      kit.change('producer', scene.peer('ann').audio, { score: n % 11 });
      if (n % 20 === 0) await turn();
    }

    expect(liveBytes() - before).toBeLessThan(32 * 1_024 * 1_024);
    const { seq } = kit.kit.graph;
    await healthy.until((message) => message.includes(`"seq":${seq}`) || message.includes(`"seq":"${seq}"`));
    paused.readAgain();
    await paused.until((message) => message.includes(`"seq":${seq}`) || message.includes(`"seq":"${seq}"`));
    await Promise.all([paused.close(), healthy.close()]);
  });
});

describe('an address that other machines reach', () => {
  it.each(['0.0.0.0', '::', '192.0.2.1', 'sfu.example'])('%s is refused without a token, saying what to do', (host) => {
    expect(() => createServer(new SchemaKit().monitor, { host })).toThrow(/server\.host.*server\.token/);
  });

  it('is accepted with one', async () => {
    const server = createServer(new SchemaKit().monitor, { host: '0.0.0.0', port: 0, token: TOKEN });

    const { port } = await server.listen();

    expect((await post(`http://127.0.0.1:${port}/graphql`, '{ __typename }')).status).toBe(401);
    await server.close();
  });
});

describe('options', () => {
  it('that are unknown are refused with the nearest name', () => {
    expect(() => createServer(new SchemaKit().monitor, { prot: 1 } as never)).toThrow(/server\.prot.*port/);
  });

  it('that hold a token too short are refused without showing it', () => {
    const make = () => createServer(new SchemaKit().monitor, { token: 'hunter2' });

    expect(make).toThrow(/server\.token/);
    expect(make).not.toThrow(/hunter2/);
  });
});
