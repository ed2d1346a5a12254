import { describe, expect, it } from 'vitest';
import { RawWebSocket } from '../support/raw-websocket.js';
import { SlowReader } from '../support/slow-reader.js';
import { listeningStub } from '../support/stub-server.js';

const TOKEN = 'a-token-of-the-reader';
const CONTROL = 'a-token-of-the-boss';

async function sockets(url: string, count: number, payload?: object): Promise<RawWebSocket[]> {
  return await Promise.all(Array.from({ length: count }, () => new RawWebSocket(url).init(payload)));
}

async function closeAll(clients: readonly RawWebSocket[]): Promise<void> {
  await Promise.all(clients.map((client) => client.close()));
}

describe('identical subscriptions to a newest state', () => {
  it('share one source, one execution and one text, whatever ids their clients gave them', async () => {
    const { socketUrl, feed, graphql } = await listeningStub();
    const clients = await sockets(socketUrl, 5);
    for (const [n, client] of clients.entries()) client.subscribe(`id${n}`, 'subscription { stats { n } }');
    await expect.poll(() => feed.sources).toBe(1);
    await expect.poll(() => graphql.subscriptions.size).toBe(5);

    feed.publish({ n: 1, text: '' });
    await Promise.all(clients.map((client) => client.until((message) => message.includes('"n":1'))));

    expect(feed.executions).toBe(1);
    expect(clients.map((client, n) => client.about(`id${n}`))).toEqual(
      clients.map((_, n) => [{ id: `id${n}`, type: 'next', payload: { data: { stats: { n: 1 } } } }]),
    );
    await closeAll(clients);
    await expect.poll(() => feed.sources).toBe(0);
  });

  it('are shared between WebSocket and server-sent events', async () => {
    const { socketUrl, port, feed, graphql } = await listeningStub();
    const [client] = await sockets(socketUrl, 1);
    client?.subscribe('1', 'subscription { stats { n } }');
    const reader = new SlowReader(port, 'subscription { stats { n } }');
    await expect.poll(() => graphql.subscriptions.size).toBe(2);
    await expect.poll(() => feed.sources).toBe(1);

    feed.publish({ n: 7, text: '' });

    await expect.poll(() => reader.text).toContain('data: {"data":{"stats":{"n":7}}}');
    await client?.until((message) => message.includes('"n":7'));
    expect(feed.executions).toBe(1);
    reader.close();
    await client?.close();
    await expect.poll(() => feed.sources).toBe(0);
  });

  it('send a late subscriber the newest result at once', async () => {
    const { socketUrl, feed } = await listeningStub();
    const [early, late] = (await sockets(socketUrl, 2)) as [RawWebSocket, RawWebSocket];
    early.subscribe('1', 'subscription { stats { n } }');
    await expect.poll(() => feed.sources).toBe(1);
    feed.publish({ n: 3, text: '' });
    await early.until((message) => message.includes('"n":3'));

    late.subscribe('1', 'subscription { stats { n } }');

    await late.until((message) => message.includes('"n":3'));
    expect([feed.executions, feed.sources]).toEqual([1, 1]);
    await closeAll([early, late]);
  });

  it('go on for the others when the first subscriber leaves', async () => {
    const { socketUrl, feed, graphql } = await listeningStub();
    const [first, second] = (await sockets(socketUrl, 2)) as [RawWebSocket, RawWebSocket];
    first.subscribe('1', 'subscription { stats { n } }');
    await expect.poll(() => feed.sources).toBe(1);
    second.subscribe('1', 'subscription { stats { n } }');
    await expect.poll(() => graphql.subscriptions.size).toBe(2);

    await first.close();
    feed.publish({ n: 4, text: '' });

    await second.until((message) => message.includes('"n":4'));
    await second.close();
    await expect.poll(() => feed.sources).toBe(0);
  });

  it.each([0, 40, 60, 80, 16_000, 17_000, 65_000, 66_000, 1_000_000])(
    'send a text of %d characters whole, between the messages of other operations',
    async (length) => {
      const { socketUrl, feed, graphql } = await listeningStub();
      const clients = await sockets(socketUrl, 3);
      for (const [n, client] of clients.entries()) {
        client.subscribe('shared', 'subscription { stats { n text } }');
        client.subscribe(`"own" ${n}`, 'subscription { graph { n } }');
      }
      await expect.poll(() => graphql.subscriptions.size).toBe(6);
      const text = 'ü'.repeat(length);

      for (const n of [1, 2]) {
        feed.publish({ n, text });
        for (const client of clients) client.send({ type: 'ping' });
        await Promise.all(clients.map((client) => client.until((message) => message.includes(`{"stats":{"n":${n},`))));
      }

      for (const [n, client] of clients.entries()) {
        const payloads = client.about('shared').map(({ payload }) => payload);
        expect(JSON.stringify(payloads.at(-1)) === JSON.stringify({ data: { stats: { n: 2, text } } })).toBe(true);
        await client.until((message) => message.startsWith(`{"id":"\\"own\\" ${n}"`) && message.includes('"n":2'));
        await client.until((message) => message.includes('pong'));
      }
      await closeAll(clients);
      await expect.poll(() => feed.sources).toBe(0);
    },
  );

  it('are complete when their source ends, after the newest result, and say nothing more to a client who has left', async () => {
    const { socketUrl, feed, graphql } = await listeningStub();
    const [one, other] = (await sockets(socketUrl, 2)) as [RawWebSocket, RawWebSocket];
    for (const client of [one, other]) client.subscribe('1', 'subscription { stats { n } }');
    await expect.poll(() => graphql.subscriptions.size).toBe(2);

    other.send({ id: '1', type: 'complete' });
    await expect.poll(() => graphql.subscriptions.size).toBe(1);
    feed.publish({ n: 1, text: '' });
    feed.latest.close();

    await one.until((message) => message.includes('complete'));
    expect(one.about('1').map(({ type }) => type)).toEqual(['next', 'complete']);
    expect(other.about('1')).toEqual([]);
    other.subscribe('1', '{ hello }');
    await other.until((message) => message.includes('world'));
    await closeAll([one, other]);
  });

  it('begin anew after the last one left', async () => {
    const { socketUrl, feed } = await listeningStub();
    for (const n of [1, 2]) {
      const [client] = (await sockets(socketUrl, 1)) as [RawWebSocket];
      client.subscribe('1', 'subscription { stats { n } }');
      await expect.poll(() => feed.sources).toBe(1);
      feed.publish({ n, text: '' });
      await client.until((message) => message.includes(`"n":${n}`));
      expect(client.about('1')).toHaveLength(1);
      await client.close();
      await expect.poll(() => feed.sources).toBe(0);
    }
  });

  it.each([
    ['document', 'subscription { stats { n } }', 'subscription { stats { n text } }'],
    ['argument', 'subscription { stats(room: "a") { n } }', 'subscription { stats(room: "b") { n } }'],
  ])('are not shared when the %s differs', async (_what, one, other) => {
    const { socketUrl, feed } = await listeningStub();
    const [client] = (await sockets(socketUrl, 1)) as [RawWebSocket];

    client.subscribe('1', one);
    client.subscribe('2', other);

    await expect.poll(() => feed.sources).toBe(2);
    await client.close();
  });

  it('are not shared when variables differ', async () => {
    const { socketUrl, feed } = await listeningStub();
    const [client] = (await sockets(socketUrl, 1)) as [RawWebSocket];
    const query = 'subscription($room: String) { stats(room: $room) { n } }';

    for (const room of ['a', 'b', 'a']) {
      client.send({ id: `${room}${Math.random()}`, type: 'subscribe', payload: { query, variables: { room } } });
    }

    await expect.poll(() => feed.sources).toBe(2);
    await client.close();
  });

  it('are not shared between tokens that may do different things', async () => {
    const { socketUrl, feed } = await listeningStub({ token: TOKEN, controlToken: CONTROL });
    const clients = (
      await Promise.all([TOKEN, CONTROL].map((token) => sockets(socketUrl, 1, { authorization: `Bearer ${token}` })))
    ).flat();

    for (const client of clients) client.subscribe('1', 'subscription { stats { n } }');

    await expect.poll(() => feed.sources).toBe(2);
    await closeAll(clients);
  });

  it('send an error of one field to all, masked', async () => {
    const { socketUrl, feed, graphql } = await listeningStub();
    const clients = await sockets(socketUrl, 2);
    for (const client of clients) client.subscribe('1', 'subscription { stats { n boom } }');
    await expect.poll(() => feed.sources).toBe(1);
    await expect.poll(() => graphql.subscriptions.size).toBe(2);

    feed.publish({ n: 1, text: '' });

    for (const client of clients) {
      const message = await client.until((text) => text.includes('"next"'));
      expect(message).toContain('Unexpected error.');
      expect(message).toContain('"n":1');
      expect(message).not.toContain('hunter2');
    }
    await closeAll(clients);
  });
});

describe('identical subscriptions to events', () => {
  it('have a source each, and execute each event once', async () => {
    const { socketUrl, feed } = await listeningStub();
    const clients = await sockets(socketUrl, 5);
    for (const client of clients) client.subscribe('1', 'subscription { events { n } }');
    await expect.poll(() => feed.sources).toBe(5);

    for (const n of [1, 2, 3]) feed.publish({ n, text: '' });
    await Promise.all(clients.map((client) => client.until((message) => message.includes('"n":3'))));

    expect(feed.executions).toBe(3);
    for (const client of clients) {
      expect(client.about('1').map(({ payload }) => payload)).toEqual(
        [1, 2, 3].map((n) => ({ data: { events: { n } } })),
      );
    }
    await closeAll(clients);
    await expect.poll(() => feed.sources).toBe(0);
  });
});

it('a subscription with a snapshot of its own is never shared', async () => {
  const { socketUrl, feed } = await listeningStub();
  const clients = await sockets(socketUrl, 3);

  for (const client of clients) client.subscribe('1', 'subscription { graph { n } }');

  await expect.poll(() => feed.sources).toBe(3);
  feed.publish({ n: 1, text: '' });
  await Promise.all(clients.map((client) => client.until((message) => message.includes('"n":1'))));
  expect(feed.executions).toBe(3);
  await closeAll(clients);
});
