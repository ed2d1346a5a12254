import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { liveBytes } from '../support/memory.js';
import { observedServer } from '../support/observed-server.js';
import { RawWebSocket } from '../support/raw-websocket.js';
import { realServer } from '../support/real-server.js';
import { SlowReader } from '../support/slow-reader.js';
import { listeningStub } from '../support/stub-server.js';
import type { StubFeed } from '../support/stub-schema.js';

const CHANGES = 20_000;
/** Bytes of one change; all of them together would be 400 MB. */
const SIZE = 20_000;
/** What all buffers on the way may take together: the kernel's are not ours, and a client of the test keeps what it has read. */
const FLAT = 24 * 1_024 * 1_024;

/** Publishes quickly, but lets the loop turn, as an SFU's would. */
async function storm(feed: StubFeed, changes = CHANGES): Promise<void> {
  const text = 'x'.repeat(SIZE);
  for (let n = 1; n <= changes; n++) {
    feed.publish({ n, text });
    if (n % 10 === 0) await turn();
  }
}

async function start(settings: Parameters<typeof listeningStub>[0] = {}) {
  const stub = await listeningStub(settings);
  const paused = await new RawWebSocket(stub.socketUrl).init();
  const healthy = await new RawWebSocket(stub.socketUrl).init();
  const events = new SlowReader(stub.port, 'subscription { graph { n text } }');
  onTestFinished(async () => {
    events.close();
    await Promise.all([paused.close(), healthy.close()]);
  });
  paused.subscribe('graph', 'subscription { graph { n text } }');
  paused.subscribe('stats', 'subscription { stats { n text } }');
  healthy.subscribe('graph', 'subscription { graph { n } }');
  await expect.poll(() => stub.feed.sources).toBe(4);
  await expect.poll(() => events.text).toContain('text/event-stream');
  paused.stopReading();
  events.stopReading();
  return { ...stub, paused, healthy, events };
}

describe('clients that stop reading while much changes', () => {
  it('cost no memory, harm nobody, and see the newest state once they read again', async () => {
    const { feed, paused, healthy, events } = await start();
    const before = liveBytes();

    await storm(feed);

    const grown = liveBytes() - before;
    expect(grown).toBeLessThan(FLAT);
    await healthy.until((message) => message.includes(`"n":${CHANGES}}`));
    paused.readAgain();
    events.readAgain();
    await paused.until((message) => message.startsWith('{"id":"stats"') && message.includes(`"n":${CHANGES},`));
    await paused.until((message) => message.startsWith('{"id":"graph"') && message.includes(`"n":${CHANGES},`));
    await expect.poll(() => events.text.includes(`"n":${CHANGES},`)).toBe(true);
  });

  it('are cut off after a while, and leave nothing behind', async () => {
    const { feed, healthy, events, graphql } = await start({ limits: { stalledClientMs: 300 } });
    await storm(feed, 2_000);

    await expect.poll(() => graphql.stallGuard.cut).toBe(2);

    await expect.poll(() => [graphql.sockets.size, feed.sources, graphql.subscriptions.size]).toEqual([1, 1, 1]);
    events.readAgain();
    await expect.poll(() => events.closed).toBe(true);
    feed.publish({ n: 1_000_000, text: '' });
    await healthy.until((message) => message.includes('"n":1000000}'));
  });

  it('are not cut off while nothing waits for them', async () => {
    const { feed, graphql } = await start({ limits: { stalledClientMs: 200 } });
    let looks = 0;
    const timer = setInterval(() => looks++, 50);
    onTestFinished(() => clearInterval(timer));

    await expect.poll(() => looks).toBeGreaterThan(10);

    expect([graphql.stallGuard.cut, feed.sources]).toEqual([0, 4]);
  });
});

it('a client that stops reading holds the newest result of each of its subscriptions, and nothing of the others', async () => {
  const { socketUrl, feed, graphql } = await listeningStub();
  const slow = await new RawWebSocket(socketUrl).init();
  onTestFinished(() => slow.close());
  slow.subscribe('a', 'subscription { stats { n text } }');
  slow.subscribe('b', 'subscription { stats { text n } }');
  await expect.poll(() => graphql.subscriptions.size).toBe(2);
  slow.stopReading();

  await storm(feed, 2_000);
  slow.readAgain();

  for (const id of ['a', 'b']) {
    await slow.until((message) => message.startsWith(`{"id":"${id}"`) && message.includes('"n":2000'));
    const numbers = slow.about(id).map(({ payload }) => (payload as { data: { stats: { n: number } } }).data.stats.n);
    // What the operating system took before it was full, and the newest.
    expect(numbers.length).toBeLessThan(2_000);
    expect(numbers).toEqual([...numbers].sort((one, other) => one - other));
  }
});

it('a client that asks much and reads nothing is not read from any more', async () => {
  const { socketUrl, feed, graphql } = await listeningStub({ limits: { bufferedBytes: 65_536 } });
  const flood = await new RawWebSocket(socketUrl).init();
  const healthy = await new RawWebSocket(socketUrl).init();
  onTestFinished(async () => {
    await Promise.all([flood.close(), healthy.close()]);
  });
  healthy.subscribe('1', 'subscription { graph { n } }');
  await expect.poll(() => feed.sources).toBe(1);
  flood.stopReading();
  const before = liveBytes();

  for (let n = 0; n < 3_000; n++) {
    // Every one of them is answered with its own payload.
    flood.send({ type: 'ping', payload: { n, text: 'x'.repeat(SIZE) } });
    if (n % 20 === 0) await turn();
  }

  // What the flooding client has yet to send waits in its own buffers, and they are in this process too.
  expect(liveBytes() - before - flood.socket.bufferedAmount).toBeLessThan(FLAT);
  feed.publish({ n: 1, text: '' });
  await healthy.until((message) => message.includes('"n":1}'));
  expect(graphql.sockets.size).toBe(2);
});

/** Less than all its subscriptions would hold with one message each. */
const MOST = 200_000;

it('a client that stops reading holds no more bytes than it may, however much it has subscribed to', async () => {
  const { server, sockets } = observedServer();
  const { socketUrl, feed } = await listeningStub({ limits: { bufferedBytes: MOST } }, { server });
  const slow = await new RawWebSocket(socketUrl).init();
  const [waiting] = sockets;
  const healthy = await new RawWebSocket(socketUrl).init();
  onTestFinished(async () => {
    await Promise.all([slow.close(), healthy.close()]);
  });
  for (let n = 0; n < 30; n++) slow.subscribe(`${n}`, `subscription { graph { n text } } # ${n}`);
  healthy.subscribe('1', 'subscription { graph { n } }');
  await expect.poll(() => feed.sources).toBe(31);
  slow.stopReading();

  // Until what the operating system takes is full.
  for (let n = 0; n < 100 && waiting?.writableLength === 0; n++) await storm(feed, 500);
  await storm(feed, 2_000);

  expect(waiting?.writableLength).toBeGreaterThan(0);
  // All that fits, and what stands around each.
  expect(waiting?.writableLength).toBeLessThan(MOST + SIZE);
  await healthy.until((message) => message.includes('"n":2000}'));
  slow.readAgain();
  for (let n = 0; n < 30; n++) {
    await slow.until((message) => message.startsWith(`{"id":"${n}"`) && message.includes('"n":2000,'));
  }
});

it('a client that asks for long answers and reads none holds one of them', async () => {
  const { server, sockets } = observedServer();
  const { socketUrl, kit } = await realServer({ server });
  const transport = kit.monitor.graph.snapshot().all('transport')[0]!.key;
  for (let n = 0; n < 500; n++) kit.kit.consumer(transport, `${'x'.repeat(1_000)} ${n}`, null);
  const query = '{ consumers(first: 500) { nodes { nativeId key } } }';
  const slow = await new RawWebSocket(socketUrl).init();
  onTestFinished(() => slow.close());
  const [waiting] = sockets;
  slow.subscribe('first', query);
  const { length } = await slow.until((message) => message.startsWith('{"id":"first","type":"next"'));
  slow.stopReading();
  const operations = Array.from({ length: 30 }, (_, n) => `${n}`);

  for (const id of operations) slow.subscribe(id, query);
  await expect.poll(() => waiting?.writableLength).toBeGreaterThan(0);
  // More than enough for all the others.
  for (let n = 0; n < 1_000; n++) await turn();

  expect(length).toBeGreaterThan(500_000);
  expect(waiting?.writableLength).toBeLessThan(1.5 * length);
  slow.readAgain();
  for (const id of operations) await slow.until((message) => message.startsWith(`{"id":"${id}","type":"complete"`));
});
