import { readFileSync } from 'node:fs';
import type { types } from 'mediasoup';
import * as mediasoup from 'mediasoup';
import { afterEach, describe, expect, it } from 'vitest';
import { opusPayload } from '../../../server/demo/rtp/payload.js';
import { type FakeEmitter, listenersOf } from '../../support/fake-emitter.js';
import { RtpStream } from '../../support/rtp.js';
import { OPUS, OPUS_PT, WatchedSfu } from '../../support/watched-sfu.js';
import { eventually } from '../../support/until.js';

let sfu: WatchedSfu;
afterEach(() => sfu.dispose());

/** One of everything that needs no WebRTC client, in one router. */
async function populate(worker: types.Worker) {
  const server = await worker.createWebRtcServer({ listenInfos: [{ protocol: 'udp', ip: '127.0.0.1', port: 0 }] });
  const router = await WatchedSfu.createRouter(worker);
  const webrtc = await router.createWebRtcTransport({ webRtcServer: server, enableSctp: true });
  const plain = await router.createPlainTransport({ listenInfo: { protocol: 'udp', ip: '127.0.0.1' } });
  const direct = await router.createDirectTransport();
  const producer = await webrtc.produce({ kind: 'audio', rtpParameters: OPUS });
  const consumer = await plain.consume({ producerId: producer.id, rtpCapabilities: router.rtpCapabilities });
  const dataProducer = await direct.produceData({ label: 'chat' });
  const dataConsumer = await direct.consumeData({ dataProducerId: dataProducer.id });
  const levels = await router.createAudioLevelObserver();
  const speaker = await router.createActiveSpeakerObserver();
  await speaker.addProducer({ producerId: producer.id });
  return { server, router, webrtc, plain, direct, producer, consumer, dataProducer, dataConsumer, levels, speaker };
}

function closingsOf({ writer }: WatchedSfu): Record<string, string[]> {
  const byReason: Record<string, string[]> = {};
  for (const [kind, reason] of writer.closings()) byReason[reason] = [...(byReason[reason] ?? []), kind];
  return byReason;
}

describe('the life of a real SFU', () => {
  it('is told in full, and every reason of a close is right', async () => {
    sfu = new WatchedSfu();
    const worker = await sfu.worker();
    const all = await populate(worker);
    expect(sfu.writer.size).toBe(12);
    expect(sfu.writer.node('transport', sfu.key(all.webrtc))).toMatchObject({
      type: 'webrtc',
      iceState: 'new',
      iceRole: 'controlled',
      dtlsState: 'new',
      sctpState: 'new',
      webRtcServer: all.server.id,
    });
    expect(sfu.writer.node('transport', sfu.key(all.direct))).toMatchObject({
      type: 'direct',
      iceState: null,
      tuple: null,
    });
    expect(sfu.writer.node('consumer')).toMatchObject({ mimeType: 'audio/opus', clockRate: 48_000 });
    expect(sfu.writer.node('consumer').producer).toBe(sfu.key(all.producer));
    expect(sfu.writer.node('dataConsumer')).toMatchObject({ type: 'direct', label: 'chat', paused: false });

    all.producer.close();
    await eventually(() => expect(sfu.writer.keys('consumer')).toEqual([]));
    all.dataProducer.close();
    await eventually(() => expect(sfu.writer.keys('dataConsumer')).toEqual([]));
    all.server.close();
    all.levels.close();
    all.router.close();
    expect(closingsOf(sfu)).toEqual({
      producer: ['consumer', 'dataConsumer'],
      api: ['producer', 'dataProducer', 'webRtcServer', 'rtpObserver', 'router'].toSorted(expectOrder),
      webRtcServer: ['transport'],
      router: ['transport', 'transport', 'rtpObserver'],
    });
    expect(sfu.writer.size).toBe(1);
    expect(sfu.logger.lines).toEqual([]);
  });

  it('ends in order when the application closes the worker: nothing died', async () => {
    sfu = new WatchedSfu();
    const worker = await sfu.worker();
    await populate(worker);
    worker.close();
    expect(Object.keys(closingsOf(sfu))).toEqual(['workerClosed']);
    expect(sfu.writer.told('worker.died')).toEqual([]);
    expect(sfu.writer.size).toBe(0);
  });

  it('ends with a death told first when the worker is killed, with signal and uptime', async () => {
    sfu = new WatchedSfu();
    const worker = await sfu.worker();
    await populate(worker);
    const { length } = sfu.writer.events;
    process.kill(worker.pid, 'SIGKILL');
    await eventually(() => expect(sfu.writer.size).toBe(0));
    expect(sfu.writer.types()[length]).toBe('worker.died');
    expect(sfu.writer.told('worker.died')).toEqual([
      expect.objectContaining({ pid: worker.pid, signal: 'SIGKILL', exitCode: null }),
    ]);
    expect(sfu.writer.told('worker.died')[0]?.uptimeMs).toBeGreaterThan(0);
    expect(Object.keys(closingsOf(sfu))).toEqual(['workerDied']);
  });

  it('closes what is in a transport with the reason parent', async () => {
    sfu = new WatchedSfu();
    const all = await populate(await sfu.worker());
    all.webrtc.close();
    expect(sfu.writer.closings()).toEqual([
      ['producer', 'parent'],
      ['transport', 'api'],
    ]);
    await eventually(() => expect(sfu.writer.closings().at(-1)).toEqual(['consumer', 'producer']));
  });
});

describe('pauses of a real SFU', () => {
  it("are told once each and by whom, also the one mediasoup's observer is silent about", async () => {
    sfu = new WatchedSfu();
    const { producer, consumer, dataProducer, dataConsumer, speaker } = await populate(await sfu.worker());
    sfu.writer.events.length = 0;
    await producer.pause();
    await eventually(() => expect(sfu.writer.types()).toContain('consumer.producerPaused'));
    await consumer.pause();
    await sfu.read('consumer', consumer);
    await producer.resume();
    await eventually(() => expect(sfu.writer.types()).toContain('consumer.producerResumed'));
    await consumer.resume();
    await dataProducer.pause();
    await eventually(() => expect(sfu.writer.types()).toContain('dataConsumer.dataProducerPaused'));
    await dataProducer.resume();
    await eventually(() => expect(sfu.writer.types()).toContain('dataConsumer.dataProducerResumed'));
    await dataConsumer.pause();
    await dataConsumer.resume();
    await speaker.pause();
    await speaker.resume();
    const told = sfu.writer.types().filter((type) => /aused|esumed/.test(type));
    expect(told.toSorted()).toEqual(
      [
        'producer.paused',
        'producer.resumed',
        'consumer.producerPaused',
        'consumer.producerResumed',
        'consumer.paused',
        'consumer.resumed',
        'dataProducer.paused',
        'dataProducer.resumed',
        'dataConsumer.dataProducerPaused',
        'dataConsumer.dataProducerResumed',
        'dataConsumer.paused',
        'dataConsumer.resumed',
        'rtpObserver.paused',
        'rtpObserver.resumed',
      ].toSorted(),
    );
    expect(sfu.writer.node('consumer')).toMatchObject({ paused: false, producerPaused: false });
  });
});

describe('readings of a real SFU', () => {
  it('of a worker are its CPU times in ms and its peak memory in bytes, as the kernel has them', async () => {
    sfu = new WatchedSfu();
    const worker = await sfu.worker();
    const reading = await sfu.source.read('worker', sfu.writer.key('worker'));
    const peakKb = Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${worker.pid}/status`, 'utf8'))?.[1]);
    expect(reading?.values.peakResidentMemory).toBeGreaterThan(peakKb * 1024 * 0.9);
    expect(reading?.values.peakResidentMemory).toBeLessThan(peakKb * 1024 * 1.1);
    expect(reading?.values.cpuUserMs).toBeLessThan(10_000);
    expect(reading?.values.minorFaults).toBeGreaterThan(0);
    expect(reading?.values.probeMs).toBeGreaterThan(0);
  });

  it('of data producers and consumers count messages and bytes exactly', async () => {
    sfu = new WatchedSfu();
    const { dataProducer, dataConsumer } = await populate(await sfu.worker());
    let bytes = 0;
    for (let index = 0; index < 25; index += 1) {
      const message = 'x'.repeat(10 + index);
      bytes += message.length;
      dataProducer.send(message);
    }
    await eventually(async () =>
      expect((await sfu.read('dataProducer', dataProducer)).values).toEqual({
        messagesReceived: 25,
        bytesReceived: bytes,
      }),
    );
    expect((await sfu.read('dataConsumer', dataConsumer)).values).toMatchObject({ messagesSent: 25, bytesSent: bytes });
  });

  it('are null while the entity closes, however that is timed', async () => {
    sfu = new WatchedSfu();
    const { consumer, producer, webrtc } = await populate(await sfu.worker());
    const key = sfu.key(consumer);
    const underway = sfu.source.read('consumer', key);
    producer.close();
    const after = sfu.source.read('consumer', key);
    const transport = sfu.source.read('transport', sfu.key(webrtc));
    webrtc.close();
    expect((await Promise.all([underway, after, transport])).slice(1)).toEqual([null, null]);
    expect(await sfu.source.read('consumer', key)).toBeNull();
  });

  it('wait for a worker that is stopped, and reject nothing; another worker answers meanwhile', async () => {
    sfu = new WatchedSfu();
    const stopped = await sfu.worker();
    await sfu.worker();
    const [first, second] = sfu.writer.keys('worker');
    process.kill(stopped.pid, 'SIGSTOP');
    let settled = false;
    const pending = sfu.source.read('worker', first!).finally(() => {
      settled = true;
    });
    for (let index = 0; index < 5; index += 1) expect(await sfu.source.read('worker', second!)).not.toBeNull();
    expect(settled).toBe(false);
    process.kill(stopped.pid, 'SIGCONT');
    expect(await pending).not.toBeNull();
  });
});

describe('traces of a real SFU', () => {
  it('are told once per packet, though mediasoup tells those of a consumer twice, and the application still hears its own', async () => {
    sfu = new WatchedSfu({ traces: true });
    const router = await sfu.router();
    const uplink = await sfu.uplink(router);
    const downlink = await sfu.downlink(router);
    const producer = await uplink.transport.produce({ kind: 'audio', rtpParameters: OPUS });
    const consumer = await downlink.transport.consume({
      producerId: producer.id,
      rtpCapabilities: router.rtpCapabilities,
    });
    await producer.enableTraceEvent(['rtp']);
    await consumer.enableTraceEvent(['rtp']);
    let heard = 0;
    consumer.on('trace', () => {
      heard += 1;
    });
    const stream = new RtpStream({ ssrc: 11_111, payloadType: OPUS_PT, ticksPerPacket: 960 });
    for (let index = 0; index < 30; index += 1) await uplink.peer.send(stream.next(opusPayload(40)));
    await eventually(() => expect(sfu.writer.told('producer.traced')).toHaveLength(30));
    await eventually(() => expect(sfu.writer.told('consumer.traced')).toHaveLength(30));
    expect(heard).toBeGreaterThanOrEqual(30);
    expect(sfu.writer.told('producer.traced')[0]).toMatchObject({ trace: 'rtp', direction: 'in' });
    expect(() => JSON.stringify(sfu.writer.told('consumer.traced'))).not.toThrow();
    expect((await consumer.dump()).traceEventTypes).toEqual(['rtp']);
  });
});

describe('an inspection of a real SFU', () => {
  it('shows every kind and no secret', async () => {
    sfu = new WatchedSfu();
    const worker = await sfu.worker();
    const all = await populate(worker);
    all.router.appData = { token: 'app-secret' };
    const srtp = await all.router.createPlainTransport({
      listenInfo: { protocol: 'udp', ip: '127.0.0.1' },
      enableSrtp: true,
      appData: { token: 'app-secret' },
    });
    const secrets = [
      all.webrtc.iceParameters.password,
      all.webrtc.iceParameters.usernameFragment,
      srtp.srtpParameters?.keyBase64 ?? '',
      'app-secret',
    ];
    const entities = [...Object.values(all), srtp, { id: String(worker.pid) }];
    const shown = await Promise.all(entities.map((entity) => sfu.source.inspect(sfu.key(entity))));
    const text = JSON.stringify(shown);
    for (const secret of secrets) expect(text).not.toContain(secret);
    expect(text).toContain(all.webrtc.dtlsParameters.fingerprints[0]?.value);
    expect(shown.map(({ stats }) => stats !== null)).toEqual(
      entities.map((entity) => 'getStats' in entity || entity.id === String(worker.pid)),
    );
  });
});

describe('attaching to a real SFU late, and leaving it', () => {
  it('finds servers, routers and transports, follows what comes then, and leaves every emitter as it was', async () => {
    const worker = await WatchedSfu.createWorker();
    const all = await populate(worker);
    const entities = [worker, ...Object.values(all)];
    const emitters = [
      mediasoup.observer,
      ...entities,
      ...entities.map(({ observer }) => observer),
    ] as unknown as FakeEmitter[];
    const before = emitters.map(listenersOf);
    sfu = new WatchedSfu({ workers: [worker] });
    expect(sfu.writer.size).toBe(6);
    expect(sfu.writer.node('transport', sfu.key(all.webrtc)).webRtcServer).toBe(all.server.id);
    expect(sfu.source.blindSpots).toEqual([
      '1 router existed before the monitor: RTP observers in them cannot be listed.',
      '3 transports existed before the monitor: producers and consumers on them cannot be listed.',
    ]);
    const consumer = await all.plain.consume({
      producerId: all.producer.id,
      rtpCapabilities: all.router.rtpCapabilities,
    });
    emitters.push(consumer as unknown as FakeEmitter, consumer.observer as unknown as FakeEmitter);
    expect(sfu.writer.node('consumer')).toMatchObject({ producer: null, mimeType: 'audio/opus' });
    sfu.source.stop();
    // mediasoup's own: `@close` and `@producerclose` for its transport, and `listenererror`.
    expect(emitters.map(listenersOf)).toEqual([...before, listenersOf(all.consumer as unknown as FakeEmitter), 0]);
    all.consumer.close();
    expect(sfu.writer.told('consumer.closed')).toEqual([]);
  });
});

function expectOrder(a: string, b: string): number {
  const order = ['producer', 'dataProducer', 'webRtcServer', 'rtpObserver', 'router'];
  return order.indexOf(a) - order.indexOf(b);
}
