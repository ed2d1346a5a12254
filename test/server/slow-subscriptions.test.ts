import { setImmediate as turn } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import type { EntityKey } from '../../core/index.js';
import { liveBytes } from '../support/memory.js';
import { observedServer } from '../support/observed-server.js';
import { RawWebSocket } from '../support/raw-websocket.js';
import { realServer } from '../support/real-server.js';
import type { SchemaKit } from '../support/schema-kit.js';

/** More than fit into one message. */
const CONSUMERS = 700;
/** As long as those of a real SFU, and longer. */
const NAME = 'x'.repeat(200);
const GRAPH = `subscription { graph(filter: { kinds: [CONSUMER] }, minIntervalMs: 0) { __typename
  ... on GraphSnapshotMessage { seq reset part last nodes { ...consumer } }
  ... on GraphDeltaMessage { fromSeq seq part last opened { ...consumer } changed { ...consumer } closed { key } } } }
fragment consumer on Consumer { key nativeId score producer { key } }`;

interface Part {
  readonly __typename: string;
  readonly fromSeq?: number;
  readonly seq: number;
  readonly reset?: boolean;
  readonly part: number;
  readonly last: boolean;
  readonly nodes?: readonly Node[];
  readonly opened?: readonly Node[];
  readonly changed?: readonly Node[];
  readonly closed?: readonly { readonly key: string }[];
}

interface Node {
  readonly key: string;
  readonly score: number;
}

/** What a client knows of the graph that applies one message after the other; it refuses any that is out of place. */
class Known {
  readonly scores = new Map<string, number>();
  seq: number | null = null;
  resets = 0;
  /** Parts of the message that has begun. */
  parts = 0;

  take({ __typename, fromSeq, seq, reset, part, last, nodes, opened, changed, closed }: Part): void {
    expect(part).toBe(this.parts);
    this.parts = last ? 0 : part + 1;
    if (__typename === 'GraphSnapshotMessage') {
      expect(reset).toBe(this.seq !== null);
      if (part === 0) {
        this.scores.clear();
        if (reset === true) this.resets++;
      }
    } else {
      expect(fromSeq).toBe(this.seq);
      for (const { key } of opened ?? []) expect(this.scores.has(key)).toBe(false);
      for (const { key } of [...(changed ?? []), ...(closed ?? [])]) expect(this.scores.has(key)).toBe(true);
    }
    for (const { key, score } of [...(nodes ?? []), ...(opened ?? []), ...(changed ?? [])]) this.scores.set(key, score);
    for (const { key } of closed ?? []) this.scores.delete(key);
    if (last) this.seq = seq;
  }
}

/** A server with one client that subscribes to all changes so often. */
async function start(subscriptions: number, limits: { readonly bufferedBytes?: number } = {}) {
  const { server, sockets } = observedServer();
  const { socketUrl, kit } = await realServer({ server, limits });
  const transport = kit.monitor.graph.snapshot().all('transport')[0]!.key;
  const consumers = Array.from({ length: CONSUMERS }, (_, n) => kit.kit.consumer(transport, `${NAME} ${n}`, null));
  const client = await new RawWebSocket(socketUrl).init();
  onTestFinished(() => client.close());
  const ids = Array.from({ length: subscriptions }, (_, n) => `${n}`);
  for (const id of ids) client.subscribe(id, GRAPH);
  for (const id of ids) await client.until((message) => message.startsWith(`{"id":"${id}"`) && isLast(message));
  return { kit, transport, consumers, client, ids, socket: sockets[0]! };
}

function isLast(message: string): boolean {
  return message.includes('"last":true');
}

let round = 0;
async function changeAll(kit: SchemaKit, consumers: readonly EntityKey[]): Promise<void> {
  round++;
  for (const key of consumers) kit.change('consumer', key, { score: round % 11 });
  await turn();
}

it('the subscriptions of a client that reads now and then tell all without gap, one message after the other', async () => {
  const { kit, transport, consumers, client, ids, socket } = await start(8, { bufferedBytes: 400_000 });
  const [completed = '', ...others] = ids;

  for (let pause = 0; pause < 3; pause++) {
    client.stopReading();
    // Until what the operating system takes is full, and then beyond what the graph remembers.
    for (let n = 0; n < 1_000 && socket.writableLength === 0; n++) await changeAll(kit, consumers);
    for (let n = 0; n < 20; n++) await changeAll(kit, consumers);
    kit.kit.graph.close(consumers.shift()!, 'api');
    consumers.push(kit.kit.consumer(transport, `${NAME} of pause ${pause}`, null));
    client.subscribe(`query ${pause}`, '{ consumers(first: 500) { nodes { key nativeId } } }');
    // One of them may be in the middle of a message.
    if (pause === 1) client.send({ id: completed, type: 'complete' });
    client.readAgain();
    await client.until((message) => message.startsWith(`{"id":"query ${pause}","type":"complete"`));
  }
  const { seq } = kit.monitor.graph;
  for (const id of others) {
    await client.until(
      (message) => message.startsWith(`{"id":"${id}"`) && isLast(message) && message.includes(`"seq":${seq},`),
    );
  }

  const known = new Map(ids.map((id) => [id, new Known()]));
  let speaker: string | null = null;
  for (const message of client.messages) {
    const { id, payload } = JSON.parse(message) as { id: string; payload?: { data: { graph: Part } } };
    const graph = payload?.data.graph;
    if (graph === undefined) continue;
    // One that was completed in the middle of a message says nothing more.
    if (speaker !== null && speaker !== completed) expect(id).toBe(speaker);
    known.get(id)!.take(graph);
    speaker = graph.last ? null : id;
  }
  const scores = new Map(
    kit.monitor.graph
      .snapshot()
      .all('consumer')
      .map(({ key, score }) => [key as string, score]),
  );
  for (const id of others) {
    expect(known.get(id)!.scores).toEqual(scores);
    expect(known.get(id)!.resets).toBeGreaterThan(0);
  }
});

it('a client that stops reading holds what waits in its socket and little more, however much it has subscribed to', async () => {
  const { kit, consumers, client, socket } = await start(30);
  client.stopReading();
  for (let n = 0; n < 1_000 && socket.writableLength === 0; n++) await changeAll(kit, consumers);
  for (let n = 0; n < 30; n++) await changeAll(kit, consumers);
  const held = socket.writableLength;
  client.messages.length = 0;
  const before = liveBytes();

  socket.destroy();
  // What it has yet to read would not let it close.
  client.readAgain();
  await client.closed;
  client.messages.length = 0;

  expect(held).toBeGreaterThan(0);
  // With the entities of one message that has begun. The texts of all alone would be 9 MB.
  expect(before - liveBytes() - held).toBeLessThan(3_000_000);
});
