import { describe, expect, it } from 'vitest';
import { listenersOf } from '../../support/fake-emitter.js';
import { FakeProducer } from '../../support/fake-sfu.js';
import { watchedFake } from '../../support/watched-fake.js';

/** One of everything, with a pair of each kind of producer and consumer on transports of their own. */
function populated(version?: string) {
  const watched = watchedFake(version === undefined ? {} : { version });
  const worker = watched.sfu.createWorker();
  const server = worker.createWebRtcServer();
  const router = worker.createRouter();
  const uplink = router.createTransport({ webRtcServer: server });
  const downlink = router.createTransport({ type: 'plain' });
  const producer = uplink.produce();
  const consumer = downlink.consume(producer);
  const dataProducer = uplink.produceData();
  const dataConsumer = downlink.consumeData(dataProducer);
  const speaker = router.createRtpObserver('activespeaker');
  speaker.addProducer(producer);
  watched.writer.events.length = 0;
  return {
    ...watched,
    worker,
    server,
    router,
    uplink,
    downlink,
    producer,
    consumer,
    dataProducer,
    dataConsumer,
    speaker,
  };
}

describe('the reason of a close', () => {
  it('is api for what the application closes itself', () => {
    const { writer, ...sfu } = populated();
    sfu.consumer.close();
    sfu.dataConsumer.close();
    sfu.producer.close();
    sfu.dataProducer.close();
    sfu.speaker.close();
    sfu.uplink.close();
    sfu.downlink.close();
    sfu.router.close();
    sfu.server.close();
    expect(writer.closings()).toEqual([
      ['consumer', 'api'],
      ['dataConsumer', 'api'],
      ['producer', 'api'],
      ['dataProducer', 'api'],
      ['rtpObserver', 'api'],
      ['transport', 'api'],
      ['transport', 'api'],
      ['router', 'api'],
      ['webRtcServer', 'api'],
    ]);
    expect(writer.size).toBe(1);
  });

  it('is producer for the consumers of a producer that closed', () => {
    const { writer, producer, dataProducer } = populated();
    producer.close();
    dataProducer.close();
    expect(writer.closings()).toHaveLength(4);
    expect(Object.fromEntries(writer.closings())).toEqual({
      consumer: 'producer',
      dataConsumer: 'producer',
      dataProducer: 'api',
      producer: 'api',
    });
  });

  it('is producer, too, for a consumer that the application closes after its producer', () => {
    const { producer, consumer, writer } = populated();
    producer.removeAllListeners('@close');
    producer.close();
    consumer.close();
    expect(writer.told('consumer.closed').at(-1)).toMatchObject({ reason: 'producer' });
  });

  it('is producer for the consumers of a producer that was there before the monitor', () => {
    const { router, downlink, writer } = populated();
    const unseen = new FakeProducer(router.channel);
    const consumer = downlink.consume(unseen);
    downlink.consume(unseen).close();
    unseen.close();
    expect(consumer.closed).toBe(true);
    expect(writer.told('consumer.closed').slice(-2)).toMatchObject([{ reason: 'api' }, { reason: 'producer' }]);
  });

  it('is parent for what was in a transport that the application closed, and producer for its consumers elsewhere', () => {
    const { writer, uplink, downlink } = populated();
    downlink.close();
    expect(writer.closings()).toEqual([
      ['consumer', 'parent'],
      ['dataConsumer', 'parent'],
      ['transport', 'api'],
    ]);
    uplink.close();
    expect(writer.closings().slice(3)).toEqual([
      ['producer', 'parent'],
      ['dataProducer', 'parent'],
      ['transport', 'api'],
    ]);
  });

  it('is router for everything in a router that the application closed', () => {
    const { writer, router } = populated();
    router.close();
    const closings = writer.closings();
    expect(closings.at(-1)).toEqual(['router', 'api']);
    expect(closings).toHaveLength(8);
    expect(new Set(closings.slice(0, -1).map(([, reason]) => reason))).toEqual(new Set(['router']));
  });

  it('is webRtcServer for a transport whose server closed', () => {
    const { writer, server } = populated();
    server.close();
    expect(writer.closings()).toEqual([
      ['producer', 'parent'],
      ['dataProducer', 'parent'],
      ['transport', 'webRtcServer'],
      ['webRtcServer', 'api'],
    ]);
  });

  it('is workerClosed for everything in a worker that the application closed', () => {
    const { writer, worker } = populated();
    worker.close();
    expect(new Set(writer.closings().map(([, reason]) => reason))).toEqual(new Set(['workerClosed']));
    expect(writer.told('worker.died')).toEqual([]);
    expect(writer.size).toBe(0);
  });

  it('is workerDied for everything in a worker that died, and the death is told before any of it', () => {
    const { writer, worker, clock } = populated();
    clock.advance(90_000);
    worker.die('SIGSEGV');
    expect(writer.types()[0]).toBe('worker.died');
    expect(writer.told('worker.died')).toEqual([
      expect.objectContaining({ pid: worker.pid, signal: 'SIGSEGV', exitCode: null, uptimeMs: 90_000 }),
    ]);
    expect(writer.closings()).toHaveLength(10);
    expect(new Set(writer.closings().map(([, reason]) => reason))).toEqual(new Set(['workerDied']));
    expect(writer.closings().at(-1)?.[0]).toBe('worker');
    expect(writer.size).toBe(0);
  });

  it('names the exit code of a worker that ended by itself', () => {
    const { writer, worker } = populated();
    worker.die(40);
    expect(writer.told('worker.died')).toEqual([expect.objectContaining({ signal: null, exitCode: 40 })]);
  });

  it('is told of a death whose event another listener hid by throwing', () => {
    const { writer, worker } = populated();
    worker.prependListener('died', () => {
      throw new Error('the application panics');
    });
    worker.die();
    expect(writer.types()[0]).toBe('worker.died');
    expect(writer.size).toBe(0);
  });

  it('lets nothing be tracked or listened to of what has closed', () => {
    const sfu = populated();
    const listening = (): number =>
      [sfu.consumer, sfu.consumer.observer].reduce((sum, emitter) => sum + listenersOf(emitter), 0);
    const before = listening();
    expect(before).toBeGreaterThan(3);
    sfu.consumer.pause();
    expect(listening()).toBeGreaterThan(before);
    sfu.router.close();
    for (const entity of [sfu.consumer, sfu.dataConsumer, sfu.speaker, sfu.router]) {
      expect(listenersOf(entity)).toBe(entity.listenerCount('@close'));
      expect(listenersOf(entity.observer)).toBe(entity === sfu.router ? 0 : entity.observer.listenerCount('close'));
    }
    sfu.worker.close();
    expect(listenersOf(sfu.worker) + listenersOf(sfu.worker.observer)).toBe(0);
  });
});
