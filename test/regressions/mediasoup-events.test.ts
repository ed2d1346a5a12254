import { afterEach, describe, expect, it, vi } from 'vitest';
import { FakeEmitter } from '../support/fake-emitter.js';
import { FakeSfu } from '../support/fake-sfu.js';
import { watchedFake } from '../support/watched-fake.js';
import { OPUS, WatchedSfu } from '../support/watched-sfu.js';

describe('the events of a real mediasoup', () => {
  let sfu: WatchedSfu;
  afterEach(() => sfu.dispose());

  it('a pipe consumer always has the score 10, so it has none', async () => {
    sfu = new WatchedSfu();
    const [origin, target] = [await sfu.router(), await sfu.router()];
    const { transport } = await sfu.uplink(origin);
    const producer = await transport.produce({ kind: 'audio', rtpParameters: OPUS });
    const { pipeConsumer } = await origin.pipeToRouter({ producerId: producer.id, router: target });
    expect(pipeConsumer?.score.score).toBe(10);
    expect(sfu.writer.node('consumer')).toMatchObject({ type: 'pipe', score: null, producerScore: null });
  });

  it('a consumer paused while its producer is paused is silent on the observer: the next read notices', async () => {
    sfu = new WatchedSfu();
    const router = await sfu.router();
    const { transport } = await sfu.uplink(router);
    const producer = await transport.produce({ kind: 'audio', rtpParameters: OPUS, paused: true });
    const consumer = await transport.consume({ producerId: producer.id, rtpCapabilities: router.rtpCapabilities });
    expect(sfu.writer.node('consumer')).toMatchObject({ paused: false, producerPaused: true });
    await consumer.pause();
    expect(sfu.writer.node('consumer').paused).toBe(false);
    await sfu.read('consumer', consumer);
    expect(sfu.writer.node('consumer').paused).toBe(true);
    expect(sfu.writer.told('consumer.paused')).toHaveLength(1);
  });

  it('appData is set late: it is never frozen at the creation', async () => {
    sfu = new WatchedSfu();
    const worker = await sfu.worker();
    const record = sfu.writer.record(sfu.writer.key('worker'));
    expect(record?.owner.appData).toEqual({});
    worker.appData = { roomId: 'later' };
    expect(record?.owner.appData).toEqual({ roomId: 'later' });
  });

  it('`connect` of a plain transport is told by no event: the remote address is there with the next thing made or read', async () => {
    sfu = new WatchedSfu();
    const router = await sfu.router();
    const { transport, peer } = await sfu.downlink(router);
    expect(sfu.writer.node('transport').tuple?.remotePort).toBeNull();
    await sfu.read('transport', transport);
    expect(sfu.writer.node('transport').tuple).toMatchObject({ remoteAddress: '127.0.0.1', remotePort: peer.port });
    expect(sfu.writer.told('transport.connected')).toHaveLength(1);
  });

  it('a listener of the application that throws takes the later ones of that event with it: ours is never one that throws', async () => {
    sfu = new WatchedSfu();
    const router = await sfu.router();
    const { transport } = await sfu.uplink(router);
    const heard = vi.fn();
    transport.observer.on('close', heard);
    sfu.writer.close = () => {
      throw new Error('a broken graph');
    };
    transport.close();
    expect(heard).toHaveBeenCalledOnce();
    expect(sfu.logger.lines.map(({ level }) => level)).toEqual(['error']);
  });
});

describe('the events of other versions', () => {
  it('up to 3.27.1: each trace of a consumer comes twice, with one and the same object', () => {
    const { sfu, writer } = watchedFake({ traces: true });
    const transport = sfu.createWorker().createRouter().createTransport();
    const { observer } = transport.consume(transport.produce());
    for (const timestamp of [1, 1, 2]) {
      const trace = { type: 'rtp', timestamp, direction: 'out', info: {} };
      observer.safeEmit('trace', trace);
      observer.safeEmit('trace', trace);
    }
    expect(writer.told('consumer.traced')).toHaveLength(3);
  });

  it('a score of a pipe consumer is made up, whether it is there at first or told later', () => {
    const { sfu, writer } = watchedFake();
    const router = sfu.createWorker().createRouter();
    const producer = router.createTransport().produce();
    const consumer = router.createTransport({ type: 'pipe' }).consume(producer);
    expect(consumer).toMatchObject({ type: 'pipe', score: { score: 10, producerScores: [10] } });
    consumer.setScore({ score: 10, producerScore: 10, producerScores: [10] });
    expect(writer.node('consumer')).toMatchObject({ score: null, producerScore: null, producerScores: [] });
    expect(writer.told('consumer.scoreChanged')).toEqual([]);
  });

  it('3.11.0: the dominant speaker is the producer itself', () => {
    const { sfu, writer } = watchedFake({ version: '3.11.0' });
    const router = sfu.createWorker().createRouter();
    const producer = router.createTransport().produce();
    router.createRtpObserver('activespeaker').observer.safeEmit('dominantspeaker', producer);
    expect(writer.node('rtpObserver').dominantSpeaker).toBe(writer.key('producer'));
  });

  it('3.13.0 to 3.13.2: no pause is told, so the next read notices', async () => {
    const { sfu, writer, source } = watchedFake({ version: '3.13.2' });
    const transport = sfu.createWorker().createRouter().createTransport();
    const producer = transport.produce();
    const dataProducer = transport.produceData();
    producer.paused = true;
    dataProducer.paused = true;
    await source.read('producer', writer.key('producer'));
    await source.read('dataProducer', writer.key('dataProducer'));
    expect(writer.types().slice(-2)).toEqual(['producer.paused', 'dataProducer.paused']);
  });

  it('before 3.13: data producers and consumers know no pause', () => {
    const { sfu, writer, logger } = watchedFake({ version: '3.12.16' });
    const transport = sfu.createWorker().createRouter().createTransport();
    const dataProducer = transport.produceData();
    Object.assign(dataProducer, { paused: undefined });
    dataProducer.observer.safeEmit('pause');
    expect(writer.node('dataProducer').paused).toBe(false);
    expect(logger.lines).toEqual([]);
  });

  it('before 3.13.18: a tuple has a localIp', () => {
    const { sfu, writer } = watchedFake({ version: '3.13.17' });
    const transport = sfu.createWorker().createRouter().createTransport();
    transport.setSelectedTuple({
      localIp: '10.0.0.1',
      localPort: 4,
      remoteIp: '1.2.3.4',
      remotePort: 5,
      protocol: 'udp',
    });
    expect(writer.node('transport').tuple).toMatchObject({ localAddress: '10.0.0.1', remoteAddress: '1.2.3.4' });
  });

  it('before 3.15: transports and RTP observers have no type', () => {
    const { sfu, writer } = watchedFake({ version: '3.14.16' });
    const router = sfu.createWorker().createRouter();
    const untyped = (fields: object, name = 'Transport'): void => {
      const entity = Object.assign(new FakeEmitter(), {
        id: `${name}${writer.size}`,
        observer: new FakeEmitter(),
        closed: false,
        appData: {},
        paused: false,
        ...fields,
      });
      Object.defineProperty(entity, 'constructor', { value: { name } });
      router.observer.safeEmit(name === 'Transport' ? 'newtransport' : 'newrtpobserver', entity);
    };
    const tuple = { localIp: '127.0.0.1', localPort: 1, protocol: 'udp' };
    untyped({ iceState: 'new', dtlsState: 'new' });
    untyped({ tuple, rtcpTuple: undefined });
    untyped({ tuple });
    untyped({});
    expect(writer.keys('transport').map((key) => writer.node('transport', key).type)).toEqual([
      'webrtc',
      'plain',
      'pipe',
      'direct',
    ]);
    untyped({}, 'ActiveSpeakerObserver');
    untyped({}, 'AudioLevelObserver');
    expect(writer.keys('rtpObserver').map((key) => writer.node('rtpObserver', key).type)).toEqual([
      'activespeaker',
      'audiolevel',
    ]);
  });

  it.each([
    ['3.19.21', 0, 'workerClosed'],
    ['3.19.21', 'SIGINT', 'workerClosed'],
    ['3.19.21', 'SIGKILL', 'workerDied'],
    ['3.19.22', 0, 'workerDied'],
    ['3.19.22', 'SIGTERM', 'workerDied'],
  ] as const)('%s: a worker that ended by %s is %s', (version, how, reason) => {
    const { sfu, writer } = watchedFake({ version });
    const worker = sfu.createWorker();
    worker.createRouter();
    worker.die(how);
    expect(new Set(writer.closings().map(([, told]) => told))).toEqual(new Set([reason]));
    expect(writer.told('worker.died')).toHaveLength(reason === 'workerDied' ? 1 : 0);
  });

  it('since 3.20.1 getters clone: costly ones are read once at most, and none of them with an event', () => {
    const sfu = new FakeSfu();
    const { writer } = watchedFake({}, sfu);
    const transport = sfu.createWorker().createRouter().createTransport();
    const producer = transport.produce();
    const parameters = vi.fn(() => producer.rtpParameters);
    const consumer = transport.consume(producer);
    consumer.close();
    const scores = vi.fn(() => ({ score: 1, producerScore: 1, producerScores: [1] }));
    const costly = Object.assign(new FakeEmitter(), {
      id: 'costly',
      observer: new FakeEmitter(),
      closed: false,
      appData: {},
      producerId: producer.id,
      kind: 'audio',
      type: 'simple',
      paused: false,
      producerPaused: false,
    });
    Object.defineProperty(costly, 'rtpParameters', { get: parameters });
    Object.defineProperty(costly, 'score', { get: scores });
    transport.observer.safeEmit('newconsumer', costly);
    for (let index = 0; index < 5; index += 1) {
      costly.observer.safeEmit('score', { score: index, producerScore: 1, producerScores: [1] });
      costly.observer.safeEmit('pause');
    }
    expect(writer.node('consumer')).toMatchObject({ mimeType: 'audio/opus', score: 4 });
    expect(parameters).not.toHaveBeenCalled();
    expect(scores).toHaveBeenCalledOnce();
  });

  it('a router that closes tells no server that its transports are gone, and nothing of them stays', () => {
    const { sfu, writer } = watchedFake();
    const worker = sfu.createWorker();
    const server = worker.createWebRtcServer();
    const router = worker.createRouter();
    router.createTransport({ webRtcServer: server });
    const unhandled = vi.fn();
    server.observer.on('webrtctransportunhandled', unhandled);
    router.close();
    expect(unhandled).not.toHaveBeenCalled();
    expect(writer.keys('transport')).toEqual([]);
  });
});
