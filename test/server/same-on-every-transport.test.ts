import { beforeAll, describe, expect, it } from 'vitest';
import type { ServerSettingsInput } from '../../server/options.js';
import { overWebSocket, post, serverSentEvents, webSocketClient } from '../support/graphql-clients.js';
import { listeningStub } from '../support/stub-server.js';

const TOKEN = 'a-token-of-the-reader';

interface Failure {
  readonly message: string;
  readonly extensions?: Readonly<Record<string, unknown>>;
}

type Ask = (
  query: string,
  settings?: ServerSettingsInput,
  token?: string,
) => Promise<{ errors: Failure[]; text: string; log: string }>;

/** The same operation over each transport, against a server of its own. */
const TRANSPORTS: Readonly<Record<string, Ask>> = {
  async HTTP(query, settings, token) {
    const { url, lines } = await listeningStub(settings);
    const { body } = await post(url, query, token === undefined ? {} : { authorization: `Bearer ${token}` });
    return outcome([body], lines);
  },
  async 'server-sent events'(query, settings, token) {
    const { url, lines } = await listeningStub(settings);
    const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
    const { results } = await serverSentEvents(url, query, { headers, count: 1 });
    return outcome(results, lines);
  },
  async WebSocket(query, settings, token) {
    const { socketUrl, lines } = await listeningStub(settings);
    const client = webSocketClient(socketUrl, token === undefined ? undefined : { authorization: `Bearer ${token}` });
    const results = await overWebSocket(client, query, 1);
    // The socket survives whatever was refused.
    expect(await overWebSocket(client, '{ __typename }')).toEqual([{ data: { __typename: 'Query' } }]);
    await client.dispose();
    return outcome(results, lines);
  },
};

function outcome(results: readonly object[], lines: readonly object[]) {
  const [first = {}] = results as { errors?: Failure[] }[];
  return { errors: first.errors ?? [], text: JSON.stringify(results), log: JSON.stringify(lines, errorsAsText) };
}

function errorsAsText(_key: string, value: unknown): unknown {
  return value instanceof Error ? value.message : value;
}

const nested = (depth: number) => `{ ${'self { '.repeat(depth)}hello${' }'.repeat(depth)} }`;
const aliases = (count: number) => `{ ${Array.from({ length: count }, (_, n) => `a${n}: hello`).join(' ')} }`;

describe.each(Object.keys(TRANSPORTS))('over %s', (transport) => {
  let ask: Ask;
  beforeAll(() => {
    ask = TRANSPORTS[transport] as Ask;
  });

  it('refuses a query that is too deep and names the limit', async () => {
    const { errors } = await ask(nested(20));

    expect(errors[0]?.message).toMatch(/^(query )?depth limit of 16 exceeded, found 21/i);
    expect(errors[0]?.extensions?.code).toBe('LIMIT');
  });

  it('refuses too many aliases and names the limit', async () => {
    const { errors } = await ask(aliases(60));

    expect(errors[0]?.message).toMatch(/^(query )?aliases limit of 50 exceeded, found 60/i);
    expect(errors[0]?.extensions?.code).toBe('LIMIT');
  });

  it('refuses too many tokens and names the limit', async () => {
    const { errors } = await ask(`{ ${'hello '.repeat(500)} }`, { limits: { tokens: 400 } });

    expect(errors[0]?.message).toMatch(/^(query )?token limit of 400 exceeded/i);
    expect(errors[0]?.extensions?.code).toBe('LIMIT');
  });

  it('refuses too many directives and names the limit', async () => {
    const { errors } = await ask(`{ hello ${'@a '.repeat(60)} }`);

    expect(errors[0]?.message).toMatch(/^(query )?directives limit of 50 exceeded, found 60/i);
    expect(errors[0]?.extensions?.code).toBe('LIMIT');
  });

  it('does not hang on fragments that contain each other', async () => {
    const { errors } = await ask(
      '{ ...A } fragment A on Query { self { ...B } } fragment B on Query { self { ...A } }',
    );

    expect(errors[0]?.message).toMatch(/Cannot spread fragment "A" within itself|depth limit/);
  });

  it('says where a syntax error is', async () => {
    const { errors } = await ask('{ hello');

    expect(errors[0]).toMatchObject({ message: 'Syntax Error: Expected Name, found <EOF>.' });
  });

  it('says what is wrong with an unknown field and gives no suggestion', async () => {
    const { errors, text } = await ask('{ helo }');

    expect(errors[0]?.message).toContain('Cannot query field "helo"');
    expect(text).not.toContain('hello');
  });

  it('gives no suggestion for a wrong enum value either', async () => {
    const { errors, text } = await ask('{ echo(n: 1, side: LEFTY) }');

    expect(errors).toHaveLength(1);
    expect(text).not.toMatch(/LEFT\b/);
  });

  it('suggests when it is allowed', async () => {
    const { errors } = await ask('{ helo }', { suggestions: true });

    expect(errors[0]?.message).toContain('Did you mean "hello"');
  });

  it('hides an unexpected error and logs it under the id it gives', async () => {
    const { errors, text, log } = await ask('{ boom }');

    expect(errors).toMatchObject([{ message: 'Unexpected error.', extensions: { code: 'INTERNAL_SERVER_ERROR' } }]);
    expect(text).not.toContain('hunter2');
    expect(log).toContain('hunter2');
    expect(log).toContain(String(errors[0]?.extensions?.id));
  });

  it('hides what a subscription throws at its start', async () => {
    const { errors, text, log } = await ask('subscription { never { n } }');

    expect(errors).toMatchObject([{ message: 'Unexpected error.' }]);
    expect(text).not.toContain('hunter2');
    expect(log).toContain('hunter2');
  });

  it('hides what a subscription throws later', async () => {
    // Plain HTTP has no subscriptions; a query's field comes closest.
    const { errors, text, log } = await ask(
      transport === 'HTTP' ? '{ self { boom } }' : 'subscription { broken { n } }',
    );

    expect(errors).toMatchObject([{ message: 'Unexpected error.' }]);
    expect(text).not.toContain('hunter2');
    expect(log).toContain('hunter2');
  });

  it('shows an error that was meant for the client', async () => {
    const query = await ask('{ refused }');
    const subscription = await ask('subscription { refused { n } }');

    const expected = [{ message: 'You may not.', extensions: { code: 'FORBIDDEN' } }];
    expect(query.errors).toMatchObject(expected);
    expect(subscription.errors).toMatchObject(expected);
  });

  it('tells nothing of its inside in an error', async () => {
    const { text } = await ask('subscription { refused { n } }');

    expect(text).not.toMatch(/"http"|"unexpected"|stack/);
  });

  it('hides the schema when introspection is off', async () => {
    const { errors } = await ask('{ __schema { types { name } } }', { introspection: false });

    expect(errors[0]?.message).toContain('introspection');
  });

  it('gives resolvers the scopes of the token and the name of who bears it', async () => {
    const { text } = await ask(
      '{ scopes actor }',
      { tokens: [{ token: TOKEN, scopes: ['read'], name: 'wall' }] },
      TOKEN,
    );

    expect(text).toContain('{"scopes":["read"],"actor":"wall"}');
  });

  it('refuses one subscription more than allowed over all connections and names the limit', async () => {
    const { socketUrl, url, feed } = await listeningStub({ limits: { subscriptions: 1 } });
    const first = webSocketClient(socketUrl);
    const running = overWebSocket(first, 'subscription { graph { n } }');
    await expect.poll(() => feed.sources).toBe(1);
    const second = webSocketClient(socketUrl);

    const results =
      transport === 'WebSocket'
        ? await overWebSocket(second, 'subscription { events { n } }')
        : (await serverSentEvents(url, 'subscription { events { n } }')).results;

    expect(results[0]?.errors?.[0]).toMatchObject({
      message: expect.stringContaining('the limit is 1'),
      extensions: { code: 'TOO_MANY_SUBSCRIPTIONS' },
    });
    await Promise.all([first.dispose(), second.dispose(), running]);
  });
});
