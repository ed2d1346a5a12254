import * as mediasoup from 'mediasoup';
import { afterEach, describe, expect, it } from 'vitest';
import { DemoSfu } from '../../../server/demo/demo-sfu.js';
import { eventually } from '../../support/until.js';

describe('the demo SFU', () => {
  let sfu: DemoSfu | undefined;

  afterEach(async () => {
    await sfu?.stop();
    sfu = undefined;
  });

  it('gets every packet it sends into its producers and out of the consumers of the others', async () => {
    sfu = await DemoSfu.start(mediasoup, { rooms: 1, peers: 2, workers: 1, lively: false });
    const [speaker, listener] = sfu.rooms[0]?.peers ?? [];
    // Audio alone fits into the socket's buffer, however late the worker comes to read it.
    for (const sender of speaker?.videoSenders ?? []) sender.frozen = true;
    await eventually(() => expect(speaker?.audioSender?.sent.packets).toBeGreaterThan(50));
    if (speaker?.audioSender === undefined || speaker.audio === undefined) throw new Error('no speaker');

    speaker.audioSender.frozen = true;
    const { packets, bytes } = speaker.audioSender.sent;

    await eventually(async () => {
      const [stats] = (await speaker.audio?.getStats()) ?? [];
      expect(stats).toMatchObject({ packetCount: packets, byteCount: bytes });
    });
    const consumer = listener?.consumers.find(({ producerId }) => producerId === speaker.audio?.id);
    await eventually(async () => {
      const [stats] = (await consumer?.getStats()) ?? [];
      expect(stats?.packetCount).toBeGreaterThan(40);
    });
  });

  it('forwards video between peers in two workers through a pipe, in simulcast layers', async () => {
    sfu = await DemoSfu.start(mediasoup, { rooms: 1, peers: 2, workers: 2, lively: false });
    const [first, second] = sfu.rooms[0]?.peers ?? [];
    expect(first?.router.id).not.toBe(second?.router.id);

    await eventually(() => {
      const video = second?.consumers.find(({ kind }) => kind === 'video');
      expect(video?.type).toBe('simulcast');
      expect(video?.currentLayers?.spatialLayer).toBeGreaterThanOrEqual(1);
    });
  });

  it('reports round trip times that look like a network', async () => {
    sfu = await DemoSfu.start(mediasoup, { rooms: 1, peers: 2, workers: 1, lively: false });
    const peer = sfu.rooms[0]?.peers[0];

    await eventually(async () => {
      const [stats] = (await peer?.consumers[0]?.getStats()) ?? [];
      expect(stats?.roundTripTime).toBeGreaterThan(2);
      expect(stats?.roundTripTime).toBeLessThan(500);
    });
  });

  it('holds what an operator should find: a peer that never connects, an unwatched producer, an empty router', async () => {
    sfu = await DemoSfu.start(mediasoup, { rooms: 1, peers: 1, workers: 1 });

    const lobby = sfu.rooms.find(({ name }) => name === 'lobby');
    expect(lobby?.peers).toHaveLength(1);
    const dump = await sfu.workers[0]?.dump();
    expect(dump?.routerIds).toHaveLength(3);
    expect(dump?.webRtcServerIds).toHaveLength(1);
  });

  it('closes its workers and sockets when it stops', async () => {
    sfu = await DemoSfu.start(mediasoup, { rooms: 1, peers: 2, workers: 2 });
    const { workers } = sfu;
    const endpoints = sfu.rooms.flatMap(({ peers }) => peers.map(({ endpoint }) => endpoint));
    expect(endpoints.map(({ address }) => address.ip)).toEqual(endpoints.map(() => '127.0.0.1'));

    await sfu.stop();

    expect(workers.every(({ closed }) => closed)).toBe(true);
    for (const endpoint of endpoints) expect(() => endpoint.address).toThrow('Not running');
  });
});
