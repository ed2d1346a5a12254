import { expect, it } from 'vitest';
import type { EntityKey, FollowMessage } from '../../../core/index.js';
import { GraphMessages, type GraphPart } from '../../../schema/live/graph-messages.js';
import { GraphKit } from '../../support/graph-kit.js';

const CONSUMERS = 30;
const PART = 10;
/** What is reckoned for each entity, in bytes. */
const EACH = 1_400;

/** A reader of all consumers that has read all there is, and the next message in parts. */
async function start() {
  const kit = new GraphKit();
  const transport = kit.transport(kit.router(kit.worker(), 'router'), 'transport');
  const consumers = Array.from({ length: CONSUMERS }, (_, n) => kit.consumer(transport, `consumer-${n}`, null));
  const messages = new GraphMessages(kit.graph, { kinds: new Set(['consumer']), room: null }, PART, false);
  const followed = kit.graph.follow();
  const next = async (): Promise<GraphPart[]> => {
    const { value } = (await followed.next()) as { value: FollowMessage };
    return [...messages.of(value)];
  };
  const change = (keys: readonly EntityKey[]): void => {
    for (const key of keys) kit.graph.change('consumer', key, { score: 1 }, { type: 'consumer.paused', data: {} });
  };
  return { kit, consumers, messages, next, change };
}

it('reckons what a snapshot holds by how many have changed or closed since, however often', async () => {
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

it('reckons of a delta no more than what is yet to come of it', async () => {
  const { kit, consumers, messages, next, change } = await start();
  await next();
  change(consumers);
  const parts = await next();
  expect(messages.heldBytes(parts)).toBe(0);

  change(consumers.slice(0, 12));
  kit.graph.close(consumers[29]!, 'api');
  expect(messages.heldBytes(parts)).toBe(13 * EACH);
  parts.splice(0, 2);

  expect(messages.heldBytes(parts)).toBe(PART * EACH);
});
