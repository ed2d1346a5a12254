import * as mediasoup from 'mediasoup';
import { createWorker, type types } from 'mediasoup';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createMonitor, type Monitor } from '../../core/index.js';
import { MEDIA_CODECS, opusParameters } from '../../server/demo/demo-codecs.js';
import { createServer, type SfuscopeServer } from '../../server/index.js';
import { ask } from '../support/graphql.js';
import { RtpStream, UdpPeer } from '../support/rtp.js';
import { eventually } from '../support/until.js';

const LISTEN = { protocol: 'udp', ip: '127.0.0.1' } as const;

interface Truth {
  producers: { nodes: { peer: { peerId: string } | null; stats: Counts | null }[] };
  consumers: { nodes: { peer: { peerId: string } | null; stats: Counts | null }[] };
  transports: { nodes: { stats: { bytesReceived: number | null } | null }[] };
}

interface Counts {
  packetCount: number | null;
  byteCount: number | null;
  packetsLost: number | null;
}

const TRUTH = `{
  producers { nodes { peer { peerId } stats { packetCount byteCount packetsLost } } }
  consumers { nodes { peer { peerId } stats { packetCount byteCount packetsLost } } }
  transports { nodes { stats { bytesReceived } } }
}`;

describe('numbers in GraphQL', () => {
  let monitor: Monitor;
  let server: SfuscopeServer;
  let url: string;
  let worker: types.Worker;
  let router: types.Router;
  let speaker: UdpPeer;
  let listener: UdpPeer;
  let uplink: types.PlainTransport;

  beforeAll(async () => {
    monitor = createMonitor({
      mediasoup,
      sampling: { intervalMs: 300, cpuShare: 1 },
      host: { systemInformation: false },
    });
    await monitor.start();
    server = createServer(monitor, { port: 0 });
    url = new URL('/graphql', (await server.listen()).url).href;
    worker = await createWorker({ logLevel: 'error' });
    router = await worker.createRouter({ mediaCodecs: MEDIA_CODECS, appData: { roomId: 'lab' } });
    speaker = await UdpPeer.open();
    listener = await UdpPeer.open();
    uplink = await router.createPlainTransport({ listenInfo: LISTEN, comedia: true, appData: { peerId: 'speaker' } });
    speaker.target(uplink.tuple.localPort);
  });

  afterAll(async () => {
    speaker?.close();
    listener?.close();
    worker?.close();
    await server?.close();
    await monitor?.stop();
  });

  it('equal the packets and bytes that were sent, and the packets that were not', async () => {
    const stream = new RtpStream({ ssrc: 1_234, payloadType: 111, ticksPerPacket: 960 });
    const producer = await uplink.produce({ kind: 'audio', rtpParameters: opusParameters(stream.ssrc, 'speaker') });
    const downlink = await router.createPlainTransport({ listenInfo: LISTEN, appData: { peerId: 'listener' } });
    await downlink.connect({ ip: '127.0.0.1', port: listener.port });
    const consumer = await downlink.consume({ producerId: producer.id, rtpCapabilities: router.rtpCapabilities });
    const heardSsrc = consumer.rtpParameters.encodings?.[0]?.ssrc ?? 0;

    const lost = 7;
    for (let packet = 0; packet < 200; packet++) {
      if (packet % 25 === 24 && packet < 25 * lost) stream.lose();
      await speaker.send(stream.next(Buffer.alloc(100 + (packet % 50))));
    }
    await speaker.send(stream.report());

    await eventually(async () => {
      const { producers, consumers } = await ask<Truth>(url, TRUTH);
      const sent = producers.nodes.find(({ peer }) => peer?.peerId === 'speaker')?.stats;
      const heard = consumers.nodes.find(({ peer }) => peer?.peerId === 'listener')?.stats;
      expect(sent).toMatchObject({ packetCount: stream.packets, byteCount: stream.bytes });
      expect(heard).toMatchObject({ packetCount: listener.heard(heardSsrc).packets });
      expect(heard?.byteCount).toBe(listener.heard(heardSsrc).bytes);
    });
  });
});

it('numbers in GraphQL are null before the first sample, and not 0', async () => {
  const monitor = createMonitor({
    mediasoup,
    sampling: { intervalMs: 300_000 },
    host: { systemInformation: false },
  });
  await monitor.start();
  const server = createServer(monitor, { port: 0 });
  const url = new URL('/graphql', (await server.listen()).url).href;
  const worker = await createWorker({ logLevel: 'error' });
  try {
    const transport = await (await worker.createRouter()).createDirectTransport();

    const { transports } = await ask<{
      transports: { nodes: { nativeId: string; stats: { bytesSent: number | null } | null }[] };
    }>(url, '{ transports { nodes { nativeId stats { bytesSent } } } }');

    expect(transports.nodes.map(({ nativeId }) => nativeId)).toEqual([transport.id]);
    expect(transports.nodes[0]?.stats?.bytesSent ?? null).toBeNull();
  } finally {
    worker.close();
    await server.close();
    await monitor.stop();
  }
});

describe('a worker', () => {
  let monitor: Monitor;
  let workers: types.Worker[];

  beforeAll(async () => {
    monitor = createMonitor({
      mediasoup,
      // Long enough for a worker that only has to wait for its turn on a busy machine.
      sampling: { intervalMs: 300, probeDeadlineMs: 3_000 },
      host: { systemInformation: false },
    });
    await monitor.start();
    workers = [await createWorker({ logLevel: 'error' }), await createWorker({ logLevel: 'error' })];
    for (const worker of workers) {
      const router = await worker.createRouter({
        mediaCodecs: MEDIA_CODECS,
        appData: { roomId: `room of ${worker.pid}` },
      });
      await router.createDirectTransport({ appData: { peerId: 'someone' } });
    }
  });

  afterAll(async () => {
    for (const worker of workers ?? []) worker.close();
    await monitor?.stop();
  });

  const nodeOf = (worker: types.Worker | undefined) =>
    monitor.graph
      .snapshot()
      .all('worker')
      .find(({ pid }) => pid === worker?.pid);

  it('that is stopped is told as hung, its samples unknown, the other one still read; and it recovers', async () => {
    const [stopped, other] = workers;
    const transport = () => monitor.graph.snapshot().within(nodeOf(stopped)!.key, 'transport')[0]!;
    await eventually(() => expect(monitor.stats.value(transport(), 'bytesSent')).toBe(0));
    process.kill(stopped!.pid, 'SIGSTOP');
    try {
      await eventually(() => expect(nodeOf(stopped)?.hungSince).not.toBeNull());
      expect(monitor.stats.value(transport(), 'bytesSent')).toBeNaN();
      await eventually(() => {
        expect(monitor.alerts.active()).toMatchObject([{ name: 'workerHung', severity: 'critical' }]);
      });
      const before = monitor.stats.sampledAt(nodeOf(other)!) ?? 0;
      await eventually(() => expect(monitor.stats.sampledAt(nodeOf(other)!)).toBeGreaterThan(before));
    } finally {
      process.kill(stopped!.pid, 'SIGCONT');
    }
    await eventually(() => expect(nodeOf(stopped)?.hungSince).toBeNull());
    await eventually(() => expect(monitor.stats.value(transport(), 'bytesSent')).toBe(0));
    await eventually(() => expect(monitor.alerts.active()).toEqual([]));
  });

  it('that is killed is told with its signal and what was lost, before everything in it closes', async () => {
    const [victim] = workers;
    const key = nodeOf(victim)!.key;

    process.kill(victim!.pid, 'SIGKILL');

    await eventually(() => expect(nodeOf(victim)).toBeUndefined());
    const told = monitor.events.recent({ entity: key, limit: 1_000 }).map(({ type }) => type);
    expect(told.indexOf('worker.died')).toBeLessThan(told.indexOf('transport.closed'));
    const [died] = monitor.events.recent({ types: ['worker.died'] });
    expect(died?.data).toMatchObject({
      signal: 'SIGKILL',
      pid: victim?.pid,
      blastRadius: {
        routers: 1,
        transports: 1,
        rooms: [`room of ${victim?.pid}`],
        peers: [{ room: `room of ${victim?.pid}`, peer: 'someone' }],
      },
    });
    const closes = monitor.events.recent({ types: ['router.closed', 'transport.closed'] });
    expect(closes.map(({ data }) => data)).toMatchObject([{ reason: 'workerDied' }, { reason: 'workerDied' }]);
  });
});
