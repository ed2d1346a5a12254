import { describe, expect, it } from 'vitest';
import { createMonitor, type EntityKind, type Monitor, SAMPLED_KINDS } from '../../core/index.js';
import { listenersOf } from '../support/fake-emitter.js';
import { FakeSfu } from '../support/fake-sfu.js';
import type { FakeConsumer, FakeRouter, FakeTransport } from '../support/fake-sfu.js';
import { ManualClock } from '../support/manual-clock.js';
import { liveBytes } from '../support/memory.js';
import { turns } from '../support/plugins.js';
import { RecordingLogger } from '../support/recording-logger.js';

type Entity = FakeTransport | FakeConsumer;

const PEERS = 50;

/** Opens some hundred entities with everything that can hang on them, lets them be sampled, and returns those it can tell apart. */
async function populate(router: FakeRouter, clock: ManualClock, round: number): Promise<Entity[]> {
  const entities: Entity[] = [];
  for (let peer = 0; peer < PEERS; peer++) {
    const transport = router.createTransport({ appData: { peerId: `peer-${round}-${peer}` } });
    transport.connect();
    const producer = transport.produce({ kind: 'video', type: 'simulcast', encodings: 3 });
    for (let n = 0; n < 8; n++) entities.push(transport.consume(producer, { paused: n % 4 === 0 }));
    transport.consumeData(transport.produceData());
    entities.push(transport);
  }
  await turns(4);
  for (let step = 0; step < 20; step++) {
    clock.advance(500);
    await turns(2);
  }
  return entities;
}

function closeAll(entities: readonly Entity[]): void {
  // Some by themselves, in no order, the rest with their transport.
  for (const [n, entity] of entities.entries()) if (n % 3 === 0) entity.close();
  for (const entity of entities) entity.close();
}

/** What the monitor holds of each open entity: its node, in every one of its books, and the entity itself. */
async function forgettable(monitor: Monitor, router: FakeRouter, clock: ManualClock): Promise<WeakRef<object>[]> {
  const entities = await populate(router, clock, 0);
  const nodes = (['transport', 'producer', 'consumer', 'dataConsumer'] satisfies EntityKind[]).flatMap((kind) =>
    monitor.graph.snapshot().all(kind),
  );
  expect(nodes.length).toBeGreaterThan(PEERS * 10);
  const sampled = nodes.filter((node) => monitor.stats.sampledAt(node) !== null);
  expect(sampled.length).toBeGreaterThan(PEERS);
  closeAll(entities);
  return [...nodes, ...entities].map((kept) => new WeakRef(kept));
}

describe('a monitor of an SFU in which thousands come and go', () => {
  async function watched() {
    const sfu = new FakeSfu();
    const clock = new ManualClock();
    const monitor = createMonitor({
      mediasoup: sfu,
      clock,
      logger: new RecordingLogger(),
      host: { systemInformation: false },
    });
    await monitor.start();
    monitor.stats.lease({ kinds: SAMPLED_KINDS });
    const worker = sfu.createWorker();
    const router = worker.createRouter({ appData: { roomId: 'room' } });
    await turns(4);
    return { clock, monitor, worker, router };
  }

  it('lets go of every node and every entity that has closed', async () => {
    const { clock, monitor, router } = await watched();
    const refs = await forgettable(monitor, router, clock);
    // By then nothing waits to be asked, handed over or told any more.
    for (let step = 0; step < 20; step++) {
      clock.advance(3_000);
      await turns(2);
    }
    liveBytes();
    await turns(4);
    liveBytes();

    expect(refs.filter((ref) => ref.deref() !== undefined)).toHaveLength(0);
    await monitor.stop();
  });

  it('leaves no listener on what has closed, though the application keeps it, and gives its slots to others', async () => {
    const { clock, monitor, worker, router } = await watched();
    const listeners = (): number[] =>
      [worker, router].map((entity) => listenersOf(entity) + listenersOf(entity.observer));
    const resting = listeners();
    const hoarded: Entity[] = [];
    for (let round = 0; round < 2; round++) {
      const entities = await populate(router, clock, round);
      closeAll(entities);
      hoarded.push(...entities);
    }

    expect(listeners()).toEqual(resting);
    for (const entity of hoarded) {
      // The stand-in has some of its own.
      const own = entity.listenerCount('@close') + entity.observer.listenerCount('close');
      expect(listenersOf(entity) + listenersOf(entity.observer)).toBe(own);
      expect(own).toBeLessThan(3);
    }
    const next = router.createTransport();
    next.consume(next.produce());
    for (const kind of ['transport', 'producer', 'consumer'] satisfies EntityKind[]) {
      expect(monitor.graph.snapshot().all(kind)[0]!.slot).toBe(0);
    }
    await monitor.stop();
  });
});
