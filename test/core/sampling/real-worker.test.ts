import { randomUUID } from 'node:crypto';
import * as mediasoup from 'mediasoup';
import type { types } from 'mediasoup';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../../core/clock.js';
import { Graph } from '../../../core/graph/graph.js';
import { graphOptions } from '../../../core/graph/options.js';
import { identifyByAppData } from '../../../core/identify.js';
import { Liveness } from '../../../core/liveness/liveness.js';
import { livenessOptions } from '../../../core/liveness/options.js';
import { createMediasoupSource } from '../../../core/mediasoup/source.js';
import type { EntityKey } from '../../../core/model/entity.js';
import type { MonitorEvent } from '../../../core/model/events.js';
import { samplingOptions } from '../../../core/sampling/options.js';
import { Sampler } from '../../../core/sampling/sampler.js';
import { opusPayload } from '../../../server/demo/rtp/payload.js';
import { RecordingLogger } from '../../support/recording-logger.js';
import { RtpStream, UdpPeer } from '../../support/rtp.js';
import { OPUS, OPUS_PT, WatchedSfu } from '../../support/watched-sfu.js';
import { eventually } from '../../support/until.js';

const WINDOW = 16;
const CONSUMERS = 60;
/** Long enough for a worker that only has to wait for its turn on a busy machine. */
const PROBE_DEADLINE_MS = 3_000;
const LISTEN = { protocol: 'udp', ip: '127.0.0.1' } as const;

/** One worker with a producer and many consumers of it. */
interface Room {
  readonly worker: types.Worker;
  readonly key: EntityKey;
  readonly producer: EntityKey;
  readonly ingest: types.PlainTransport;
}

describe('sampling real workers', () => {
  let graph: Graph;
  let sampler: Sampler;
  let liveness: Liveness;
  let events: MonitorEvent[];
  let stop: (() => void)[];

  beforeEach(() => {
    events = [];
    stop = [];
    const logger = new RecordingLogger();
    graph = new Graph({
      runId: randomUUID(),
      clock: systemClock,
      identify: identifyByAppData,
      logger,
      options: graphOptions.parse({}),
      publish: (event) => {
        events.push(event);
        sampler.observe(event);
        liveness.observe(event);
      },
    });
    const source = createMediasoupSource(mediasoup, {
      logger,
      clock: systemClock,
      options: { traces: false, fastDecode: false },
    });
    sampler = new Sampler({
      graph,
      source,
      clock: systemClock,
      logger,
      options: samplingOptions.parse({
        intervalMs: 100,
        maxInFlight: WINDOW,
        cpuShare: 1,
        probeDeadlineMs: PROBE_DEADLINE_MS,
      }),
      onBatch: (batch) => liveness.observeBatch(batch),
      residentMemory: () => Number.NaN,
    });
    liveness = new Liveness({
      graph,
      stats: sampler,
      clock: systemClock,
      options: livenessOptions.parse({
        stalledAfterMs: { audio: 500 },
        starvedAfterMs: { audio: 500 },
        idleAfterMs: 500,
      }),
    });
    source.start(graph);
    sampler.start();
    liveness.start();
    stop.push(() => {
      source.stop();
      liveness.stop();
      sampler.stop();
      graph.stop();
    });
  });

  afterEach(() => {
    for (const end of stop.reverse()) end();
  });

  async function room(): Promise<Room> {
    const worker = await WatchedSfu.createWorker();
    stop.push(() => worker.close());
    const router = await WatchedSfu.createRouter(worker);
    const ingest = await router.createPlainTransport({ listenInfo: LISTEN, comedia: true });
    const producer = await ingest.produce({ kind: 'audio', rtpParameters: OPUS });
    const egress = await router.createPlainTransport({ listenInfo: LISTEN });
    const sink = await UdpPeer.open();
    stop.push(() => sink.close());
    await egress.connect({ ip: '127.0.0.1', port: sink.port });
    for (let i = 0; i < CONSUMERS; i++) {
      await egress.consume({ producerId: producer.id, rtpCapabilities: router.rtpCapabilities });
    }
    const node = graph
      .snapshot()
      .all('worker')
      .find(({ pid }) => pid === worker.pid)!;
    return { worker, key: node.key, producer: `${router.id}/${producer.id}` as EntityKey, ingest };
  }

  function lane(key: EntityKey) {
    return sampler.status().lanes.find(({ worker }) => worker === key)!;
  }

  function value(field: 'packetCount' | 'packetsPerSecond', key: EntityKey): number {
    return sampler.value<'producer'>(graph.snapshot().find('producer', key)!, field);
  }

  const told = (type: MonitorEvent['type']) => events.filter((event) => event.type === type);

  it('counts exactly the packets that were sent', async () => {
    const { producer, ingest } = await room();
    const peer = (await UdpPeer.open()).target(ingest.tuple.localPort);
    stop.push(() => peer.close());
    const stream = new RtpStream({ ssrc: 11_111, payloadType: OPUS_PT, ticksPerPacket: 960 });

    for (let i = 0; i < 100; i++) await peer.send(stream.next(opusPayload(60)));

    await eventually(() => expect(value('packetCount', producer)).toBe(100));
    await eventually(() => {
      expect(sampler.totals({ scope: 'sfu' })).toMatchObject({
        packetsReceived: 100,
        packetsSent: 100 * CONSUMERS,
        bytesReceived: stream.bytes,
      });
    });
    const mediaStarted = told('producer.mediaStarted');
    expect(mediaStarted).toHaveLength(1);
    await eventually(() => expect(told('consumer.mediaStarted')).toHaveLength(CONSUMERS));
  });

  it('keeps sampling the others while one worker is stopped, asks that one no more than its window, and takes it up again', async () => {
    const [sick, well] = [await room(), await room()];
    await eventually(() => {
      expect(value('packetCount', sick.producer)).toBe(0);
      expect(value('packetCount', well.producer)).toBe(0);
    });

    process.kill(sick.worker.pid, 'SIGSTOP');
    stop.push(() => process.kill(sick.worker.pid, 'SIGCONT'));
    await eventually(() => expect(lane(sick.key).hung).toBe(true));
    const { ticks } = lane(well.key);
    let most = 0;
    await eventually(() => {
      most = Math.max(most, lane(sick.key).inFlight);
      // Waiting for the other would make it skip them all.
      expect(lane(well.key).ticks).toBeGreaterThan(ticks + 20);
    });
    expect(lane(sick.key).hung).toBe(true);

    expect(most).toBeLessThanOrEqual(WINDOW + 1);
    expect(lane(well.key).hung).toBe(false);
    expect(value('packetCount', sick.producer)).toBeNaN();
    expect(value('packetCount', well.producer)).toBe(0);
    expect(told('worker.hung')).toHaveLength(1);

    const before = lane(sick.key).ticks;
    process.kill(sick.worker.pid, 'SIGCONT');
    await eventually(() => expect(told('worker.recovered')).toHaveLength(1));
    await eventually(() => expect(lane(sick.key).ticks).toBeGreaterThan(before));
    expect(value('packetCount', sick.producer)).toBe(0);
    expect(told('consumer.starved')).toEqual([]);
  });

  it('ends the lane of a worker that is killed, and goes on with the other', async () => {
    const [dying, well] = [await room(), await room()];
    await eventually(() => expect(lane(dying.key).ticks).toBeGreaterThan(1));

    process.kill(dying.worker.pid, 'SIGKILL');
    await eventually(() => expect(sampler.status().lanes.map(({ worker }) => worker)).toEqual([well.key]));

    const { ticks } = lane(well.key);
    await eventually(() => expect(lane(well.key).ticks).toBeGreaterThan(ticks + 3));
    const open = Object.fromEntries(sampler.status().sampling.map((status) => [status.kind, status.open]));
    expect(open).toMatchObject({ worker: 1, transport: 2, producer: 1, consumer: CONSUMERS });
  });
});
