import { once } from 'node:events';
import { request } from 'node:http';
import { describe, expect, it } from 'vitest';
import { post } from '../support/graphql-clients.js';
import { realServer } from '../support/real-server.js';

const CONSUMERS = 2_000;
const NAME = 'blüe 🎥';
/** Several parts of bytes, with characters that are more than one. */
const QUERY = `{ ${['a', 'b', 'c', 'd']
  .map((name) => `${name}: consumers(first: 500) { nodes { id key nativeId type labels { name value } ageMs } }`)
  .join(' ')} }`;

async function start() {
  const server = await realServer();
  const transport = server.kit.monitor.graph.snapshot().all('transport')[0]!.key;
  for (let n = 0; n < CONSUMERS; n++) server.kit.kit.consumer(transport, `${NAME} ${n}`, null);
  return server;
}

describe('a large answer over HTTP', () => {
  it('has the bytes, the length and the type it says', async () => {
    const { url, kit } = await start();
    const expected = JSON.stringify({ data: await kit.ask(QUERY) });

    for (const [accept, type] of [
      ['*/*', 'application/json; charset=utf-8'],
      ['application/json', 'application/json; charset=utf-8'],
      ['application/graphql-response+json', 'application/graphql-response+json; charset=utf-8'],
      ['application/json, multipart/mixed', 'application/json; charset=utf-8'],
    ] as const) {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept },
        body: JSON.stringify({ query: QUERY }),
      });
      const bytes = Buffer.from(await response.arrayBuffer());

      expect(response.headers.get('content-type')).toBe(type);
      expect(response.headers.get('content-length')).toBe(`${bytes.length}`);
      expect(response.headers.get('cache-control')).toBe('no-store');
      expect(bytes.length).toBeGreaterThan(300_000);
      expect(withoutAges(bytes.toString()) === withoutAges(expected)).toBe(true);
    }
  });

  it('is the same over server-sent events, and when the application asks without a port', async () => {
    const { url, server } = await start();
    const expected = withoutAges(JSON.stringify((await post(url, QUERY)).body));

    const events = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
      body: JSON.stringify({ query: QUERY }),
    });
    const [data] = /(?<=^data: )\{.+\}$/m.exec(await events.text()) ?? [''];
    const direct = await server.fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', host: new URL(url).host },
      body: JSON.stringify({ query: QUERY }),
    });

    expect(withoutAges(data) === expected).toBe(true);
    expect(withoutAges(await direct.text()) === expected).toBe(true);
  });

  it('is refused as a small one when nothing that is accepted fits', async () => {
    const { url } = await start();

    const { status, body } = await post(url, QUERY, { accept: 'image/png' });

    expect([status, body.errors?.[0]?.extensions?.code]).toEqual([406, 'NOT_ACCEPTABLE']);
  });

  it('leaves nothing behind when the client goes while it is sent', async () => {
    const { url, server } = await start();
    for (let n = 0; n < 3; n++) {
      const asked = request(url, { method: 'POST', headers: { 'content-type': 'application/json' } });
      asked.on('error', () => undefined);
      asked.end(JSON.stringify({ query: QUERY }));
      const [response] = (await once(asked, 'response')) as [{ once: (name: 'data', take: () => void) => void }];
      response.once('data', () => asked.destroy());
      await once(asked, 'close');
    }

    expect((await post(url, '{ consumers { totalCount } }')).status).toBe(200);
    // Waits for whatever is still busy.
    await server.close();
  });
});

function withoutAges(text: string): string {
  return text.replace(/"ageMs":[\d.]+/g, '');
}
