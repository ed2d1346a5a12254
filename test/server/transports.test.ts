import { describe, expect, it } from 'vitest';
import { overWebSocket, post, serverSentEvents, webSocketClient } from '../support/graphql-clients.js';
import { listeningStub } from '../support/stub-server.js';
import { eventually } from '../support/until.js';

describe('a server on its own port', () => {
  it('answers a query over HTTP', async () => {
    const { url } = await listeningStub();

    expect(await post(url, '{ hello }')).toEqual({ status: 200, body: { data: { hello: 'world' } } });
  });

  it('answers a query over WebSocket', async () => {
    const { socketUrl } = await listeningStub();
    const client = webSocketClient(socketUrl);

    expect(await overWebSocket(client, '{ hello }')).toEqual([{ data: { hello: 'world' } }]);
    await client.dispose();
  });

  it('sends each event of a subscription over WebSocket and lets its source go afterwards', async () => {
    const { socketUrl, feed, graphql } = await listeningStub();
    const client = webSocketClient(socketUrl);

    const results = overWebSocket(client, 'subscription { graph { n } }', 2);
    await eventually(() => expect(feed.sources).toBe(1));
    feed.publish({ n: 1, text: '' });
    feed.publish({ n: 2, text: '' });

    expect(await results).toEqual([{ data: { graph: { n: 1 } } }, { data: { graph: { n: 2 } } }]);
    await eventually(() => expect([feed.sources, graphql.subscriptions.size]).toEqual([0, 0]));
    await client.dispose();
  });

  it('sends each event of a subscription as server-sent events and lets its source go when the client leaves', async () => {
    const { url, feed, graphql } = await listeningStub();

    const results = serverSentEvents(url, 'subscription { graph { n } }', { count: 2 });
    await eventually(() => expect(feed.sources).toBe(1));
    feed.publish({ n: 1, text: '' });
    feed.publish({ n: 2, text: '' });

    expect((await results).results).toEqual([{ data: { graph: { n: 1 } } }, { data: { graph: { n: 2 } } }]);
    await eventually(() => expect([feed.sources, graphql.subscriptions.size]).toEqual([0, 0]));
  });
});
