import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { EventHub } from '../../../core/dispatch/event-hub.js';
import { ENTITY_KINDS } from '../../../core/model/entity.js';
import { GraphKit, turn } from '../../support/graph-kit.js';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

async function heapUsed(): Promise<number> {
  for (let n = 0; n < 3; n++) {
    await turn();
    collectGarbage();
  }
  return process.memoryUsage().heapUsed;
}

/** Opens and closes 100 entities in a new room, with everything that reads along reading. */
async function session(kit: GraphKit, number: number): Promise<void> {
  const worker = kit.worker(number);
  const router = kit.router(worker, `router-${number}`, { roomId: `room-${number}` });
  for (let n = 0; n < 14; n++) {
    const transport = kit.transport(router, `t${n}`, { peerId: `peer-${number}-${n}` });
    const producer = kit.producer(transport, `p${n}`);
    const dataProducer = kit.dataProducer(transport, `dp${n}`);
    for (const c of ['a', 'b']) kit.consumer(transport, `c${n}${c}`, producer);
    kit.dataConsumer(transport, `dc${n}`, dataProducer);
    if (n === 0) for (let o = 0; o < 14; o++) kit.observer(router, `o${o}`, [producer]);
  }
  kit.graph.reidentify();
  await turn(1);
  kit.graph.snapshot().rooms();
  kit.graph.close(worker, number % 2 === 0 ? 'api' : 'workerDied');
}

describe('a graph of which all has closed', () => {
  it('holds nothing of 100,000 entities that opened and closed', async () => {
    const hub = new EventHub({ historyBytes: 512 * 1024 });
    const kit = new GraphKit({ publish: (event) => hub.publish(event), options: { changeLog: 1_000 } });
    const reading = kit.graph.follow();
    const stalled = kit.graph.follow();
    const subscription = hub.subscribe({}, { capacity: 100 });
    for (const iterator of [reading, stalled, subscription]) void iterator.next();
    // The rings are full after this, and from then on hold as much as they ever will.
    for (let number = 1; number <= 100; number++) await session(kit, number);
    const before = await heapUsed();

    for (let number = 101; number <= 1_100; number++) {
      await session(kit, number);
      void reading.next();
    }

    const grown = (await heapUsed()) - before;
    expect(hub.published).toBeGreaterThan(200_000);
    expect(kit.graph.snapshot().size).toBe(0);
    for (const kind of ENTITY_KINDS) expect(kit.graph.snapshot().count(kind)).toBe(0);
    expect(kit.graph.snapshot().rooms()).toEqual([]);
    expect(kit.graph.snapshot().peers()).toEqual([]);
    // Ten bytes for each entity that went: far less than the least that could be kept of one.
    expect(grown).toBeLessThan(1_000_000);
    kit.graph.stop();
    hub.close();
  });
});
