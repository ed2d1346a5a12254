import { describe, expect, it } from 'vitest';
import type { EntityKey } from '../../../core/model/entity.js';
import type { MonitorEvent } from '../../../core/model/events.js';
import type { EventInput } from '../../../core/source.js';
import { GraphKit } from '../../support/graph-kit.js';

const key = (text: string): EntityKey => text as EntityKey;

describe('the entity graph', () => {
  it('names workers by order, routers by id, and what lives below by router and id', () => {
    const kit = new GraphKit();

    const worker = kit.worker(4711);
    const second = kit.worker(4712);
    const server = kit.webRtcServer(worker, 'server');
    const router = kit.router(worker, 'router');
    const transport = kit.transport(router, 'transport');
    const producer = kit.producer(transport, 'producer');

    expect([worker, second, server, router]).toEqual(['w1', 'w2', 'server', 'router']);
    expect([transport, producer]).toEqual(['router/transport', 'router/producer']);
  });

  it('makes every step of seq exactly one event, in order', () => {
    const kit = new GraphKit();
    const router = kit.router(kit.worker(), 'r', { roomId: 'A' });
    const transport = kit.transport(router, 't');
    kit.graph.change(
      'transport',
      transport,
      { iceState: 'connected' },
      {
        type: 'transport.iceStateChanged',
        data: { from: 'new', to: 'connected' },
      },
    );
    kit.graph.emit(null, { type: 'monitor.stopped', data: { ranMs: 1 } });
    kit.graph.close(router, 'api');

    expect(kit.events.map(({ seq }) => seq)).toEqual(kit.events.map((_, index) => index + 1));
    expect(kit.graph.seq).toBe(kit.events.length);
  });

  it('replaces a node on change and tells when it changed', () => {
    const kit = new GraphKit();
    const transport = kit.transport(kit.router(kit.worker(), 'r'), 't');
    const before = kit.graph.get(transport);

    const changed = kit.graph.change(
      'transport',
      transport,
      { dtlsState: 'failed' },
      {
        type: 'transport.dtlsStateChanged',
        data: { from: 'connecting', to: 'failed' },
      },
    );

    expect(changed).toBe(true);
    expect(before).toMatchObject({ dtlsState: 'new', openedSeq: 3, changedSeq: 3 });
    expect(kit.graph.get(transport)).toMatchObject({ dtlsState: 'failed', openedSeq: 3, changedSeq: 4 });
    expect(kit.events.at(-1)).toMatchObject({ severity: 'error', seq: 4 });
  });

  it('gives an event its entity, its ancestors from the worker down, and wall time', () => {
    const kit = new GraphKit();
    kit.clock.advance(5);
    kit.producer(kit.transport(kit.router(kit.worker(9), 'r'), 't'), 'p');

    expect(kit.events.at(-1)).toMatchObject({
      type: 'producer.created',
      at: kit.clock.now(),
      entity: { kind: 'producer', key: 'r/p', id: 'p' },
      ancestors: [
        { kind: 'worker', key: 'w1', id: '9' },
        { kind: 'router', key: 'r', id: 'r' },
        { kind: 'transport', key: 'r/t', id: 't' },
      ],
    });
  });

  it('uses the slot of a closed entity again and keeps slots of a kind dense', () => {
    const kit = new GraphKit();
    const router = kit.router(kit.worker(), 'r');
    const transports = ['a', 'b', 'c'].map((id) => kit.transport(router, id));

    kit.graph.close(transports[1]!, 'api');
    kit.transport(router, 'd');

    const slots = kit.graph
      .snapshot()
      .all('transport')
      .map(({ id, slot }) => [id, slot]);
    expect(slots).toEqual([
      ['a', 0],
      ['c', 2],
      ['d', 1],
    ]);
  });

  it('does not open twice what is open', () => {
    const kit = new GraphKit();
    const worker = kit.worker(7);
    const router = kit.router(worker, 'r');
    const { seq } = kit.graph;

    expect(kit.worker(7)).toBe(worker);
    expect(kit.router(worker, 'r')).toBe(router);

    expect(kit.graph.seq).toBe(seq);
    expect(kit.graph.ignoredWrites).toBe(0);
  });

  it('gives a worker with the pid of a closed one a new key', () => {
    const kit = new GraphKit();
    kit.graph.close(kit.worker(7), 'api');

    expect(kit.worker(7)).toBe('w2');
  });

  it('ignores and counts writes that make no sense, and throws at none', () => {
    const kit = new GraphKit();
    const worker = kit.worker();
    const router = kit.router(worker, 'r');
    const { graph } = kit;
    const { seq } = graph;
    const resumed: EventInput = { type: 'producer.resumed', data: {} };

    kit.transport(key('nowhere'), 't');
    kit.transport(worker, 't');
    kit.producer(router, 'p');
    expect(graph.change('producer', key('r/none'), { paused: true }, resumed)).toBe(false);
    expect(graph.change('producer', router, { paused: true }, resumed)).toBe(false);
    graph.emit(key('r/none'), resumed);
    graph.emit(router, { type: 'no.such', data: {} } as unknown as EventInput);
    graph.emit(router, { type: 'router.created', data: null } as unknown as EventInput);
    graph.open({ kind: 'toaster', id: 'x', parent: router, state: {}, event: {}, owner: { appData: {} } } as never);
    graph.close(key('r/none'), 'api');

    expect(graph.ignoredWrites).toBe(9);
    expect(graph.seq).toBe(seq);
    expect(graph.snapshot().size).toBe(2);
  });

  it('keeps what a listener throws to itself and goes on', () => {
    const seen: string[] = [];
    const kit = new GraphKit({
      publish: ({ type }) => {
        seen.push(type);
        throw new Error('listener');
      },
    });

    kit.router(kit.worker(), 'r');

    expect(seen).toEqual(['worker.created', 'router.created']);
    expect(kit.logger.lines.filter(({ level }) => level === 'error')).toHaveLength(1);
  });

  it('keeps the order of events when a listener writes as well', () => {
    const seen: MonitorEvent[] = [];
    const kit: GraphKit = new GraphKit({
      publish: (event) => {
        if (event.type === 'router.created')
          kit.graph.emit(null, { type: 'monitor.resync', data: { missedEvents: 0 } });
        seen.push(event);
      },
    });

    const router = kit.router(kit.worker(), 'r');
    kit.transport(router, 't');

    expect(seen.map(({ type, seq }) => `${seq} ${type}`)).toEqual([
      '1 worker.created',
      '2 router.created',
      '3 monitor.resync',
      '4 transport.created',
    ]);
  });

  it('counts what dies with a worker, with rooms and peers, before it closes', () => {
    const kit = new GraphKit();
    const worker = kit.worker(1);
    const other = kit.router(kit.worker(2), 'other', { roomId: 'elsewhere' });
    kit.transport(other, 't', { peerId: 'zoe' });
    const router = kit.router(worker, 'r', { roomId: 'A' });
    const transport = kit.transport(router, 't', { peerId: 'ann' });
    kit.consumer(kit.transport(router, 't2', { peerId: 'bob' }), 'c', kit.producer(transport, 'p'));

    kit.graph.emit(worker, {
      type: 'worker.died',
      data: {
        pid: 1,
        uptimeMs: 5,
        signal: 'SIGKILL',
        exitCode: null,
        message: 'died',
        blastRadius: { routers: 0, transports: 0, producers: 0, consumers: 0, rooms: [], peers: [] },
      },
    });

    expect(kit.events.at(-1)).toMatchObject({
      type: 'worker.died',
      severity: 'error',
      data: {
        signal: 'SIGKILL',
        blastRadius: {
          routers: 1,
          transports: 2,
          producers: 1,
          consumers: 1,
          rooms: ['A'],
          peers: [
            { room: 'A', peer: 'ann' },
            { room: 'A', peer: 'bob' },
          ],
        },
      },
    });
  });
});
