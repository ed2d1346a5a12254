import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import express from 'express';
import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { ServerSettingsInput } from '../../server/options.js';
import { answerType } from '../../server/plain-query.js';
import { post } from '../support/graphql-clients.js';
import { exchange, twoWays } from '../support/two-ways.js';

const TOKEN = 'a-token-of-the-reader';
const PAGE = '{ consumers(first: 50) { totalCount nodes { id key mediaKind stats { bitrate lossRatio } } } }';
const LABELS = '{ consumers(first: 500) { nodes { id key nativeId type ageMs labels { name value } } } }';
const PEER = 'query Peer($room: String, $peer: String!) { peer(room: $room, peerId: $peer) { id } }';
const SEVERAL = 'query A { sfu { runId } } query B { workers { totalCount } } subscription S { host { at } }';
const MUTATION = 'query A { sfu { runId } } mutation M { resume { runId } }';
const AFTER = 'query After($after: String) { consumers(after: $after) { totalCount } }';
const DEAR =
  'query Dear($n: Int) { a: consumers(first: $n) { nodes { producer { consumers(first: $n) { nodes { id } } } } } }';
const WARM: readonly (readonly [string, object?, string?])[] = [
  [PAGE],
  [LABELS],
  [PEER, { room: 'blue', peer: 'ann' }],
  [SEVERAL, {}, 'A'],
  [MUTATION, {}, 'A'],
  [AFTER],
  [DEAR, { n: 1 }],
  ['{ __typename }'],
];

interface Sent {
  readonly start?: string;
  readonly headers?: Readonly<Record<string, string | null>>;
  readonly body?: string | Buffer;
}

/** The bytes of a request on a connection of its own. */
function bytesOf({
  start = 'POST /graphql HTTP/1.1',
  headers = {},
  body = JSON.stringify({ query: PAGE }),
}: Sent): Buffer {
  const all: Record<string, string | null> = {
    host: 'localhost',
    connection: 'close',
    'content-type': 'application/json',
    'content-length': `${Buffer.byteLength(body)}`,
    ...headers,
  };
  const lines = Object.entries(all).flatMap(([name, value]) => (value === null ? [] : `${name}: ${value}\r\n`));
  return Buffer.concat([Buffer.from(`${start}\r\n${lines.join('')}\r\n`), Buffer.from(body)]);
}

/** Without what is made anew for each answer. */
function settled(answer: string): string {
  return answer.replace(/^date: .*\r\n/im, '').replace(/"id":"[\da-f-]{36}"/g, '"id":"(random)"');
}

/** As many copies of the queries as make the short way known to both. */
async function warm(port: number, token?: string): Promise<void> {
  const headers: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };
  for (const [query, variables, operationName] of WARM) {
    const body = JSON.stringify({ query, variables, operationName });
    expect(await exchange(port, bytesOf({ body, headers }))).toContain('\r\n\r\n{"data":');
  }
}

/** What both ways say, which must be the same, and whether the quick way was taken where it could be. */
async function sameOn(
  server: Awaited<ReturnType<typeof twoWays>>,
  sent: Sent,
): Promise<{ text: string; quick: boolean }> {
  const before = server.graphql.quickQueries.answered;
  const text = settled(await exchange(server.quick, bytesOf(sent)));
  const quick = server.graphql.quickQueries.answered > before;
  expect(text).toBe(settled(await exchange(server.long, bytesOf(sent))));
  expect(server.graphql.quickQueries.answered - before).toBe(quick ? 1 : 0);
  return { text, quick };
}

const json = (value: unknown): string => JSON.stringify(value);
const body = (value: unknown): Sent => ({ body: json(value) });
const headers = (given: Sent['headers'] & object): Sent => ({ headers: given });

/** What is sent, the status of the answer, and whether it may be answered the quick way. */
const REQUESTS: Readonly<Record<string, readonly [Sent, number, 'quick' | 'long']>> = {
  'a page': [{}, 200, 'quick'],
  'next to nothing': [body({ query: '{ __typename }' }), 200, 'quick'],
  variables: [body({ query: PEER, variables: { room: 'blue', peer: 'bob' } }), 200, 'quick'],
  'an operation by its name': [body({ query: SEVERAL, operationName: 'A' }), 200, 'quick'],
  'another operation of the same document': [body({ query: SEVERAL, operationName: 'B' }), 200, 'quick'],
  'the only operation by its name': [
    body({ query: PEER, operationName: 'Peer', variables: { peer: 'ann' } }),
    200,
    'quick',
  ],
  'nothing where nothing is needed': [body({ query: PAGE, variables: null, operationName: null }), 200, 'quick'],
  'variables nobody asked for': [body({ query: PAGE, variables: { n: 1 } }), 200, 'quick'],
  'parts of it twice': [{ body: `{"query":"{ no }","query":${json(PAGE)}}` }, 200, 'quick'],
  'white space around it': [{ body: ` \n${json({ query: PAGE })}\n ` }, 200, 'quick'],

  'a document never seen before': [body({ query: `${PAGE} ` }), 200, 'long'],
  'a subscription': [
    { ...body({ query: SEVERAL, operationName: 'S' }), headers: { accept: 'application/json' } },
    406,
    'long',
  ],
  'a mutation': [body({ query: MUTATION, operationName: 'M' }), 200, 'long'],
  'no operation named': [body({ query: SEVERAL }), 400, 'long'],
  'an operation that is not there': [body({ query: SEVERAL, operationName: 'C' }), 400, 'long'],
  'a name that is empty': [body({ query: PEER, operationName: '', variables: { peer: 'ann' } }), 400, 'long'],
  'a name that is a number': [body({ query: PAGE, operationName: 7 }), 400, 'long'],
  'a missing variable': [body({ query: PEER, variables: {} }), 400, 'long'],
  'no variables where one is needed': [body({ query: PEER }), 400, 'long'],
  'a variable of another type': [body({ query: PEER, variables: { peer: { name: 'ann' } } }), 400, 'long'],
  'variables as a text': [body({ query: PAGE, variables: '{}' }), 400, 'long'],
  'variables as a list': [body({ query: PAGE, variables: [] }), 400, 'long'],
  'a cursor of nowhere': [body({ query: AFTER, variables: { after: 'nowhere' } }), 200, 'long'],
  'a page that is too large': [body({ query: DEAR, variables: { n: 501 } }), 200, 'long'],
  'a query that is too dear': [body({ query: DEAR, variables: { n: 500 } }), 200, 'long'],
  'an unknown field': [body({ query: '{ nothing }' }), 200, 'long'],
  'a document that is none': [body({ query: '{' }), 200, 'long'],
  'the schema': [body({ query: '{ __schema { queryType { name } } }' }), 200, 'long'],
  extensions: [body({ query: PAGE, extensions: { persistedQuery: {} } }), 200, 'long'],
  'something else': [body({ query: PAGE, id: 1 }), 400, 'long'],
  'a prototype': [{ body: `{"query":${json(PAGE)},"__proto__":{"a":1}}` }, 400, 'long'],
  'no query': [body({}), 200, 'long'],
  'a query that is a number': [body({ query: 5 }), 400, 'long'],
  'a batch': [body([{ query: PAGE }]), 400, 'long'],
  null: [{ body: 'null' }, 400, 'long'],
  'a text': [body(PAGE), 400, 'long'],
  'JSON that is none': [{ body: `{"query":${json(PAGE)}` }, 400, 'long'],
  'nothing at all': [{ body: '' }, 400, 'long'],
  'a byte order mark': [{ body: `\uFEFF${json({ query: PAGE })}` }, 400, 'long'],
  'bytes that are no text': [
    { body: Buffer.from(json({ query: PEER, variables: { peer: 'ann\u00ff' } }), 'latin1') },
    200,
    'long',
  ],
  'a body beyond the limit': [body({ query: `${PAGE} #${'x'.repeat(100_000)}` }), 413, 'long'],

  'no wish for a type': [headers({ accept: '*/*' }), 200, 'quick'],
  'JSON wished for': [headers({ accept: 'application/json' }), 200, 'quick'],
  'a GraphQL response wished for': [headers({ accept: 'application/graphql-response+json' }), 200, 'quick'],
  either: [headers({ accept: 'application/graphql-response+json, application/json' }), 200, 'quick'],
  'either, weighed': [
    headers({ accept: 'application/graphql-response+json;q=0.1,application/json;q=0.9' }),
    200,
    'quick',
  ],
  'either, the other way round': [
    headers({ accept: 'application/json, application/graphql-response+json' }),
    200,
    'quick',
  ],
  'whatever an axios wishes for': [headers({ accept: 'application/json, text/plain, */*' }), 200, 'quick'],
  'a page or anything': [headers({ accept: 'text/html, */*;q=0.1' }), 200, 'quick'],
  'in capitals': [headers({ accept: 'Application/JSON' }), 200, 'quick'],
  'no wish at all': [headers({ accept: '' }), 200, 'long'],
  'an image': [headers({ accept: 'image/png' }), 406, 'long'],
  'a page of HTML': [headers({ accept: 'text/html' }), 406, 'long'],
  'another alphabet': [headers({ accept: 'application/json; charset=latin1' }), 406, 'long'],
  'all that urql wishes for': [
    headers({
      accept:
        'application/graphql-response+json, application/graphql+json, application/json, text/event-stream, multipart/mixed',
    }),
    200,
    'long',
  ],

  'JSON in UTF-8': [headers({ 'content-type': 'application/json; charset=utf-8' }), 200, 'quick'],
  'JSON in something else': [headers({ 'content-type': 'application/json; charset=latin1' }), 200, 'long'],
  'JSON in capitals': [headers({ 'content-type': 'Application/JSON' }), 415, 'long'],
  'GraphQL as JSON': [headers({ 'content-type': 'application/graphql+json' }), 200, 'long'],
  'plain text': [headers({ 'content-type': 'text/plain' }), 415, 'long'],
  'a form': [headers({ 'content-type': 'application/x-www-form-urlencoded' }), 415, 'long'],
  'no type': [headers({ 'content-type': null }), 415, 'long'],
  'packed, as it says': [headers({ 'content-encoding': 'gzip' }), 200, 'long'],
  'in chunks': [
    {
      headers: { 'content-length': null, 'transfer-encoding': 'chunked' },
      body: `${json({ query: PAGE }).length.toString(16)}\r\n${json({ query: PAGE })}\r\n0\r\n\r\n`,
    },
    200,
    'long',
  ],
  'the name of another host': [headers({ host: 'evil.example' }), 403, 'long'],
  'no name of a host': [{ start: 'POST /graphql HTTP/1.0', headers: { host: null } }, 200, 'quick'],
  'an origin': [headers({ origin: 'https://evil.example' }), 200, 'quick'],
  'more after the path': [{ start: 'POST /graphql?x=1 HTTP/1.1' }, 200, 'long'],
  'a slash after the path': [{ start: 'POST /graphql/ HTTP/1.1' }, 200, 'long'],
  'another path': [{ start: 'POST /graphq HTTP/1.1' }, 404, 'long'],
  'another method': [{ start: 'PUT /graphql HTTP/1.1' }, 405, 'long'],
  OPTIONS: [{ start: 'OPTIONS /graphql HTTP/1.1' }, 405, 'long'],
};

describe('a request that may be answered the quick way', () => {
  it.each(Object.entries(REQUESTS))('says the same as through Yoga: %s', async (_what, [sent, status, way]) => {
    const server = await twoWays();
    await warm(server.quick);

    const { text, quick } = await sameOn(server, sent);

    expect(text.slice(0, text.indexOf('\r\n'))).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(quick).toBe(way === 'quick');
  });

  it.each<readonly [string, string, number, 'quick' | 'long']>([
    ['the token', `Bearer ${TOKEN}`, 200, 'quick'],
    ['the token, in small letters', `bearer  ${TOKEN} `, 200, 'quick'],
    ['no token', '', 401, 'long'],
    ['another token', 'Bearer another-token-of-some-length', 401, 'long'],
    ['the token as something else', `Basic ${TOKEN}`, 401, 'long'],
  ])('says the same to whoever shows %s', async (_what, authorization, status, way) => {
    const server = await twoWays({ token: TOKEN });
    await warm(server.quick, TOKEN);

    const { text, quick } = await sameOn(server, headers({ authorization }));

    expect([text.slice(9, 12), quick]).toEqual([`${status}`, way === 'quick']);
  });

  it.each<readonly [string, ServerSettingsInput, Sent, 'quick' | 'long']>([
    ['a listed origin', { origins: ['https://wall.example'] }, headers({ origin: 'https://wall.example' }), 'long'],
    [
      'an origin that is not',
      { origins: ['https://wall.example'] },
      headers({ origin: 'https://evil.example' }),
      'long',
    ],
    ['no origin where some are listed', { origins: ['https://wall.example'] }, {}, 'quick'],
    [
      'a body that is too large by now',
      { limits: { bodyBytes: 1_000 } },
      body({ query: PAGE, variables: { x: 'x'.repeat(1_000) } }),
      'long',
    ],
    ['a name that is allowed', { allowedHosts: ['wall.example'] }, headers({ host: 'wall.example:81' }), 'quick'],
    [
      'a schema that is hidden',
      { introspection: false },
      body({ query: '{ __schema { queryType { name } } }' }),
      'long',
    ],
  ])('says the same with %s', async (_what, settings, sent, way) => {
    const server = await twoWays(settings);
    await warm(server.quick);

    expect((await sameOn(server, sent)).quick).toBe(way === 'quick');
  });

  it('has the same bytes when they are many', async () => {
    const server = await twoWays();
    const transport = server.kit.monitor.graph.snapshot().all('transport')[0]!.key;
    for (let n = 0; n < 2_000; n++) server.kit.kit.consumer(transport, `blüe 🎥 ${n}`, null);
    const lists = (count: number): string =>
      `{ ${['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']
        .slice(0, count)
        .map((name) => `${name}: ${LABELS.slice(2, -2)}`)
        .join(' ')} }`;

    for (const query of [lists(1), lists(8)]) {
      await exchange(server.quick, bytesOf(body({ query })));
      const { text, quick } = await sameOn(server, body({ query }));
      expect(quick).toBe(true);
      expect(text.length).toBeGreaterThan(query === lists(1) ? 65_536 : 524_288);
    }
  });

  it('has its own bytes while others are answered, whether they wait, read on or go away', async () => {
    const server = await twoWays();
    const transport = server.kit.monitor.graph.snapshot().all('transport')[0]!.key;
    for (let n = 0; n < 450; n++) server.kit.kit.consumer(transport, `${n}-${'x'.repeat(200)}`, null);
    const queries = ['id', 'nativeId', 'key', 'a: nativeId', 'b: key'].map(
      (fields) =>
        `{ ${['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].map((name) => `${name}: consumers(first: 500) { nodes { ${fields} id type } }`).join(' ')} }`,
    );
    const ask = (query: string): Promise<string> => exchange(server.quick, bytesOf(body({ query })));
    const expected: string[] = [];
    for (const query of queries) {
      await ask(query);
      expected.push(settled(await exchange(server.long, bytesOf(body({ query })))));
    }
    const before = server.graphql.quickQueries.answered;

    for (let round = 0; round < 5; round++) {
      const leaving = connect(server.quick, '127.0.0.1');
      leaving.write(bytesOf(body({ query: queries[0] })));
      leaving.once('data', () => leaving.destroy());
      const answers = await Promise.all(queries.map(ask));
      // Not the texts themselves, of megabytes.
      expect(answers.map((answer, n) => settled(answer) === expected[n])).toEqual(expected.map(() => true));
    }

    expect(expected[0]!.length).toBeGreaterThan(524_288);
    expect(server.graphql.quickQueries.answered - before).toBeGreaterThanOrEqual(25);
  });

  it('is answered in its turn, between others on the same connection, and in pieces', async () => {
    const server = await twoWays();
    await warm(server.quick);
    const open = { connection: 'keep-alive' };
    const all = Buffer.concat([
      bytesOf({ headers: open }),
      bytesOf({ headers: open, body: json({ query: '{' }) }),
      bytesOf({ headers: open, body: json({ query: '{ __typename }' }) }),
      bytesOf({ headers: open, body: json({ query: PEER }) }),
      bytesOf({}),
    ]);
    const before = server.graphql.quickQueries.answered;

    const together = await exchange(server.quick, all);
    const pieces = await exchange(
      server.quick,
      ...Array.from({ length: 12 }, (_, n) => all.subarray((n * all.length) / 12, ((n + 1) * all.length) / 12)),
    );
    const long = await exchange(server.long, all);

    const withoutDates = (text: string): string => text.replace(/^date: .*\r\n/gim, '');
    expect(withoutDates(together)).toBe(withoutDates(long));
    expect(withoutDates(pieces)).toBe(withoutDates(long));
    expect(together.split('HTTP/1.1 ')).toHaveLength(6);
    expect(server.graphql.quickQueries.answered - before).toBe(6);
  });

  it('is answered by a route that has taken the place of the endpoint', async () => {
    const server = await twoWays();
    await warm(server.quick);
    const remove = (server.kit.monitor.routes as unknown as { add(route: object): () => void }).add({
      path: '/graphql',
      auth: 'read',
      handler: () => new Response('a plugin'),
    });

    const { text, quick } = await sameOn(server, {});
    remove();

    expect([text.includes('a plugin'), quick]).toEqual([true, false]);
    expect((await sameOn(server, {})).quick).toBe(true);
  });

  it('that cannot be answered so is tried no more often than through Yoga, and logged once', async () => {
    const server = await twoWays();
    await warm(server.quick);
    const lines = server.lines.length;
    for (const { key } of server.kit.monitor.graph.snapshot().all('consumer')) server.kit.stats.set(key, {});
    const reads: number[] = [];
    server.kit.stats.value = () => {
      reads.push(server.latest()?.socket?.localPort ?? 0);
      throw new Error('the password is hunter2');
    };

    const { text } = await sameOn(server, {});

    expect(text).not.toContain('hunter2');
    const through = (port: number): number => reads.filter((one) => one === port).length;
    expect(through(server.quick)).toBe(through(server.long));
    const failed = server.lines.slice(lines).filter((line) => JSON.stringify(line).includes('Unexpected error'));
    const each = (text.match(/Unexpected error/g) ?? []).length;
    expect(each).toBeGreaterThan(0);
    expect(failed).toHaveLength(2 * each);
  });

  it('is made no further when its client has gone', async () => {
    const server = await twoWays({}, { maxTurnMs: 0 });
    const transport = server.kit.monitor.graph.snapshot().all('transport')[0]!.key;
    for (let n = 0; n < 450; n++) {
      server.kit.stats.set(server.kit.kit.consumer(transport, `c${n}`, null), { bitrate: n });
    }
    const query = '{ consumers(first: 450) { nodes { key stats { bitrate } } } }';
    await exchange(server.quick, bytesOf(body({ query })));
    const socket = connect(server.quick, '127.0.0.1');
    let reads = 0;
    server.kit.stats.value = () => {
      if (++reads === 10) server.latest()?.destroy();
      return reads;
    };

    socket.resume().write(bytesOf(body({ query })));
    await once(socket, 'close');
    // Many more than it would take to make the answer to its end.
    for (let n = 0; n < 2_000; n++) await turn();

    expect(reads).toBeGreaterThanOrEqual(10);
    expect(reads).toBeLessThan(50);
  });

  it('is forgotten when many others have come since', async () => {
    const server = await twoWays();
    const another = (n: number): Sent => body({ query: `{ __typename } # ${n}` });
    for (let n = 0; n <= 128; n++) await exchange(server.quick, bytesOf(another(n)));

    expect((await sameOn(server, another(1))).quick).toBe(true);
    expect((await sameOn(server, another(0))).quick).toBe(false);
  });

  it('leaves nothing behind when the client goes before its body is whole', async () => {
    const server = await twoWays();
    await warm(server.quick);
    const whole = bytesOf({});
    const before = server.graphql.quickQueries.answered;
    for (let n = 0; n < 3; n++) {
      const socket = connect(server.quick, '127.0.0.1');
      await new Promise((resolve) => socket.write(whole.subarray(0, -10), resolve));
      socket.destroy();
    }

    expect((await sameOn(server, {})).quick).toBe(true);
    expect(server.graphql.quickQueries.answered - before).toBe(1);
  });
});

describe('inside an Express application', () => {
  it.each([
    ['behind a body parser', true, 0],
    ['behind nothing', false, 2],
  ] as const)('%s, the answers are the same', async (_what, parses, quick) => {
    const { graphql } = await twoWays({ basePath: '/sfu' });
    const app = express();
    if (parses) app.use(express.json());
    app.use('/sfu', (request, response) => void graphql.handle(request, response));
    const server = createHttpServer(app);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => {
      server.closeAllConnections();
      server.close();
    });
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/sfu/graphql`;

    const first = await post(url, PAGE);

    expect(first.body.data).toMatchObject({ consumers: { totalCount: expect.any(Number) } });
    expect([await post(url, PAGE), await post(url, PAGE)]).toEqual([first, first]);
    expect(graphql.quickQueries.answered).toBe(quick);
  });
});

describe('the type of an answer', () => {
  it.each(['text/event-stream', 'multipart/mixed', 'application/json, text/event-stream', 'image/png', ''])(
    'is left to Yoga where a client accepts %j',
    (accept) => {
      expect(answerType(accept)).toBeNull();
    },
  );
});
