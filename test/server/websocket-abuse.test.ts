import { connect } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { RawWebSocket } from '../support/raw-websocket.js';
import { listeningStub } from '../support/stub-server.js';

const TOKEN = 'a-token-of-the-reader';

function open(url: string, options?: ConstructorParameters<typeof RawWebSocket>[1]): RawWebSocket {
  const socket = new RawWebSocket(url, options);
  onTestFinished(() => socket.close());
  return socket;
}

/** Holds this process up. */
function blockLoop(ms: number): void {
  const until = performance.now() + ms;
  while (performance.now() < until);
}

describe('the upgrade', () => {
  it.each([
    ['a page of another origin', { origin: 'https://evil.example' }, 403],
    ['a page without an origin', { origin: 'null' }, 403],
    ['a page of this host on another port', { origin: 'http://127.0.0.1:1' }, 403],
    ['a false host name', { host: 'evil.example' }, 403],
  ])('is refused to %s', async (_who, headers, status) => {
    const { socketUrl } = await listeningStub();

    await expect(open(socketUrl, { headers }).opened()).rejects.toThrow(String(status));
  });

  it('is granted to a page of its own origin, to a listed one, and to what is not a browser', async () => {
    const { socketUrl, port } = await listeningStub({ origins: ['https://wall.example'] });

    for (const headers of [{ origin: `http://127.0.0.1:${port}` }, { origin: 'https://wall.example' }, {}]) {
      await open(socketUrl, { headers }).init();
    }
  });

  it('is refused beyond the limit of connections, and granted again when one has left', async () => {
    const { socketUrl, graphql } = await listeningStub({ limits: { sockets: 1 } });
    const first = await open(socketUrl).init();

    await expect(open(socketUrl).opened()).rejects.toThrow('503');
    await first.close();
    await expect.poll(() => graphql.sockets.size).toBe(0);
    await open(socketUrl).init();
  });

  it('for another path is cut off on a port of our own', async () => {
    const { socketUrl } = await listeningStub();

    await expect(open(socketUrl.replace('/graphql', '/other')).opened()).rejects.toThrow();
  });

  it('without a protocol ends with 4406', async () => {
    const { socketUrl } = await listeningStub();

    expect(await open(socketUrl, { protocol: null }).closed).toMatchObject({ code: 4406 });
  });

  it('survives a client that is gone before it is answered', async () => {
    const { socketUrl, port } = await listeningStub();
    const client = connect(port, '127.0.0.1');
    await new Promise<void>((resolve) => client.once('connect', resolve));

    client.write('GET /graphql HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n');
    client.resetAndDestroy();

    await open(socketUrl).init();
  });
});

describe('the introduction', () => {
  it('that does not come ends with 4408', async () => {
    const { socketUrl } = await listeningStub({ timing: { initMs: 100 } });

    expect(await open(socketUrl).closed).toMatchObject({ code: 4408 });
  });

  it.each([
    ['no token', undefined],
    ['a wrong token', { authorization: 'Bearer wrong' }],
    ['something else than a token', { authorization: { length: 3 } }],
  ])('with %s ends with 4403', async (_what, payload) => {
    const { socketUrl } = await listeningStub({ token: TOKEN });
    const socket = await open(socketUrl).opened();

    socket.send({ type: 'connection_init', payload });

    expect(await socket.closed).toMatchObject({ code: 4403 });
  });

  it.each([
    ['the parameters', {}, { authorization: `Bearer ${TOKEN}` }],
    ['the header', { authorization: `Bearer ${TOKEN}` }, undefined],
  ])('with the token in %s is welcome', async (_where, headers, payload) => {
    const { socketUrl } = await listeningStub({ token: TOKEN });
    const socket = await open(socketUrl, { headers }).init(payload);

    socket.subscribe('1', '{ scopes }');

    expect(await socket.until((message) => message.includes('"next"'))).toContain('["read"]');
  });

  it('that is skipped ends with 4401', async () => {
    const { socketUrl } = await listeningStub();
    const socket = await open(socketUrl).opened();

    socket.subscribe('1', '{ hello }');

    expect(await socket.closed).toMatchObject({ code: 4401 });
  });

  it('that comes twice ends with 4429', async () => {
    const { socketUrl } = await listeningStub();
    const socket = await open(socketUrl).init();

    socket.send({ type: 'connection_init' });

    expect(await socket.closed).toMatchObject({ code: 4429 });
  });
});

describe('a message', () => {
  it.each([
    'garbage',
    '{}',
    'null',
    '[]',
    '{"type":"unknown"}',
    '{"type":"subscribe","id":"1"}',
    '{"type":"subscribe","id":"1","payload":{"query":7}}',
    '{"type":"subscribe","id":"1","payload":{"query":"{ hello }","variables":[]}}',
  ])('like %s ends with 4400', async (message) => {
    const { socketUrl } = await listeningStub();
    const socket = await open(socketUrl).init();

    socket.send(message);

    expect(await socket.closed).toMatchObject({ code: 4400 });
  });

  it('that is too big ends with 1009', async () => {
    const { socketUrl, lines } = await listeningStub();
    const socket = await open(socketUrl).init();

    socket.subscribe('1', `{ hello } #${'x'.repeat(65_536)}`);

    expect(await socket.closed).toMatchObject({ code: 1009 });
    expect(lines.filter(({ level }) => level === 'error')).toEqual([]);
  });

  it('with an id that is in use ends with 4409', async () => {
    const { socketUrl } = await listeningStub();
    const socket = await open(socketUrl).init();

    socket.subscribe('1', 'subscription { graph { n } }');
    socket.subscribe('1', '{ hello }');

    expect(await socket.closed).toMatchObject({ code: 4409 });
  });

  it('with ids that objects have of their own does no harm', async () => {
    const { socketUrl } = await listeningStub();
    const socket = await open(socketUrl).init();

    for (const id of ['__proto__', 'constructor', 'toString']) socket.subscribe(id, '{ hello }');

    await expect.poll(() => socket.about('__proto__').length).toBe(2);
    expect(socket.about('constructor')[0]).toMatchObject({ payload: { data: { hello: 'world' } } });
  });

  it('with a reserved opcode is a protocol error of that client only', async () => {
    const { socketUrl } = await listeningStub();
    const bad = await open(socketUrl).init();
    const good = await open(socketUrl).init();

    bad.writeBytes(0x83, 0x80, 0, 0, 0, 0);

    expect((await bad.closed).code).toBe(1002);
    good.subscribe('1', '{ hello }');
    await good.until((message) => message.includes('world'));
  });
});

describe('an operation', () => {
  it('beyond the limit of one connection is refused by name while the others go on', async () => {
    const { socketUrl, feed } = await listeningStub({ limits: { operationsPerSocket: 2 } });
    const socket = await open(socketUrl).init();

    for (const id of ['1', '2', '3']) socket.subscribe(id, 'subscription { graph { n } }');
    await expect.poll(() => socket.about('3').length).toBe(1);
    await expect.poll(() => feed.sources).toBe(2);
    feed.publish({ n: 7, text: '' });

    expect(socket.about('3')).toMatchObject([
      {
        type: 'error',
        payload: [{ message: expect.stringContaining('the limit is 2'), extensions: { code: 'TOO_MANY_OPERATIONS' } }],
      },
    ]);
    await expect.poll(() => [...socket.about('1'), ...socket.about('2')].length).toBe(2);
  });

  it('that was refused frees its place', async () => {
    const { socketUrl, feed } = await listeningStub({ limits: { operationsPerSocket: 1 } });
    const socket = await open(socketUrl).init();

    for (let n = 0; n < 5; n++) {
      socket.subscribe(`bad${n}`, '{ nothing }');
      await expect.poll(() => socket.about(`bad${n}`).length).toBe(1);
    }
    socket.subscribe('good', 'subscription { graph { n } }');

    await expect.poll(() => feed.sources).toBe(1);
  });

  it('that the client completes ends its source', async () => {
    const { socketUrl, feed } = await listeningStub();
    const socket = await open(socketUrl).init();
    socket.subscribe('1', 'subscription { graph { n } }');
    await expect.poll(() => feed.sources).toBe(1);

    socket.send({ id: '1', type: 'complete' });

    await expect.poll(() => feed.sources).toBe(0);
  });

  it('of a client that vanishes ends its source', async () => {
    const { socketUrl, feed, graphql } = await listeningStub();
    const socket = await open(socketUrl).init();
    for (let n = 0; n < 10; n++) socket.subscribe(`${n}`, 'subscription { graph { n } }');
    await expect.poll(() => feed.sources).toBe(10);

    socket.socket.terminate();

    await expect.poll(() => [feed.sources, graphql.subscriptions.size, graphql.sockets.size]).toEqual([0, 0, 0]);
  });

  it('without an operation in it is an error of its own', async () => {
    const { socketUrl } = await listeningStub();
    const socket = await open(socketUrl).init();

    socket.subscribe('1', 'query A { hello } query B { hello }');

    await expect.poll(() => socket.about('1')).toMatchObject([{ type: 'error' }]);
    expect(socket.socket.readyState).toBe(socket.socket.OPEN);
  });
});

describe('a connection', () => {
  it('that answers no ping is cut off', async () => {
    const { socketUrl, graphql } = await listeningStub({ timing: { keepAliveMs: 1_000 } });
    const socket = new RawWebSocket(socketUrl);
    await socket.init();

    socket.stopReading();

    await expect.poll(() => graphql.sockets.size).toBe(0);
    await socket.close();
  });

  it('that answers pings stays, also when this process was held up before it could read the answer', async () => {
    const { socketUrl } = await listeningStub({ timing: { keepAliveMs: 1_000 } });
    const socket = await open(socketUrl).init();
    let pings = 0;
    socket.socket.on('ping', () => {
      pings++;
      // By now the answer is on its way.
      if (pings === 2) blockLoop(2_500);
    });

    await expect.poll(() => pings).toBe(4);

    expect(socket.socket.readyState).toBe(socket.socket.OPEN);
  });

  it('is told 1001 when the server closes', async () => {
    const { socketUrl, mounted } = await listeningStub();
    const socket = await open(socketUrl).init();
    socket.subscribe('1', 'subscription { graph { n } }');

    await mounted.close();

    expect(await socket.closed).toMatchObject({ code: 1001 });
    // Told that it is complete, a client would not subscribe again elsewhere.
    expect(socket.about('1')).toEqual([]);
  });

  it('that does not let go is cut off when the server closes', async () => {
    const { socketUrl, mounted } = await listeningStub({ timing: { closeMs: 100 } });
    const socket = new RawWebSocket(socketUrl);
    await socket.init();
    socket.stopReading();

    await mounted.close();

    await socket.close();
  });
});
