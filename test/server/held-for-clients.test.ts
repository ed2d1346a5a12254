import { randomBytes } from 'node:crypto';
import { setImmediate as turn } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { EntityKey } from '../../core/index.js';
import { unsentOf } from '../../server/unsent-bytes.js';
import { liveBytes } from '../support/memory.js';
import { ManualClock } from '../support/manual-clock.js';
import { observedServer } from '../support/observed-server.js';
import { RawWebSocket } from '../support/raw-websocket.js';
import { realServer } from '../support/real-server.js';
import { SlowReader } from '../support/slow-reader.js';

/** So many that a message about all is longer than all that two operating systems take for a client. */
const CONSUMERS = 12_000;
const NAME = 'x'.repeat(500);
const GRAPH = `subscription { graph(filter: { kinds: [CONSUMER] }, minIntervalMs: 0) { __typename
  ... on GraphSnapshotMessage { part last nodes { ...consumer } }
  ... on GraphDeltaMessage { seq part last changed { ...consumer } closed { key } } } }
  fragment consumer on Consumer { key nativeId score }`;
const PAGES = `{ ${Array.from({ length: 19 }, (_, n) => `page${n}: consumers(first: 500) { nodes { id key nativeId } }`).join(' ')} }`;
/** More than are kept as they were for one client. */
const MANY = 700;
/** No more than that; what each takes is estimated at 1,400 bytes, with which and a part that waits in a socket too much is held. */
const FEW = 240;
/** What is given to measuring: what many share comes and goes. */
const MOST_HELD = 1_048_576;
const LOOK_MS = 1_000;

async function start(nameOf = (n: number): string => `${NAME} ${n}`) {
  const clock = new ManualClock();
  const { server, sockets } = observedServer();
  const { kit, port, socketUrl, lines } = await realServer({
    server,
    clock,
    // Looks once a second. Nobody is asked whether it is there.
    limits: { stalledClientMs: 12 * LOOK_MS },
    timing: { keepAliveMs: 600_000 },
  });
  const transport = kit.monitor.graph.snapshot().all('transport')[0]!.key;
  const consumers = Array.from({ length: CONSUMERS }, (_, n) => kit.kit.consumer(transport, nameOf(n), null));
  await turn();
  let score = 0;
  const change = (keys: readonly EntityKey[]): void => {
    score = (score + 1) % 11;
    for (const key of keys) kit.change('consumer', key, { score });
  };
  const close = (keys: readonly EntityKey[]): void => {
    for (const key of keys) kit.kit.graph.close(key, 'api');
  };
  const look = async (): Promise<void> => {
    clock.advance(LOOK_MS);
    // Whatever the operating system takes meanwhile.
    for (let n = 0; n < 20; n++) await turn();
  };
  const told = (): number => lines.filter(({ level }) => level === 'warn').length;
  return { kit, port, socketUrl, sockets, consumers, change, close, look, told };
}

interface Told {
  readonly type: string;
  readonly payload: { readonly data: { readonly graph: Graph } };
}

interface Graph {
  readonly nodes?: readonly Consumer[];
  readonly changed?: readonly Consumer[];
  readonly closed?: readonly { readonly key: string }[];
}

interface Consumer {
  readonly key: string;
  readonly score: number | null;
}

function nodesIn(message: string): readonly Consumer[] {
  return (JSON.parse(message) as Told).payload.data.graph.nodes ?? [];
}

type Started = Awaited<ReturnType<typeof start>>;

/** A client that has begun to read a message about all, and reads nothing more. */
async function stopped({ socketUrl }: Started): Promise<RawWebSocket> {
  const client = await new RawWebSocket(socketUrl).init();
  onTestFinished(() => client.close());
  client.subscribe('graph', GRAPH);
  await client.until((message) => message.startsWith('{"id":"graph"'));
  client.stopReading();
  return client;
}

/** Looks until the guard has told of a client; fails when it never does. */
async function untilTold({ look, told }: Started): Promise<void> {
  const looked = async (): Promise<number> => {
    await look();
    return told();
  };
  await expect.poll(looked, { timeout: 60_000, interval: 10 }).toBe(1);
}

describe('a client that stops reading in the middle of a message', () => {
  it('is told to come back when too much is held for it, and nothing is from then on', async () => {
    const started = await start();
    const { kit, consumers, change, look, told, socketUrl } = started;
    const other = await new RawWebSocket(socketUrl).init();
    onTestFinished(() => other.close());
    other.subscribe('graph', GRAPH);
    await other.until((message) => message.includes('"last":true'));
    const client = await stopped(started);
    for (let n = 0; n < 10; n++) await look();
    expect(told()).toBe(0);
    change(consumers.slice(-FEW));

    await untilTold(started);

    await expect.poll(() => kit.kit.graph.followers).toBe(1);
    client.readAgain();
    expect(await client.closed).toEqual({
      code: 1013,
      reason: 'Nothing was read while too much was held for this client: subscribe again',
    });
    change(consumers.slice(0, 1));
    const { seq } = kit.monitor.graph;
    await other.until((message) => message.includes(`"seq":${seq}`));
  });

  it.each<[string, (started: Started) => void]>([
    [
      'few have changed, however often',
      ({ consumers, change }) => {
        for (let n = 0; n < MANY; n++) change(consumers.slice(0, 5));
      },
    ],
    ['all have changed', ({ consumers, change }) => change(consumers)],
    ['many have closed', ({ consumers, close }) => close(consumers.splice(-MANY))],
  ])('keeps its connection when %s, and gets the rest of the message', async (_what, happen) => {
    const started = await start();
    const { look, told } = started;
    const client = await stopped(started);
    happen(started);
    for (let n = 0; n < 10; n++) await look();
    expect(told()).toBe(0);

    client.readAgain();

    const last = await client.until((message) => message.includes('"last":true'));
    const parts = client.messages.filter((message) => message.includes('GraphSnapshotMessage'));
    expect(last).toContain(`"part":${parts.length - 1},`);
    const keys = parts.flatMap((part) => nodesIn(part).map(({ key }) => key));
    expect(new Set(keys).size).toBe(keys.length);
    const open = started.kit.monitor.graph.snapshot().all('consumer');
    expect(keys).toEqual(open.map(({ key }) => key));
  });

  it('gets the rest as it is by then when much has changed, and nothing that has closed', async () => {
    const started = await start();
    const { kit, consumers, change, close, look } = started;
    const client = await stopped(started);
    const [closed = ''] = consumers.slice(-1);
    // No more than the graph remembers, or it would begin again.
    const changed = consumers.slice(-MANY, -1);
    close([closed as EntityKey]);
    for (let n = 1; n <= 3; n++) {
      change(changed);
      await look();
    }

    client.readAgain();

    await client.until((message) => message.includes('"last":true'));
    const parts = client.messages.filter((message) => message.includes('GraphSnapshotMessage'));
    const nodes = nodesIn(parts.at(-1)!);
    expect(nodes.length).toBeGreaterThan(1);
    for (const { key, score } of nodes) {
      expect(key).not.toBe(closed);
      expect(score).toBe(3);
    }
    const first = nodesIn(parts[0]!).find(({ key }) => key === consumers[0]);
    expect(first).toHaveProperty('score', null);
    // All that it was told too early is told again.
    const { seq } = kit.monitor.graph;
    await client.until((message) => message.includes(`"seq":${seq}`) && message.includes('"last":true'));
    const known = new Map<string, number | null>();
    for (const { type, payload } of client.about('graph') as Told[]) {
      expect(type).toBe('next');
      const { nodes: all = [], changed: newer = [], closed: gone = [] } = payload.data.graph;
      for (const node of [...all, ...newer]) known.set(node.key, node.score);
      for (const { key } of gone) expect(known.delete(key)).toBe(true);
    }
    for (const key of changed) expect(known.get(key)).toBe(3);
    expect(known.has(closed)).toBe(false);
  });

  it.each<[string, (started: Started) => void]>([
    ['changes', ({ consumers, change }) => change(consumers)],
    ['closes', ({ consumers, close }) => close(consumers.splice(-CONSUMERS / 5))],
  ])('has nothing kept for it but what waits in its socket and little more, however much %s', async (_what, happen) => {
    const started = await start();
    const { sockets } = started;
    const client = await stopped(started);
    // Nobody looks meanwhile.
    for (let n = 0; n < 5; n++) {
      happen(started);
      for (let turns = 0; turns < 20; turns++) await turn();
    }
    client.messages.length = 0;
    const [socket] = sockets;
    expect(socket!.writableLength).toBeGreaterThan(0);
    const before = liveBytes();

    socket!.destroy();
    // What it has yet to read would not let it close.
    client.readAgain();
    await client.closed;
    client.messages.length = 0;

    expect(before - liveBytes()).toBeLessThan(MOST_HELD);
  });

  it('keeps its connection while it reads on, however slowly, and gets all of the message', async () => {
    const started = await start();
    const { consumers, change, look, told, sockets } = started;
    const client = await stopped(started);
    change(consumers);
    let looks = 0;
    const socket = sockets[0]!;
    while (!client.messages.some((message) => message.includes('"last":true'))) {
      const before = unsentOf(socket);
      client.readAgain();
      await expect
        .poll(() => socket.writableLength === 0 || !isDeepStrictEqual(unsentOf(socket), before), {
          timeout: 60_000,
          interval: 1,
        })
        .toBe(true);
      client.stopReading();
      await look();
      looks++;
    }

    expect(looks).toBeGreaterThan(3);
    expect(told()).toBe(0);
  });

  it('is cut off over server-sent events too', async () => {
    const started = await start();
    const { kit, port, consumers, change } = started;
    const reader = new SlowReader(port, GRAPH);
    onTestFinished(() => reader.close());
    // Before it has got far.
    await expect.poll(() => reader.text.includes('"part":0'), { timeout: 60_000, interval: 1 }).toBe(true);
    reader.stopReading();
    change(consumers.slice(-FEW));

    await untilTold(started);

    await expect.poll(() => kit.kit.graph.followers, { timeout: 20_000 }).toBe(0);
    reader.readAgain();
    await expect.poll(() => reader.closed, { timeout: 20_000 }).toBe(true);
    expect(reader.text).not.toContain('"last":true');
  });
});

/** A client that has asked for a large answer over HTTP and reads nothing of it, answered in one of two ways. */
async function asked({ port }: Started, way: string) {
  const ask = (): SlowReader => {
    const reader = new SlowReader(port, PAGES, 'application/json');
    onTestFinished(() => reader.close());
    return reader;
  };
  const lengthOf = ({ text }: SlowReader): number => Number(/content-length: (\d+)/i.exec(text)?.[1]);
  if (way === 'the quick way') {
    const first = ask();
    await expect.poll(() => first.text.length > lengthOf(first), { timeout: 60_000 }).toBe(true);
  }
  const reader = ask();
  reader.stopReading();
  return { reader, lengthOf };
}

describe.each(['by Yoga', 'the quick way'])('a client that does not read a large answer, given %s,', (way) => {
  it('gets no more of it than its operating system took when that cannot be kept in little', async () => {
    // Which no packing makes much shorter.
    const started = await start(() => randomBytes(375).toString('base64'));
    const { reader, lengthOf } = await asked(started, way);

    await untilTold(started);

    reader.readAgain();
    await expect.poll(() => reader.closed, { timeout: 20_000 }).toBe(true);
    expect(reader.text.length).toBeLessThan(lengthOf(reader));
  });

  it('holds little of it after a while', async () => {
    const started = await start();
    const { look, sockets } = started;
    const { reader } = await asked(started, way);
    await expect.poll(() => (sockets.at(-1)?.writableLength ?? 0) > 0, { timeout: 60_000 }).toBe(true);
    for (let n = 0; n < 11; n++) await look();
    expect(sockets.at(-1)?.destroyed).toBe(false);
    const before = liveBytes();

    reader.close();
    await expect.poll(() => sockets.at(-1)?.destroyed, { timeout: 20_000 }).toBe(true);

    expect(before - liveBytes()).toBeLessThan(MOST_HELD);
  });

  it('gets all of it when it reads again, though little was held', async () => {
    const started = await start();
    const { look, told, sockets } = started;
    const { reader, lengthOf } = await asked(started, way);
    await expect.poll(() => (sockets.at(-1)?.writableLength ?? 0) > 0, { timeout: 60_000 }).toBe(true);
    for (let n = 0; n < 11; n++) await look();
    expect(told()).toBe(0);

    reader.readAgain();

    await expect.poll(() => reader.text.endsWith('}}'), { timeout: 60_000 }).toBe(true);
    const [, body = ''] = reader.text.split('\r\n\r\n');
    expect(Buffer.byteLength(body)).toBe(lengthOf(reader));
    expect(JSON.parse(body)).toHaveProperty('data.page18.nodes.length', 500);
  });
});
