import { setImmediate as turn } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EntityKey, EntityNode, FollowMessage } from '../../../core/index.js';
import { GraphMessages, type GraphPart } from '../../../schema/live/graph-messages.js';
import { GraphKit } from '../../support/graph-kit.js';

const CONSUMERS = 30;
const PART = 10;
/** How many may be kept as they were. */
const MOST_OLD = 8;
/** What is reckoned for each entity, in bytes. */
const EACH = 1_400;
/** The same for each that was left out. */
const LEFT_OUT = 40;

/** A reader of all consumers, and the next message in parts. */
async function start(room: string | null = null, changeLog = 10_000) {
  const place = { room };
  const kit = new GraphKit({ identify: () => ({ room: place.room }), options: { changeLog } });
  const transport = kit.transport(kit.router(kit.worker(), 'router'), 'transport');
  const consumers = Array.from({ length: CONSUMERS }, (_, n) => kit.consumer(transport, `consumer-${n}`, null));
  // Whose they are is asked a turn later.
  await turn();
  const options = { partSize: PART, resumed: false, mostOld: MOST_OLD };
  const messages = new GraphMessages(kit.graph, { kinds: new Set(['consumer']), room }, options);
  const followed = kit.graph.follow();
  const next = async (): Promise<GraphPart[]> => {
    const { value } = (await followed.next()) as { value: FollowMessage };
    return [...messages.of(value)];
  };
  let score = 0;
  const change = (keys: readonly EntityKey[]): void => {
    score = (score + 1) % 11;
    for (const key of keys) kit.graph.change('consumer', key, { score }, { type: 'consumer.paused', data: {} });
  };
  return { kit, place, transport, consumers, messages, next, change };
}

function nodesOf(part: GraphPart): readonly EntityNode[] {
  return part.type === 'snapshot' ? part.nodes : [...part.opened, ...part.changed];
}

describe('what a message in parts is reckoned to hold', () => {
  it('is, of a snapshot, how many have changed or closed since, however often', async () => {
    const { kit, consumers, messages, next, change } = await start();
    const parts = await next();
    expect(parts.length).toBe(CONSUMERS / PART);
    expect(messages.heldBytes(parts)).toBe(0);

    for (let n = 0; n < 5; n++) change(consumers.slice(0, 7));
    expect(messages.heldBytes(parts)).toBe(7 * EACH);
    kit.graph.close(consumers[0]!, 'api');
    kit.graph.close(consumers[20]!, 'api');
    kit.graph.emit(consumers[1]!, { type: 'consumer.paused', data: {} });
    expect(messages.heldBytes(parts)).toBe(8 * EACH);

    // All of it is there until the last part has gone.
    parts.splice(0, 2);
    expect(messages.heldBytes(parts)).toBe(8 * EACH);
    parts.length = 0;
    expect(messages.heldBytes(parts)).toBe(0);
  });

  it('is, of a delta, no more than what is yet to come of it', async () => {
    const { kit, consumers, messages, next, change } = await start();
    await next();
    change(consumers);
    const parts = await next();
    expect(messages.heldBytes(parts)).toBe(0);

    change(consumers.slice(0, 12));
    kit.graph.close(consumers[29]!, 'api');
    expect(messages.heldBytes(parts)).toBe(13 * EACH);
    parts.splice(0, 1);
    expect(messages.heldBytes(parts)).toBe(3 * EACH);
    parts.splice(0, 1);

    expect(messages.heldBytes(parts)).toBe(EACH);
  });
});

describe('a message whose parts wait to be taken', () => {
  it('stays of one moment while few entities change, however often', async () => {
    const { kit, consumers, messages, next, change } = await start();
    const parts = await next();
    const nodes = parts.map((part) => [...nodesOf(part)]);

    for (let n = 0; n < 20; n++) {
      change(consumers.slice(0, MOST_OLD - 1));
      kit.graph.emit(consumers[20]!, { type: 'consumer.paused', data: {} });
      messages.keepUp(parts);
    }
    kit.graph.close(consumers[29]!, 'api');
    messages.keepUp(parts);

    expect(parts.map(nodesOf)).toEqual(nodes);
    expect(parts[0]).toHaveProperty('moment.snapshot.size', CONSUMERS + 3);
  });

  it.each(['snapshot', 'delta'])('lets go of what has changed once that is too much, as a %s', async (type) => {
    const { kit, consumers, messages, next, change } = await start();
    let parts = await next();
    if (type === 'delta') {
      change(consumers);
      parts = await next();
    }
    const seq = type === 'delta' ? ['delta.toSeq', kit.graph.seq] : ['moment.seq', kit.graph.seq];
    const keys = parts.map((part) => nodesOf(part).map(({ key }) => key));
    kit.graph.close(consumers[25]!, 'api');

    change(consumers.slice(0, 20));
    messages.keepUp(parts);

    expect(messages.heldBytes(parts)).toBe(type === 'delta' ? 0 : LEFT_OUT);
    for (const part of parts) {
      expect(part.type).toBe(type);
      expect(part).toHaveProperty(...(seq as [string, number]));
      if (part.type === 'snapshot') expect(part.moment.snapshot).toBeNull();
    }
    const open = keys.map((ofPart) => ofPart.filter((key) => key !== consumers[25]));
    expect(parts.map((part) => nodesOf(part).map(({ key }) => key))).toEqual(open);
    for (const node of parts.flatMap(nodesOf)) expect(node).toBe(kit.graph.get(node.key));
  });

  it.each([
    ['everything', null],
    ['a room', 'blue'],
  ])('leaves out what has closed, and never names it as closed: of %s', async (_, room) => {
    const { kit, transport, consumers, messages, next } = await start(room);
    const parts = await next();
    const [taken] = parts.splice(0, 1);

    for (const key of consumers.slice(5, 25)) kit.graph.close(key, 'api');
    const opened = kit.consumer(transport, 'in the place of another', null);
    // Whose it is is asked a turn later.
    await turn();
    messages.keepUp(parts);

    expect(parts.map((part) => nodesOf(part).map(({ key }) => key))).toEqual([[], consumers.slice(25)]);
    const [delta] = await next();
    expect(nodesOf(delta!).map(({ key }) => key)).toEqual([opened]);
    // Of those whose part had been taken it must tell.
    const known = nodesOf(taken!).map(({ key }) => key);
    expect(delta).toHaveProperty(
      'closed',
      known.slice(5).map((key) => expect.objectContaining({ key })),
    );
    expect(messages.heldBytes([])).toBe(0);
  });

  it.each([
    ['everything', null],
    ['a room', 'blue'],
  ])(
    'tells of the close of what the reader has known before, though its change was left out: of %s',
    async (_, room) => {
      const { kit, consumers, messages, next, change } = await start(room);
      await next();
      change(consumers);
      const parts = await next();

      for (const key of consumers.slice(5, 15)) kit.graph.close(key, 'api');
      messages.keepUp(parts);

      expect(parts.flatMap(nodesOf).map(({ key }) => key)).toEqual([...consumers.slice(0, 5), ...consumers.slice(15)]);
      const [delta] = await next();
      expect(delta).toHaveProperty(
        'closed',
        consumers.slice(5, 15).map((key) => expect.objectContaining({ key })),
      );
    },
  );

  it('forgets what it had left out once that will not be told of', async () => {
    const { kit, consumers, messages, next, change } = await start(null, 20);
    const parts = await next();
    for (const key of consumers.slice(0, 10)) kit.graph.close(key, 'api');
    messages.keepUp(parts);
    expect(messages.heldBytes(parts)).toBe(10 * LEFT_OUT);

    // The last part may have gone meanwhile.
    for (let n = 0; n < 15; n++) change(consumers.slice(20, 21));
    messages.keepUp([]);

    expect(messages.heldBytes([])).toBe(0);
    const [part] = await next();
    expect(part).toMatchObject({ type: 'snapshot', reset: true });
  });

  it('tells of what it had left out as opened when it is there again', async () => {
    const { kit, transport, consumers, messages, next, change } = await start();
    const parts = await next();
    for (const key of consumers.slice(0, 10)) kit.graph.close(key, 'api');
    messages.keepUp(parts);
    kit.consumer(transport, 'consumer-3', null);
    change(consumers.slice(20, 21));

    const [delta] = await next();

    expect(delta).toMatchObject({ opened: [{ key: consumers[3] }], changed: [{ key: consumers[20] }], closed: [] });
  });

  it('names what has left the room that is followed, and does not keep it', async () => {
    const { kit, place, consumers, next } = await start('blue');
    expect((await next()).flatMap(nodesOf).length).toBe(CONSUMERS);

    place.room = 'red';
    kit.graph.reidentify();

    const parts = await next();
    expect(parts.flatMap(nodesOf)).toEqual([]);
    const left = parts.flatMap((part) => (part.type === 'delta' ? part.closed : []));
    expect(left.toSorted((a, b) => consumers.indexOf(a.key) - consumers.indexOf(b.key))).toEqual(
      consumers.map((key) => ({ kind: 'consumer', key })),
    );
  });
});

const step = fc.record({
  do: fc.constantFrom(
    'open' as const,
    'again' as const,
    'close' as const,
    'change' as const,
    'all' as const,
    'take' as const,
  ),
  which: fc.nat({ max: 40 }),
  many: fc.nat({ max: 20 }),
});

const STEPS = 80;
const room = fc.constantFrom(null, 'blue');
/** Enough for all, and so few that a reader who is slow begins anew. */
const changeLog = fc.constantFrom(10_000, 60);

it('a reader who takes parts at any time knows in the end what is there, and never much is kept for it', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: STEPS }), room, changeLog, async (steps, ofRoom, logged) => {
      const { kit, transport, messages, next, change } = await start(ofRoom, logged);
      const closed: string[] = [];
      const known = new Map<EntityKey, EntityNode>();
      const parts = await next();
      const take = async (): Promise<void> => {
        if (parts.length === 0) parts.push(...(await next()));
        const part = parts.shift()!;
        if (part.type === 'snapshot') {
          if (part.reset && part.part === 0) known.clear();
          for (const node of part.nodes) known.set(node.key, node);
          return;
        }
        for (const node of part.opened) {
          expect(known.has(node.key)).toBe(false);
          known.set(node.key, node);
        }
        for (const node of part.changed) {
          expect(known.has(node.key)).toBe(true);
          known.set(node.key, node);
        }
        for (const { key } of part.closed) expect(known.delete(key)).toBe(true);
      };
      for (const [number, { do: what, which, many }] of steps.entries()) {
        const open = kit.graph.snapshot().all('consumer');
        const chosen = open.slice(which % Math.max(1, open.length)).slice(0, many);
        if (what === 'open') kit.consumer(transport, `later-${number}`, null);
        if (what === 'again' && closed.length > 0) kit.consumer(transport, closed.shift()!, null);
        if (what === 'change') change(chosen.map(({ key }) => key));
        if (what === 'all') change(open.map(({ key }) => key));
        if (what === 'close') {
          for (const { key, id } of chosen) {
            kit.graph.close(key, 'api');
            closed.push(id);
          }
        }
        messages.keepUp(parts);
        const held = messages.heldBytes(parts) - (MOST_OLD + MOST_OLD / 4) * EACH;
        expect(held).toBeLessThanOrEqual((CONSUMERS + STEPS) * LEFT_OUT);
        if (what === 'take') {
          // Something to take, or the graph would be waited for.
          kit.consumer(transport, `taken-${number}`, null);
          await take();
        }
      }
      kit.consumer(transport, 'last', null);
      while (parts.length > 0) await take();
      do await take();
      while (parts.length > 0);

      expect([...known.values()].toSorted((a, b) => a.slot - b.slot)).toEqual(
        kit.graph
          .snapshot()
          .all('consumer')
          .toSorted((a, b) => a.slot - b.slot),
      );
    }),
    { numRuns: 300 },
  );
});
