import { describe, expect, it } from 'vitest';
import { listeningStub } from '../support/stub-server.js';

const TOKEN = 'a-token-for-reading';

async function served(auth: 'read' | 'none') {
  const stub = await listeningStub({ token: TOKEN });
  const remove = stub.monitor.routes.add({ path: '/metrics', auth, handler: () => new Response('up 1\n') });
  const ask = (headers: Record<string, string> = {}) => fetch(new URL('/metrics', stub.url), { headers });
  return { ask, remove };
}

describe('a route of a plugin', () => {
  it('is answered to whoever may read, and to nobody once it is taken back', async () => {
    const { ask, remove } = await served('read');
    const authorization = `Bearer ${TOKEN}`;

    expect((await ask()).status).toBe(401);
    expect(await (await ask({ authorization })).text()).toBe('up 1\n');
    remove();
    expect((await ask({ authorization })).status).toBe(404);
  });

  it('that decides for itself is answered to anybody', async () => {
    const { ask } = await served('none');

    expect((await ask()).status).toBe(200);
  });

  it('cannot take over one of the server', async () => {
    const { monitor, url } = await listeningStub();
    monitor.routes.add({ path: '/livez', auth: 'none', handler: () => new Response('mine') });

    expect(await (await fetch(new URL('/livez', url))).json()).toEqual({ live: true });
  });
});
