import { beforeEach, describe, expect, it } from 'vitest';
import type { EntityKey } from '../../../core/model/entity.js';
import { stream } from '../../support/fake-source.js';
import { turn } from '../../support/graph-kit.js';
import { SamplingKit } from '../../support/sampling-kit.js';

describe('totals', () => {
  let kit: SamplingKit;
  let worker: EntityKey;
  let router: EntityKey;
  let appData: Record<string, unknown>;
  let transport: EntityKey;
  let producer: EntityKey;
  let bytes = 0;
  let packets = 0;

  beforeEach(() => {
    kit = new SamplingKit();
    worker = kit.open.worker();
    router = kit.open.router(worker, 'r');
    appData = {};
    transport = kit.open.transport(router, 't', appData);
    producer = kit.open.producer(transport, 'p');
    kit.source.answer(transport, () => ({
      values: { bytesReceived: bytes, bytesSent: 1, recvBitrate: 8, sendBitrate: 4 },
    }));
    kit.source.answer(producer, () => ({ streams: [stream({ packetCount: packets, packetsLost: 1 })] }));
    kit.sampler.start();
    bytes = 100;
    packets = 10;
  });

  const tick = () => kit.clock.advanceAsync(5_000);

  async function identify(room: string | null, peer: string | null): Promise<void> {
    Object.assign(appData, { roomId: room ?? undefined, peerId: peer ?? undefined });
    kit.open.graph.reidentify();
    await turn();
  }

  it('are unknown before the first sample, and 0 where there is nothing to count', async () => {
    expect(kit.sampler.totals({ scope: 'sfu' }).bytesReceived).toBeNaN();
    expect(kit.sampler.totals({ scope: 'room', room: 'none' }).bytesReceived).toBeNaN();
    expect(new SamplingKit().sampler.totals({ scope: 'sfu' }).bytesReceived).toBe(0);

    await tick();

    expect(kit.sampler.totals({ scope: 'sfu' })).toMatchObject({ bytesReceived: 100, bytesSent: 1, recvBitrate: 8 });
  });

  it('count packets only while somebody wants them sampled', async () => {
    await tick();
    expect(kit.sampler.totals({ scope: 'sfu' }).packetsReceived).toBeNaN();

    kit.sampler.lease({ kinds: ['producer'] });
    await tick();

    expect(kit.sampler.totals({ scope: 'sfu' })).toMatchObject({ packetsReceived: 10, packetsLostReceived: 1 });
    expect(kit.sampler.totals({ scope: 'sfu' }).packetsSent).toBeNaN();
  });

  it('add up over worker, router and transport, and one entity alone', async () => {
    kit.sampler.lease({ kinds: ['producer'] });
    const other = kit.open.transport(router, 't2');
    kit.source.answer(other, () => ({ values: { bytesReceived: 11, bytesSent: 0, recvBitrate: 1, sendBitrate: 1 } }));
    await tick();

    for (const key of [worker, router]) {
      expect(kit.sampler.totals({ scope: 'entity', key })).toMatchObject({ bytesReceived: 111, packetsReceived: 10 });
    }
    expect(kit.sampler.totals({ scope: 'entity', key: transport })).toMatchObject({
      bytesReceived: 100,
      packetsReceived: 10,
    });
    expect(kit.sampler.totals({ scope: 'entity', key: producer })).toMatchObject({ packetsReceived: 10 });
  });

  it('keep what closed entities moved, but not their bit rates', async () => {
    await tick();
    kit.open.graph.close(transport, 'api');

    const totals = kit.sampler.totals({ scope: 'entity', key: router });
    expect(totals).toMatchObject({ bytesReceived: 100, recvBitrate: 0 });
    expect(kit.sampler.totals({ scope: 'sfu' }).bytesReceived).toBe(100);
    kit.open.graph.close(worker, 'api');
    expect(kit.sampler.totals({ scope: 'entity', key: worker }).bytesReceived).toBeNaN();
  });

  it('go to the room and the peer once they are known, with all that was counted before', async () => {
    kit.sampler.lease({ kinds: ['producer'] });
    await tick();
    await identify('blue', 'ann');
    expect(kit.node('transport', transport).peer).toBe('ann');

    const peer = { scope: 'peer', room: 'blue', peer: 'ann' } as const;
    const expected = { bytesReceived: 100, packetsReceived: 10, recvBitrate: 8 };
    expect(kit.sampler.totals({ scope: 'room', room: 'blue' })).toMatchObject(expected);
    expect(kit.sampler.totals(peer)).toMatchObject(expected);

    bytes = 150;
    await tick();
    expect(kit.sampler.totals(peer).bytesReceived).toBe(150);
    expect(kit.sampler.totals({ scope: 'sfu' }).bytesReceived).toBe(150);
  });

  it('follow a peer into its room when the room comes last', async () => {
    await tick();
    await identify(null, 'ann');
    expect(kit.sampler.totals({ scope: 'peer', room: null, peer: 'ann' }).bytesReceived).toBe(100);

    await identify('blue', 'ann');

    expect(kit.sampler.totals({ scope: 'peer', room: 'blue', peer: 'ann' }).bytesReceived).toBe(100);
    expect(kit.sampler.totals({ scope: 'room', room: 'blue' }).bytesReceived).toBe(100);
    // Nobody is left as that peer of no room.
    expect(kit.sampler.totals({ scope: 'peer', room: null, peer: 'ann' }).bytesReceived).toBeNaN();
  });

  it('take out of the peer of no room what turns out to be of a room, and nothing else', async () => {
    const other = kit.open.transport(router, 't2', { peerId: 'ann' });
    kit.source.answer(other, () => ({ values: { bytesReceived: 7, bytesSent: 0, recvBitrate: 2, sendBitrate: 2 } }));
    await identify(null, 'ann');
    await tick();
    expect(kit.sampler.totals({ scope: 'peer', room: null, peer: 'ann' })).toMatchObject({
      bytesReceived: 107,
      recvBitrate: 10,
    });

    await identify('blue', 'ann');

    expect(kit.sampler.totals({ scope: 'peer', room: null, peer: 'ann' })).toMatchObject({
      bytesReceived: 7,
      recvBitrate: 2,
    });
  });

  it('leave with the old room what it had when an entity moves to another', async () => {
    kit.open.transport(router, 't2', { roomId: 'blue' });
    await identify('blue', null);
    await tick();
    await identify('red', null);
    bytes = 130;
    await tick();

    expect(kit.sampler.totals({ scope: 'room', room: 'blue' }).bytesReceived).toBe(100);
    expect(kit.sampler.totals({ scope: 'room', room: 'red' }).bytesReceived).toBe(30);
  });

  it('count each stream of a transport for its own peer, whatever became of those before it', async () => {
    kit.sampler.lease({ kinds: ['producer'] });
    const packetsOf = (room: string, peer: string): number =>
      kit.sampler.totals({ scope: 'peer', room, peer }).packetsReceived;
    const appData = { roomId: 'blue', peerId: 'ann' };
    const shared = kit.open.transport(router, 'shared', appData);
    const produce = (id: string, packetCount: number, own: Record<string, unknown> = {}): void =>
      kit.source.answer(kit.open.producer(shared, id, own), () => ({ streams: [stream({ packetCount })] }));
    produce('a1', 1);
    produce('b1', 20, { peerId: 'bob' });
    produce('a2', 300);
    produce('b2', 4_000, { peerId: 'bob' });
    await tick();
    expect([packetsOf('blue', 'ann'), packetsOf('blue', 'bob')]).toEqual([301, 4_020]);

    Object.assign(appData, { peerId: 'cat' });
    kit.open.graph.reidentify();
    await turn();
    produce('c1', 50_000);
    await tick();

    expect([packetsOf('blue', 'cat'), packetsOf('blue', 'bob')]).toEqual([50_000, 4_020]);
    expect(kit.sampler.totals({ scope: 'room', room: 'blue' }).packetsReceived).toBe(54_321);
  });

  it('end with the room', async () => {
    await identify('blue', null);
    await tick();

    kit.open.graph.close(transport, 'api');

    expect(kit.told('room.closed')).toHaveLength(1);
    expect(kit.sampler.totals({ scope: 'room', room: 'blue' }).bytesReceived).toBeNaN();
  });
});
