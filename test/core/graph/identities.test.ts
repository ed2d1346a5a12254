import { describe, expect, it } from 'vitest';
import type { Identify } from '../../../core/identify.js';
import type { EntityKey } from '../../../core/model/entity.js';
import { GraphKit, turn } from '../../support/graph-kit.js';

const whose = (kit: GraphKit, key: EntityKey): unknown => {
  const node = kit.graph.get(key);
  return node && [node.room, node.peer];
};

describe('identities', () => {
  it('are inherited from what the entity lives in', async () => {
    const kit = new GraphKit();
    const router = kit.router(kit.worker(), 'r', { roomId: 'A' });
    const transport = kit.transport(router, 't', { peerId: 7 });
    await turn();

    const producer = kit.producer(transport, 'p');

    expect(whose(kit, producer)).toEqual(['A', '7']);
    expect(kit.events.at(-1)).toMatchObject({ type: 'producer.created', room: 'A', peer: '7' });
  });

  it('are found in appData that is set right after the creation', async () => {
    const kit = new GraphKit();
    const appData: Record<string, unknown> = {};
    const transport = kit.transport(kit.router(kit.worker(), 'r'), 't', appData);
    await Promise.resolve();
    appData.peerId = 'ann';

    await turn();

    expect(whose(kit, transport)).toEqual([null, 'ann']);
    expect(kit.takeEvents().slice(-2)).toEqual(['entity.identified -/ann', 'peer.joined -/ann']);
  });

  it('are asked for again at each tick and passed on to children', async () => {
    const kit = new GraphKit();
    const appData: Record<string, unknown> = {};
    const router = kit.router(kit.worker(), 'r', appData);
    const transport = kit.transport(router, 't', { peerId: 'ann' });
    const producer = kit.producer(transport, 'p');
    await turn();
    appData.roomId = 'A';

    kit.graph.reidentify();
    await turn();

    expect([router, transport, producer].map((key) => whose(kit, key))).toEqual([
      ['A', null],
      ['A', 'ann'],
      ['A', 'ann'],
    ]);
    expect(kit.graph.snapshot().peers()).toMatchObject([{ room: 'A', peer: 'ann', entities: ['r/t', 'r/p'] }]);
  });

  it('are asked for in rotation, a bounded number at each tick', async () => {
    let asked = 0;
    const kit = new GraphKit({
      identify: () => {
        asked++;
        return { room: 'A', peer: 'p' };
      },
      options: { identifyPerTick: 10 },
    });
    const router = kit.router(kit.worker(), 'r');
    for (let n = 0; n < 28; n++) kit.transport(router, `t${n}`);
    await turn();
    asked = 0;

    kit.graph.reidentify();
    expect(asked).toBe(10);
    for (let tick = 0; tick < 2; tick++) kit.graph.reidentify();

    expect(asked).toBe(30);
  });

  it('reach the unresolved first when there are too many entities for one tick', async () => {
    const late: Record<string, unknown> = {};
    const kit = new GraphKit({ options: { identifyPerTick: 4 } });
    const router = kit.router(kit.worker(), 'r', { roomId: 'A' });
    for (let n = 0; n < 100; n++) kit.transport(router, `t${n}`, { peerId: `p${n}` });
    const transport = kit.transport(router, 'late', late);
    await turn();
    late.peerId = 'zoe';

    kit.graph.reidentify();

    expect(whose(kit, transport)).toEqual(['A', 'zoe']);
  });

  it('may say that there is no peer although the parent has one', async () => {
    const identify: Identify = ({ kind, appData }) =>
      kind === 'producer' ? { peer: null } : { peer: appData.peerId === undefined ? null : 'ann' };
    const kit = new GraphKit({ identify });
    const transport = kit.transport(kit.router(kit.worker(), 'r'), 't', { peerId: 1 });
    const producer = kit.producer(transport, 'p');

    await turn();

    expect(whose(kit, transport)).toEqual([null, 'ann']);
    expect(whose(kit, producer)).toEqual([null, null]);
  });

  it('carry labels, and a change of a label alone is told', async () => {
    let quality = 'low';
    const kit = new GraphKit({ identify: ({ kind }) => (kind === 'router' ? { labels: { quality } } : {}) });
    const router = kit.router(kit.worker(), 'r');
    await turn();
    expect(kit.graph.get(router)).toMatchObject({ labels: { quality: 'low' } });
    kit.events.length = 0;

    kit.graph.reidentify();
    expect(kit.takeTypes()).toEqual([]);
    quality = 'high';
    kit.graph.reidentify();

    expect(kit.takeTypes()).toEqual(['entity.identified']);
    expect(kit.graph.get(router)).toMatchObject({ labels: { quality: 'high' } });
  });

  it.each<[string, () => unknown]>([
    [
      'throws',
      () => {
        throw new Error('no');
      },
    ],
    ['rejects', () => Promise.reject(new Error('no'))],
    ['returns a number', () => 3],
    ['gives a room that is no string', () => ({ room: { id: 1 }, peer: 'x'.repeat(300), labels: { a: 1 } })],
    [
      'has a getter that throws',
      () => ({
        get room() {
          throw new Error('no');
        },
      }),
    ],
    [
      'has labels that cannot be read',
      () => ({
        labels: {
          get team() {
            throw new Error('no');
          },
        },
      }),
    ],
    [
      'has too many labels',
      () => ({ labels: Object.fromEntries(Array.from({ length: 33 }, (_, n) => [`l${n}`, ''])) }),
    ],
  ])('are unknown, and it is logged once, when identify %s', async (_, identify) => {
    const kit = new GraphKit({ identify: identify as Identify });
    const router = kit.router(kit.worker(), 'r');
    kit.transport(router, 't');

    await turn();
    kit.graph.reidentify();

    expect(whose(kit, router)).toEqual([null, null]);
    expect(kit.logger.lines.map(({ level }) => level)).toEqual(['warn']);
    expect(kit.graph.ignoredWrites).toBe(0);
    kit.graph.close(router, 'api');
    expect(kit.graph.snapshot().count('transport')).toBe(0);
  });

  it('survive appData that cannot be read', async () => {
    const kit = new GraphKit();
    const worker = kit.worker();
    kit.graph.open({
      kind: 'router',
      id: 'r',
      parent: worker,
      state: {},
      event: {},
      owner: {
        get appData(): unknown {
          throw new Error('closed');
        },
      },
    });

    await turn();

    expect(kit.graph.snapshot().count('router')).toBe(1);
  });

  it('are settled in several turns when very many entities open at once', async () => {
    const kit = new GraphKit();
    const router = kit.router(kit.worker(), 'r');
    for (let n = 0; n < 600; n++) kit.transport(router, `t${n}`, { peerId: `p${n}` });

    await turn(1);
    const after = kit.graph.snapshot().peers().length;
    await turn(4);

    expect(after).toBeGreaterThan(0);
    expect(after).toBeLessThan(300);
    expect(kit.graph.snapshot().peers()).toHaveLength(600);
  });
});

describe('rooms and peers', () => {
  it('open with the first entity and close after the last', async () => {
    const kit = new GraphKit();
    const router = kit.router(kit.worker(), 'r', { roomId: 'A' });
    await turn();
    const one = kit.transport(router, 't1', { peerId: 'ann' });
    const two = kit.transport(router, 't2', { peerId: 'ann' });
    await turn();
    kit.clock.advance(40);
    kit.graph.close(one, 'api');
    kit.graph.close(two, 'api');
    kit.graph.close(router, 'api');

    expect(kit.takeEvents().filter((text) => /^(room|peer)/.test(text))).toEqual([
      'room.opened A/-',
      'peer.joined A/ann',
      'peer.left A/ann',
      'room.closed A/-',
    ]);
  });

  it('follow a peer from one room to another', async () => {
    const appData: Record<string, unknown> = { roomId: 'A', peerId: 'ann' };
    const kit = new GraphKit();
    kit.transport(kit.router(kit.worker(), 'r'), 't', appData);
    await turn();
    kit.events.length = 0;
    appData.roomId = 'B';

    kit.graph.reidentify();

    expect(kit.takeEvents()).toEqual([
      'entity.identified B/ann',
      'room.opened B/-',
      'peer.joined B/ann',
      'peer.left A/ann',
      'room.closed A/-',
    ]);
    expect(
      kit.graph
        .snapshot()
        .rooms()
        .map(({ room }) => room),
    ).toEqual(['B']);
  });

  it('keep a room open whose only entity changes its peer', async () => {
    const appData: Record<string, unknown> = { roomId: 'A', peerId: 'ann' };
    const kit = new GraphKit();
    kit.transport(kit.router(kit.worker(), 'r'), 't', appData);
    await turn();
    kit.events.length = 0;
    appData.peerId = 'bob';

    kit.graph.reidentify();

    expect(kit.takeEvents()).toEqual(['entity.identified A/bob', 'peer.joined A/bob', 'peer.left A/ann']);
    expect(kit.graph.snapshot().room('A')).toMatchObject({ peers: [{ peer: 'bob' }], entities: ['r/t'] });
  });

  it('keep peers of the same name in different rooms apart, and those without a room too', async () => {
    const kit = new GraphKit();
    const worker = kit.worker();
    kit.transport(kit.router(worker, 'r1', { roomId: 'A' }), 't', { peerId: 'ann' });
    kit.transport(kit.router(worker, 'r2', { roomId: 'B' }), 't', { peerId: 'ann' });
    kit.transport(kit.router(worker, 'r3'), 't', { peerId: 'ann' });
    await turn();

    const snapshot = kit.graph.snapshot();

    expect(snapshot.peer('A', 'ann')?.entities).toEqual(['r1/t']);
    expect(snapshot.peer('B', 'ann')?.entities).toEqual(['r2/t']);
    expect(snapshot.peer(null, 'ann')?.entities).toEqual(['r3/t']);
    expect(snapshot.peers()).toHaveLength(3);
    expect(snapshot.rooms()).toHaveLength(2);
    expect(snapshot.peer('A', 'bob')).toBeUndefined();
  });
});
