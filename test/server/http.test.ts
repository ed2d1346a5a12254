import { request } from 'node:http';
import { describe, expect, it } from 'vitest';
import { post } from '../support/graphql-clients.js';
import { listeningStub, stubServer } from '../support/stub-server.js';
import { stubMonitor } from '../support/stub-monitor.js';

const TOKEN = 'a-token-of-the-reader';
const CONTROL = 'a-token-of-the-boss';
const JSON_TYPE = { 'content-type': 'application/json' };

/** What a browser would let a page of another site send without asking first, and other ways in that must be shut. */
describe('what HTTP does not accept', () => {
  const refusals: readonly [string, number, RequestInit & { query?: string }][] = [
    ['a urlencoded form', 415, { method: 'POST', body: new URLSearchParams({ query: '{ hello }' }) }],
    [
      'a form with the header against forgery',
      415,
      {
        method: 'POST',
        body: new URLSearchParams({ query: '{ hello }' }),
        headers: { 'x-graphql-yoga-csrf': '1' },
      },
    ],
    ['a multipart form', 415, { method: 'POST', body: multipart() }],
    ['plain text', 415, { method: 'POST', body: '{"query":"{ hello }"}', headers: { 'content-type': 'text/plain' } }],
    [
      'a GraphQL document as such',
      415,
      { method: 'POST', body: '{ hello }', headers: { 'content-type': 'application/graphql' } },
    ],
    ['a GET without the header against forgery', 403, { query: '{ hello }' }],
    ['a mutation by GET', 405, { query: 'mutation { touch }', headers: { 'x-graphql-yoga-csrf': '1' } }],
    ['a batch', 400, { method: 'POST', body: '[{"query":"{ hello }"}]', headers: JSON_TYPE }],
    [
      'a body beyond the limit',
      413,
      {
        method: 'POST',
        body: JSON.stringify({ query: `{ hello } #${'x'.repeat(100_000)}` }),
        headers: JSON_TYPE,
      },
    ],
    ['a path of nobody', 404, { method: 'POST', body: '{"query":"{ hello }"}', headers: JSON_TYPE, query: 'path' }],
    ['another method', 405, { method: 'PUT', body: '{"query":"{ hello }"}', headers: JSON_TYPE }],
  ];

  it.each(refusals)('%s is answered with %i', async (_what, status, { query, ...init }) => {
    const { mounted } = stubServer();
    const address =
      query === 'path'
        ? 'http://localhost/nowhere'
        : `http://localhost/graphql${query === undefined ? '' : `?query=${encodeURIComponent(query)}`}`;

    const response = await mounted.fetch(address, init);

    expect(response.status).toBe(status);
    expect(await response.text()).not.toContain('world');
  });

  it('an answer that cannot be had in the form asked for is refused with what to accept', async () => {
    const { mounted, feed } = stubServer();

    const response = await mounted.fetch('http://localhost/graphql', {
      method: 'POST',
      headers: { ...JSON_TYPE, accept: 'application/json' },
      body: JSON.stringify({ query: 'subscription { events { n } }' }),
    });

    expect(response.status).toBe(406);
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    expect(await response.json()).toMatchObject({
      errors: [{ message: expect.stringContaining('text/event-stream'), extensions: { code: 'NOT_ACCEPTABLE' } }],
    });
    expect(feed.sources).toBe(0);
  });

  it('a query by GET is accepted with the header against forgery', async () => {
    const { mounted } = stubServer();

    const response = await mounted.fetch('http://localhost/graphql?query={hello}', {
      headers: { 'x-graphql-yoga-csrf': '1' },
    });

    expect(await response.json()).toEqual({ data: { hello: 'world' } });
  });

  it('a body that grows beyond the limit as it comes is cut short', async () => {
    const { url } = await listeningStub();

    const status = await new Promise((resolve, reject) => {
      const message = request(url, { method: 'POST', headers: JSON_TYPE }, (response) => {
        response.resume();
        resolve(response.statusCode);
      });
      message.on('error', reject);
      message.end(JSON.stringify({ query: `{ hello } #${'x'.repeat(150_000)}` }));
    });

    expect(status).toBe(413);
  });
});

describe('tokens over HTTP', () => {
  it('nothing is answered without one', async () => {
    const { mounted } = stubServer({ token: TOKEN });

    const response = await mounted.fetch('http://localhost/graphql', ask('{ hello }'));

    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toContain('Bearer');
    expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] });
  });

  it('the scopes of the one that was sent reach the schema', async () => {
    const { mounted } = stubServer({ token: TOKEN, controlToken: CONTROL });

    const scopes = async (token: string) => {
      const response = await mounted.fetch(
        'http://localhost/graphql',
        ask('{ scopes }', { authorization: `Bearer ${token}` }),
      );
      return ((await response.json()) as { data: { scopes: string[] } }).data.scopes;
    };

    expect(await scopes(TOKEN)).toEqual(['read']);
    expect(await scopes(CONTROL)).toEqual(['control', 'read']);
  });

  it.each(['/graphql?x=/livez', '/graphql?x=/graphql', '/x/graphql', '/graphql/', '//graphql', '/health'])(
    'the address %s is no way around them',
    async (path) => {
      const { mounted } = stubServer({ token: TOKEN });

      const response = await mounted.fetch(`http://localhost${path}`, ask('{ hello }'));

      expect(response.status).toBe(401);
    },
  );

  it('a wrong one is refused and not logged', async () => {
    const { mounted, lines } = stubServer({ token: TOKEN });

    const response = await mounted.fetch(
      'http://localhost/graphql',
      ask('{ hello }', { authorization: 'Bearer wrong-secret-token' }),
    );

    expect(response.status).toBe(401);
    expect(JSON.stringify(lines)).not.toContain('wrong-secret-token');
  });
});

describe('origins over HTTP', () => {
  const from = (origin: string) => ask('{ hello }', { origin });

  it('no answer may be read by a page of another origin', async () => {
    const { mounted } = stubServer();

    const response = await mounted.fetch('http://localhost/graphql', from('https://evil.example'));

    expect(response.headers.get('access-control-allow-origin')).toBeNull();
  });

  it('only a listed origin may', async () => {
    const { mounted } = stubServer({ origins: ['https://wall.example'] });

    const allowed = await mounted.fetch('http://localhost/graphql', from('https://wall.example'));
    const other = await mounted.fetch('http://localhost/graphql', from('https://evil.example'));

    expect(allowed.headers.get('access-control-allow-origin')).toBe('https://wall.example');
    expect(allowed.headers.get('access-control-allow-credentials')).toBeNull();
    expect(other.headers.get('access-control-allow-origin')).not.toBe('https://evil.example');
  });

  it('a host name that is not known is refused, since a page can make a browser believe in it', async () => {
    const { port } = await listeningStub();

    const status = await new Promise((resolve) => {
      request(
        { port, method: 'POST', path: '/graphql', headers: { ...JSON_TYPE, host: 'evil.example' } },
        (response) => {
          response.resume();
          resolve(response.statusCode);
        },
      ).end('{"query":"{ hello }"}');
    });

    expect(status).toBe(403);
  });
});

describe('health', () => {
  it('says that the process lives', async () => {
    const { mounted } = stubServer({ token: TOKEN });

    expect((await mounted.fetch('http://localhost/livez')).status).toBe(200);
  });

  it('is ready while the monitor runs', async () => {
    const { mounted } = stubServer({ token: TOKEN });

    const response = await mounted.fetch('http://localhost/readyz');

    expect([response.status, await response.json()]).toEqual([200, { ready: true, reasons: [] }]);
  });

  it('says which plugins keep it from being ready, and not why', async () => {
    const plugin = { eventsDelivered: 0, lastError: 'amqp://user:hunter2@broker' };
    const monitor = stubMonitor({
      state: 'stopping',
      plugins: [
        { ...plugin, name: 'amqp', state: 'running', health: { status: 'failing', reason: 'hunter2' } },
        { ...plugin, name: 'loki', state: 'failed', health: { status: 'ok' } },
        { ...plugin, name: 'fine', state: 'running', health: { status: 'degraded', reason: '' } },
      ] as never,
    });
    const { mounted } = stubServer({}, { monitor });

    const response = await mounted.fetch('http://localhost/readyz');
    const text = await response.text();

    expect(response.status).toBe(503);
    expect(JSON.parse(text)).toEqual({
      ready: false,
      reasons: ['The monitor is stopping.', "Plugin 'amqp' is failing.", "Plugin 'loki' has failed."],
    });
    expect(text).not.toContain('hunter2');
  });

  it('is not ready once it is closing', async () => {
    const { mounted, graphql } = stubServer();

    graphql.announceClosing();

    expect((await mounted.fetch('http://localhost/readyz')).status).toBe(503);
  });
});

describe('further routes', () => {
  const routes = [
    {
      path: '/metrics',
      auth: 'read',
      handler: () => new Response('up 1\n', { headers: { 'content-type': 'text/plain' } }),
    },
    { path: '/reset', auth: 'control', handler: () => new Response('done') },
    { path: '/open', auth: 'none', handler: () => new Response('open') },
    {
      path: '/broken',
      auth: 'none',
      handler: () => {
        throw new Error('hunter2');
      },
    },
  ] as const;

  it('answers them below the base path', async () => {
    const { mounted } = stubServer({ basePath: '/sfu' }, { routes });

    expect(await (await mounted.fetch('http://localhost/sfu/metrics')).text()).toBe('up 1\n');
    expect((await mounted.fetch('http://localhost/metrics')).status).toBe(404);
  });

  it('asks for the scope each needs', async () => {
    const { mounted } = stubServer({ token: TOKEN, controlToken: CONTROL }, { routes });
    const status = async (path: string, token?: string) => {
      const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
      return (await mounted.fetch(`http://localhost${path}`, { headers })).status;
    };

    expect([await status('/metrics'), await status('/metrics', TOKEN)]).toEqual([401, 200]);
    expect([await status('/reset', TOKEN), await status('/reset', CONTROL)]).toEqual([403, 200]);
    expect(await status('/open')).toBe(200);
  });

  it('hides what one of them throws', async () => {
    const { mounted, lines } = stubServer({}, { routes });

    const response = await mounted.fetch('http://localhost/broken');

    expect(response.status).toBe(500);
    expect(await response.text()).not.toContain('hunter2');
    expect(lines).toMatchObject([{ level: 'error', fields: { path: '/broken' } }]);
  });
});

it('tells browsers not to guess, keep or pass on what it answers', async () => {
  const { url } = await listeningStub();

  const { headers } = await fetch(url, ask('{ hello }'));

  expect(headers.get('x-content-type-options')).toBe('nosniff');
  expect(headers.get('cache-control')).toBe('no-store');
  expect(headers.get('referrer-policy')).toBe('no-referrer');
});

it('answers variables and operation names as any GraphQL server', async () => {
  const { url } = await listeningStub();

  const { body } = await post(url, 'query A { hello } query B($n: Int!) { echo(n: $n) }', {}, { n: 3 });

  expect(body.errors?.[0]?.message).toMatch(/operation/i);
});

function ask(query: string, headers: Record<string, string> = {}): RequestInit {
  return { method: 'POST', headers: { ...JSON_TYPE, ...headers }, body: JSON.stringify({ query }) };
}

function multipart(): FormData {
  const form = new FormData();
  form.set('operations', '{"query":"{ hello }"}');
  form.set('map', '{}');
  return form;
}
