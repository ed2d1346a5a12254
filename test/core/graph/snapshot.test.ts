import { describe, expect, it } from 'vitest';
import type { EntityKey } from '../../../core/model/entity.js';
import { GraphKit, turn } from '../../support/graph-kit.js';

const key = (text: string): EntityKey => text as EntityKey;
const ids = (nodes: readonly { readonly id: string }[]): string[] => nodes.map(({ id }) => id);

/** Two workers; rooms A and B in the first, C in the second; each room's ann sends to bob. */
async function sfu(): Promise<GraphKit> {
  const kit = new GraphKit();
  const workers = [kit.worker(1), kit.worker(2)];
  for (const [index, room] of ['A', 'B', 'C'].entries()) {
    const router = kit.router(workers[index < 2 ? 0 : 1]!, `r${room}`, { roomId: room });
    const sending = kit.transport(router, 'ann', { peerId: 'ann' });
    const receiving = kit.transport(router, 'bob', { peerId: 'bob' });
    kit.consumer(receiving, 'c', kit.producer(sending, 'p'));
    kit.dataConsumer(receiving, 'dc', kit.dataProducer(sending, 'dp'));
    kit.observer(router, 'o');
  }
  await turn();
  return kit;
}

describe('a snapshot', () => {
  it('finds entities by key, and by key and kind', async () => {
    const snapshot = (await sfu()).graph.snapshot();

    expect(snapshot.get(key('rB/p'))).toMatchObject({ kind: 'producer', room: 'B' });
    expect(snapshot.get(key('w2'))).toMatchObject({ kind: 'worker', pid: 2 });
    expect(snapshot.get(key('rB/none'))).toBeUndefined();
    expect(snapshot.get(key('none/p'))).toBeUndefined();
    expect(snapshot.find('producer', key('rB/p'))?.key).toBe('rB/p');
    expect(snapshot.find('consumer', key('rB/p'))).toBeUndefined();
    expect(snapshot.find('router', key('rB'))?.id).toBe('rB');
    expect(snapshot.find('producer', null)).toBeUndefined();
  });

  it('lists what is below an entity in order of opening, whatever came, went and changed in between', async () => {
    const kit = new GraphKit();
    const worker = kit.worker(1);
    const routers = [kit.router(worker, 'r1'), kit.router(worker, 'r2')];
    const transports = routers.map((router) => kit.transport(router, 't'));
    const producers = transports.map((transport) => kit.producer(transport, 'p'));
    for (let n = 0; n < 60; n++) {
      const consumer = kit.consumer(transports[n % 2]!, `c${n}`, producers[n % 2]!);
      if (n % 3 === 0) kit.graph.close(key(`r${1 + ((n / 3) % 2)}/c${n - 3}`), 'api');
      if (n % 5 === 0) kit.graph.change('consumer', consumer, { paused: true }, { type: 'consumer.paused', data: {} });
      const snapshot = kit.graph.snapshot();
      for (const list of [
        snapshot.all('consumer'),
        snapshot.within(worker, 'consumer'),
        snapshot.within(routers[0]!, 'consumer'),
        snapshot.children(transports[1]!, 'consumer'),
        snapshot.consumersOf(producers[0]!),
      ]) {
        const opened = list.map(({ openedSeq }) => openedSeq);
        expect(opened).toEqual(opened.toSorted((a, b) => a - b));
      }
    }
    expect(kit.graph.snapshot().within(worker, 'consumer').length).toBeGreaterThan(40);
  });

  it('lists a kind in order of opening across routers', async () => {
    const kit = await sfu();
    kit.transport(key('rA'), 'late');

    const snapshot = kit.graph.snapshot();

    expect(snapshot.all('transport').map(({ key: text }) => text)).toEqual([
      'rA/ann',
      'rA/bob',
      'rB/ann',
      'rB/bob',
      'rC/ann',
      'rC/bob',
      'rA/late',
    ]);
    expect(snapshot.count('transport')).toBe(7);
    expect(snapshot.size).toBe(2 + 3 + 7 + 3 * 5);
    expect(snapshot.all('webRtcServer')).toEqual([]);
  });

  it('lists children, and what lives in a worker or a router however deep', async () => {
    const snapshot = (await sfu()).graph.snapshot();

    expect(ids(snapshot.children(key('w1'), 'router'))).toEqual(['rA', 'rB']);
    expect(ids(snapshot.children(key('rA'), 'transport'))).toEqual(['ann', 'bob']);
    expect(ids(snapshot.children(key('rA/bob'), 'consumer'))).toEqual(['c']);
    expect(snapshot.children(key('rA/ann'), 'consumer')).toEqual([]);
    expect(snapshot.within(key('w1'), 'producer').map(({ key: text }) => text)).toEqual(['rA/p', 'rB/p']);
    expect(ids(snapshot.within(key('w1'), 'router'))).toEqual(['rA', 'rB']);
    expect(ids(snapshot.within(key('rC'), 'rtpObserver'))).toEqual(['o']);
    expect(snapshot.within(key('rC/ann'), 'producer')).toEqual([]);
  });

  it('knows who consumes a producer and a data producer', async () => {
    const snapshot = (await sfu()).graph.snapshot();

    expect(snapshot.consumersOf(key('rB/p')).map(({ key: text }) => text)).toEqual(['rB/c']);
    expect(snapshot.dataConsumersOf(key('rB/dp')).map(({ key: text }) => text)).toEqual(['rB/dc']);
    expect(snapshot.consumersOf(key('rB/none'))).toEqual([]);
  });

  it('is the same object while nothing happens', async () => {
    const { graph } = await sfu();

    expect(graph.snapshot()).toBe(graph.snapshot());
  });

  it('stays as it was when the graph goes on, even in what is looked up only then', async () => {
    const kit = await sfu();
    const before = kit.graph.snapshot();
    const { size, seq } = before;

    kit.graph.close(key('w1'), 'workerDied');
    kit.transport(key('rC'), 'late');

    expect(before).toMatchObject({ size, seq });
    expect(before.get(key('rA/p'))?.kind).toBe('producer');
    expect(before.all('transport')).toHaveLength(6);
    expect(ids(before.children(key('w1'), 'router'))).toEqual(['rA', 'rB']);
    expect(before.consumersOf(key('rA/p'))).toHaveLength(1);
    expect(before.rooms().map(({ room }) => room)).toEqual(['A', 'B', 'C']);
    expect(before.peer('A', 'bob')?.entities).toEqual(['rA/bob', 'rA/c', 'rA/dc']);
    expect(before.within(key('w1'), 'producer')).toHaveLength(2);
    expect(kit.graph.snapshot().all('transport')).toHaveLength(3);
  });

  it('shares what did not change with the one before', async () => {
    const kit = await sfu();
    const before = kit.graph.snapshot();
    const lists = [before.within(key('rA'), 'consumer'), before.within(key('rB'), 'consumer')];

    kit.graph.change('consumer', key('rA/c'), { paused: true }, { type: 'consumer.paused', data: {} });

    const after = kit.graph.snapshot();
    expect(after.within(key('rA'), 'consumer')).not.toBe(lists[0]);
    expect(after.within(key('rB'), 'consumer')).toBe(lists[1]);
    expect(after.within(key('rA'), 'producer')).toBe(before.within(key('rA'), 'producer'));
    expect(after.room('A')).toBe(before.room('A'));
  });

  it('gives rooms with their peers', async () => {
    const kit = await sfu();

    expect(kit.graph.snapshot().room('C')).toMatchObject({
      room: 'C',
      openedAt: kit.clock.now(),
      peers: [{ room: 'C', peer: 'ann', entities: ['rC/ann', 'rC/p', 'rC/dp'] }, { peer: 'bob' }],
    });
    expect(kit.graph.snapshot().room('D')).toBeUndefined();
  });
});
