import { beforeEach, describe, expect, it } from 'vitest';
import { Turns } from '../../schema/turns.js';
import { RoomScene } from '../support/room-scene.js';
import { message, SchemaKit } from '../support/schema-kit.js';

const QUERY = `{
  rooms { nodes { name peers { edges { cursor node { peerId producers { nodes { key viewers { nodes { id } } } } } } } } }
  events(last: 20) { nodes { seq } edges { cursor } }
}`;

/** Runs it, and counts the turns of the event loop that others had meanwhile. */
async function countTurns<T>(run: () => Promise<T>): Promise<{ result: T; turns: number }> {
  let turns = 0;
  let running = true;
  const count = () => {
    turns++;
    if (running) setImmediate(count);
  };
  setImmediate(count);
  const result = await run();
  running = false;
  return { result, turns };
}

let schema: SchemaKit;

beforeEach(async () => {
  schema = new SchemaKit();
  await RoomScene.open(schema, 'blue', ['ann', 'bob', 'cyd']);
});

describe('a response that takes long to make', () => {
  it('is the same when it is made in many turns of the event loop', async () => {
    const atOnce = await countTurns(() => schema.ask(QUERY, {}, { maxTurnMs: Number.POSITIVE_INFINITY }));
    const inTurns = await countTurns(() => schema.ask(QUERY, {}, { maxTurnMs: 0 }));

    expect(inTurns.result).toEqual(atOnce.result);
    expect(atOnce.turns).toBe(0);
    expect(inTurns.turns).toBeGreaterThan(10);
  });

  it('shows one moment, whatever changes meanwhile', async () => {
    const [expected] = (await schema.ask('{ rooms { nodes { peers { nodes { peerId } } } } }')).rooms!.nodes!;
    const answer = schema.ask('{ rooms { nodes { peers { nodes { peerId } } } } }', {}, { maxTurnMs: -1 });
    setImmediate(() => schema.kit.graph.close(schema.monitor.graph.snapshot().all('router')[0]!.key, 'api'));

    expect((await answer).rooms!.nodes).toEqual([expected]);
    expect(schema.monitor.graph.snapshot().rooms()).toEqual([]);
  });

  it('tells of a field that fails in a later turn', async () => {
    const error = await schema.refusal(
      '{ rooms { nodes { peers(first: 501) { totalCount } } } }',
      {},
      { maxTurnMs: -1 },
    );

    expect(error.path).toEqual(['rooms', 'nodes', 0, 'peers']);
  });

  it('follows the one before it in a subscription', async () => {
    const query = 'subscription { stats(filter: { kinds: [CONSUMER] }, everyMs: 250) { nodes { key } } }';
    const stream = await schema.subscribe(query, {}, { maxTurnMs: -1 });
    const { stats: first } = await message(stream);
    const next = message(stream);
    schema.stats.tick();

    expect((await next).stats).toEqual(first);
    expect(first!.nodes!.length).toBe(12);
    await stream.return?.();
  });
});

describe('turns', () => {
  it('give every item, in order, also of lists inside lists', async () => {
    const turns = new Turns(-1);
    const walk = async (depth: number): Promise<string> => {
      const items = [...turns.spread([0, 1, 2])].map(
        async (item) => `${await item}${depth > 0 ? await walk(depth - 1) : ''}`,
      );
      return `(${(await Promise.all(items)).join(' ')})`;
    };

    expect(await walk(1)).toBe('(0(0 1 2) 1(0 1 2) 2(0 1 2))');
  });

  it('give the items themselves while there is time', () => {
    expect([...new Turns(Number.POSITIVE_INFINITY).spread(['a', 'b'])]).toEqual(['a', 'b']);
  });

  it('refuse one item of each list and give no more once nobody waits, nor hold them', async () => {
    const client = { aborted: false };
    const turns = new Turns(-1, client);
    const given: number[] = [];
    const refused: unknown[] = [];
    const walk = (items: readonly number[]): void => {
      for (const item of turns.spread(items)) {
        void Promise.resolve(item).then(
          (one) => given.push(one),
          (reason: { extensions: object }) => refused.push(reason.extensions),
        );
      }
    };
    walk([1, 2, 3]);
    walk([4, 5, 6]);
    await new Promise((resolve) => setImmediate(resolve));
    client.aborted = true;

    for (let n = 0; n < 10; n++) await new Promise((resolve) => setImmediate(resolve));

    expect(given).toEqual([1]);
    expect(refused).toEqual([{ code: 'CANCELLED' }, { code: 'CANCELLED' }]);
  });
});
