import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { RawWebSocket } from '../support/raw-websocket.js';
import { twoWays } from '../support/two-ways.js';

const CONSUMERS = 450;
const QUERY = `{ ${['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j']
  .map((name) => `${name}: consumers(first: ${CONSUMERS}) { nodes { stats { bitrate } } }`)
  .join(' ')} }`;
/** Numbers that are read for the whole answer. */
const WHOLE = 10 * CONSUMERS;

/** Introspection is executed by graphql-js, and everything beside it. */
const BY_GRAPHQL_JS = QUERY.replace('{ a:', '{ __type(name: "Query") { name } a:');
const BOTH = [
  ['a plan', QUERY],
  ['graphql-js', BY_GRAPHQL_JS],
] as const;

/** A socket that has asked for a long answer, and calls `when` while it is made. */
async function asking(query: string, when: (socket: RawWebSocket) => void) {
  const server = await twoWays({}, { maxTurnMs: 0 });
  const transport = server.kit.monitor.graph.snapshot().all('transport')[0]!.key;
  for (let n = 0; n < CONSUMERS; n++) {
    server.kit.stats.set(server.kit.kit.consumer(transport, `c${n}`, null), { bitrate: n });
  }
  const socket = await new RawWebSocket(server.socketUrl).init();
  onTestFinished(() => socket.close());
  let reads = 0;
  server.kit.stats.value = () => {
    if (++reads === 10) when(socket);
    return reads;
  };
  socket.subscribe('1', query);
  return { socket, reads: () => reads };
}

/** Waits for more turns of the event loop than the whole answer takes. */
async function turns(): Promise<void> {
  for (let n = 0; n < 2 * WHOLE; n++) await turn();
}

describe.each(BOTH)('a query over WebSocket that %s executes', (_what, query) => {
  it('is made to its end while its client waits', async () => {
    const { socket, reads } = await asking(query, () => undefined);

    await socket.until((message) => message.startsWith('{"id":"1","type":"complete"'));

    expect(reads()).toBe(WHOLE);
  });

  it('is made no further when the client completes it, and the socket lives on', async () => {
    const { socket, reads } = await asking(query, (asked) => asked.send({ id: '1', type: 'complete' }));
    await expect.poll(reads).toBeGreaterThan(0);

    await turns();

    expect(reads()).toBeLessThan(WHOLE);
    socket.subscribe('2', '{ __typename }');
    await socket.until((message) => message.startsWith('{"id":"2","type":"complete"'));
    expect(socket.about('1')).toEqual([]);
  });

  it('is made no further when the socket closes', async () => {
    const { reads } = await asking(query, ({ socket }) => socket.terminate());
    await expect.poll(reads).toBeGreaterThan(0);

    await turns();

    expect(reads()).toBeLessThan(WHOLE);
  });

  it('is made no further when its client says goodbye first', async () => {
    const { reads } = await asking(query, ({ socket }) => socket.close());
    await expect.poll(reads).toBeGreaterThan(0);

    await turns();

    expect(reads()).toBeLessThan(WHOLE);
  });
});
