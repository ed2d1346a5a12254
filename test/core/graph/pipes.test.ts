import { describe, expect, it } from 'vitest';
import type { EntityKey } from '../../../core/model/entity.js';
import { GraphKit, tuple, turn } from '../../support/graph-kit.js';

interface Piped {
  readonly kit: GraphKit;
  readonly producer: EntityKey;
  readonly here: EntityKey;
  readonly there: EntityKey;
}

/** Two routers in two workers, joined by a pipe; a producer in the first. */
function piped(): Piped {
  const kit = new GraphKit();
  const first = kit.router(kit.worker(1), 'r1');
  const second = kit.router(kit.worker(2), 'r2');
  const producer = kit.producer(kit.transport(first, 't'), 'p');
  const here = kit.pipe(first, 'pipe1', tuple(40_000, 40_001));
  const there = kit.pipe(second, 'pipe2', tuple(40_001, 40_000));
  return { kit, producer, here, there };
}

describe('pipes', () => {
  it('join the two transports whose addresses mirror each other', () => {
    const { kit, here, there } = piped();

    expect(kit.graph.get(here)).toMatchObject({ pipePeer: there });
    expect(kit.graph.get(there)).toMatchObject({ pipePeer: here });
    const told = kit.events.filter(({ type }) => type === 'transport.piped');
    expect(told.map(({ entity, data }) => [entity?.key, data])).toEqual([
      [there, { peer: { kind: 'transport', key: here, id: 'pipe1' } }],
      [here, { peer: { kind: 'transport', key: there, id: 'pipe2' } }],
    ]);
  });

  it('are found when the remote address becomes known later', () => {
    const kit = new GraphKit();
    const worker = kit.worker();
    const here = kit.pipe(kit.router(worker, 'r1'), 'a', tuple(1, null));
    const there = kit.pipe(kit.router(worker, 'r2'), 'b', tuple(2, 1));
    expect(kit.graph.get(there)).toMatchObject({ pipePeer: null });

    const known = tuple(1, 2);
    kit.graph.change(
      'transport',
      here,
      { tuple: known },
      {
        type: 'transport.tupleChanged',
        data: { tuple: known, rtcp: false },
      },
    );

    expect(kit.graph.get(here)).toMatchObject({ pipePeer: there });
  });

  it('join a pipe consumer and the pipe producer that keeps the id, whichever opens first', () => {
    const { kit, producer, here, there } = piped();
    const consumer = kit.consumer(here, 'c', producer, { type: 'pipe' });
    const target = kit.producer(there, 'p');

    expect(kit.graph.get(consumer)).toMatchObject({ pipeTarget: target });
    expect(kit.graph.get(target)).toMatchObject({ pipeOrigin: consumer });

    const late = kit.producer(kit.transport('r1' as EntityKey, 't9'), 'q');
    const mirror = kit.producer(there, 'q');
    const feeding = kit.consumer(here, 'c2', late, { type: 'pipe' });
    expect(kit.graph.get(feeding)).toMatchObject({ pipeTarget: mirror });
    expect(kit.graph.get(mirror)).toMatchObject({ pipeOrigin: feeding });
  });

  it('join producers and consumers that were there before the pipe was connected', () => {
    const kit = new GraphKit();
    const first = kit.router(kit.worker(1), 'r1');
    const producer = kit.producer(kit.transport(first, 't'), 'p');
    const here = kit.pipe(first, 'a', null);
    const there = kit.pipe(kit.router(kit.worker(2), 'r2'), 'b', tuple(2, 1));
    const consumer = kit.consumer(here, 'c', producer);
    const target = kit.producer(there, 'p');

    const known = tuple(1, 2);
    kit.graph.change(
      'transport',
      here,
      { tuple: known },
      {
        type: 'transport.tupleChanged',
        data: { tuple: known, rtcp: false },
      },
    );

    expect(kit.graph.get(consumer)).toMatchObject({ pipeTarget: target });
  });

  it('take a link that the source tells, and set its other side', () => {
    const { kit, producer, here, there } = piped();
    const target = kit.producer(there, 'renamed');

    const consumer = kit.consumer(here, 'c', producer, { pipeTarget: target });

    expect(kit.graph.get(target)).toMatchObject({ pipeOrigin: consumer });
  });

  it('let go of an end that closes, and say so', async () => {
    const { kit, producer, here, there } = piped();
    const consumer = kit.consumer(here, 'c', producer);
    const target = kit.producer(there, 'p');
    await turn();
    kit.events.length = 0;

    kit.graph.close(target, 'api');
    expect(kit.takeTypes()).toEqual(['consumer.unpiped', 'producer.closed']);
    expect(kit.graph.get(consumer)).toMatchObject({ pipeTarget: null });

    kit.graph.close(there, 'api');
    expect(kit.takeTypes()).toEqual(['transport.unpiped', 'transport.closed']);
    expect(kit.graph.get(here)).toMatchObject({ pipePeer: null });
  });

  it('find a new other end on the same addresses after the old one closed', () => {
    const { kit, here, there } = piped();
    kit.graph.close(there, 'api');

    const next = kit.pipe('r2' as EntityKey, 'pipe3', tuple(40_001, 40_000));

    expect(kit.graph.get(here)).toMatchObject({ pipePeer: next });
  });

  it('say nothing of links inside what closes as a whole', async () => {
    const kit = new GraphKit();
    const worker = kit.worker();
    kit.pipe(kit.router(worker, 'r1'), 'a', tuple(1, 2));
    kit.pipe(kit.router(worker, 'r2'), 'b', tuple(2, 1));
    await turn();
    kit.events.length = 0;

    kit.graph.close(worker, 'workerDied');

    expect(kit.takeTypes()).not.toContain('transport.unpiped');
  });

  it('are not seen between transports of other types, nor towards another host', () => {
    const kit = new GraphKit();
    const router = kit.router(kit.worker(), 'r');
    const plain = kit.transport(router, 'a', {}, { type: 'plain', tuple: tuple(1, 2) });
    const pipe = kit.pipe(router, 'b', tuple(2, 1));
    const away = kit.pipe(router, 'c', { ...tuple(3, 4), remoteAddress: '10.0.0.9' });

    const peers = [plain, pipe, away].map((key) => kit.graph.snapshot().find('transport', key)?.pipePeer);
    expect(peers).toEqual([null, null, null]);
  });
});
