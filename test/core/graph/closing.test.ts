import { describe, expect, it } from 'vitest';
import type { CloseReason, EntityKey } from '../../../core/model/entity.js';
import { GraphKit, tuple, turn } from '../../support/graph-kit.js';

interface House {
  readonly kit: GraphKit;
  readonly worker: EntityKey;
  readonly router: EntityKey;
  readonly transport: EntityKey;
  readonly producer: EntityKey;
}

function house(): House {
  const kit = new GraphKit();
  const worker = kit.worker();
  const router = kit.router(worker, 'r', { roomId: 'A' });
  const transport = kit.transport(router, 't', { peerId: 'ann' });
  const producer = kit.producer(transport, 'p');
  kit.events.length = 0;
  return { kit, worker, router, transport, producer };
}

function closes(kit: GraphKit): unknown[] {
  return kit.events
    .filter(({ type }) => type.endsWith('.closed') && !type.startsWith('room'))
    .map(({ type, data }) => [type.split('.')[0], (data as { reason: CloseReason }).reason]);
}

describe('closing in the graph', () => {
  it('closes children before parents, each with the reason that fits', () => {
    const { kit, worker } = house();

    kit.graph.close(worker, 'workerDied');

    expect(closes(kit)).toEqual([
      ['producer', 'workerDied'],
      ['transport', 'workerDied'],
      ['router', 'workerDied'],
      ['worker', 'workerDied'],
    ]);
  });

  it.each([
    ['worker', 'api', 'workerClosed'],
    ['worker', 'workerClosed', 'workerClosed'],
    ['router', 'api', 'router'],
    ['router', 'workerClosed', 'workerClosed'],
    ['transport', 'api', 'parent'],
    ['transport', 'router', 'router'],
    ['transport', 'webRtcServer', 'parent'],
    ['transport', 'workerDied', 'workerDied'],
  ] as const)('closes what is below a %s closed by %s with %s', (kind, reason, below) => {
    const parts = house();

    parts.kit.graph.close(parts[kind], reason);

    expect(closes(parts.kit)[0]).toEqual(['producer', below]);
    expect(closes(parts.kit).at(-1)).toEqual([kind, reason]);
  });

  it('closes once only and leaves nothing behind', () => {
    const { kit, worker } = house();
    kit.graph.close(worker, 'api');
    const { seq } = kit.graph;

    kit.graph.close(worker, 'api');

    expect(kit.graph.seq).toBe(seq);
    expect(kit.graph.snapshot()).toMatchObject({ size: 0 });
    expect(kit.graph.snapshot().rooms()).toEqual([]);
  });

  it('tells how long an entity lived by the monotonic clock', () => {
    const { kit, producer } = house();
    kit.clock.advance(1_500);
    kit.clock.jumpWallTime(-1_000_000);

    kit.graph.close(producer, 'api');

    expect(kit.events.at(-1)).toMatchObject({ data: { reason: 'api', lifetimeMs: 1_500 } });
  });

  it('tells of a transport whether it ever connected', () => {
    const { kit, router, transport } = house();
    const direct = kit.transport(router, 'direct', {}, { type: 'direct' });
    const plain = kit.transport(router, 'plain', {}, { type: 'plain', tuple: tuple(1, 2) });
    const silent = kit.transport(router, 'silent', {}, { type: 'plain', tuple: tuple(3, null) });
    const event = { type: 'transport.dtlsStateChanged', data: { from: 'connecting', to: 'connected' } } as const;
    kit.graph.change('transport', transport, { dtlsState: 'connected' }, event);
    kit.graph.change(
      'transport',
      transport,
      { dtlsState: 'closed' },
      {
        type: 'transport.dtlsStateChanged',
        data: { from: 'connected', to: 'closed' },
      },
    );
    const told = kit.transport(router, 'told');
    kit.graph.emit(told, { type: 'transport.connected', data: { iceConnectMs: 1, dtlsConnectMs: 2 } });

    for (const key of [transport, direct, plain, silent, told]) kit.graph.close(key, 'api');

    const ever = kit.events.flatMap((event) => (event.type === 'transport.closed' ? [event.data.everConnected] : []));
    expect(ever).toEqual([true, true, true, false, true]);
  });

  it('takes a closed producer from the observers that listen to it', async () => {
    const { kit, router, transport, producer } = house();
    const observer = kit.observer(router, 'o', [producer, kit.producer(transport, 'q')]);
    await turn();
    kit.events.length = 0;

    kit.graph.close(producer, 'api');

    expect(kit.takeTypes()).toEqual(['rtpObserver.producerRemoved', 'producer.closed']);
    expect(kit.graph.get(observer)).toMatchObject({ producers: ['r/q'], dominantSpeaker: null });
  });

  it('says nothing of removals when the observer closes with the producer', () => {
    const { kit, router, producer } = house();
    kit.observer(router, 'o', [producer]);
    kit.events.length = 0;

    kit.graph.close(router, 'api');

    expect(kit.takeTypes()).not.toContain('rtpObserver.producerRemoved');
  });

  it('closes with the identity that appData had at last', () => {
    const kit = new GraphKit();
    const appData: Record<string, unknown> = {};
    const router = kit.router(kit.worker(), 'r', { roomId: 'A' });
    const transport = kit.transport(router, 't', appData);
    appData.peerId = 'ann';

    kit.graph.close(transport, 'api');

    expect(kit.takeEvents().slice(-3)).toEqual(['peer.joined A/ann', 'transport.closed A/ann', 'peer.left A/ann']);
  });

  it('ends the peer and the room after the last entity of theirs', async () => {
    const { kit, worker } = house();
    await turn();
    kit.events.length = 0;
    kit.clock.advance(70);

    kit.graph.close(worker, 'workerDied');

    expect(kit.events.find(({ type }) => type === 'peer.left')).toMatchObject({ data: { stayedMs: 70 } });
    expect(kit.takeEvents()).toEqual([
      'producer.closed A/ann',
      'transport.closed A/ann',
      'peer.left A/ann',
      'router.closed A/-',
      'room.closed A/-',
      'worker.closed -/-',
    ]);
  });
});
