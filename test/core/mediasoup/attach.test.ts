import { describe, expect, it } from 'vitest';
import { mediasoupOptions } from '../../../core/mediasoup/options.js';
import { createMediasoupSource } from '../../../core/mediasoup/source.js';
import { type FakeEmitter, listenersOf } from '../../support/fake-emitter.js';
import { FakeSfu } from '../../support/fake-sfu.js';
import { ManualClock } from '../../support/manual-clock.js';
import { RecordingLogger } from '../../support/recording-logger.js';
import { watchedFake } from '../../support/watched-fake.js';

const deps = () => ({
  clock: new ManualClock(),
  logger: new RecordingLogger(),
  options: mediasoupOptions.parse({ traces: true }),
});

/** One of everything, and every emitter of it. */
function populate(sfu: FakeSfu) {
  const worker = sfu.createWorker({ appData: { name: 'one' } });
  const server = worker.createWebRtcServer();
  const router = worker.createRouter();
  const uplink = router.createTransport({ webRtcServer: server });
  const plain = router.createTransport({ type: 'plain' });
  const pipe = router.createTransport({ type: 'pipe' });
  const direct = router.createTransport({ type: 'direct' });
  const producer = uplink.produce({ kind: 'video', type: 'simulcast', encodings: 3 });
  const consumer = plain.consume(producer);
  const pipeConsumer = pipe.consume(producer);
  const dataProducer = direct.produceData();
  const dataConsumer = direct.consumeData(dataProducer);
  const levels = router.createRtpObserver('audiolevel');
  const speaker = router.createRtpObserver('activespeaker');
  const entities = {
    worker,
    server,
    router,
    uplink,
    plain,
    pipe,
    direct,
    producer,
    consumer,
    pipeConsumer,
    dataProducer,
  };
  const all = { ...entities, dataConsumer, levels, speaker };
  const emitters: FakeEmitter[] = [sfu.observer];
  for (const entity of Object.values(all)) emitters.push(entity, entity.observer);
  return { ...all, emitters, counts: () => emitters.map((emitter) => listenersOf(emitter)) };
}

describe('attaching', () => {
  it('takes a module namespace, its default export, or an object with the observer', () => {
    const sfu = new FakeSfu();
    expect(createMediasoupSource(sfu, deps())).toMatchObject({ name: 'mediasoup', version: '3.27.1' });
    expect(createMediasoupSource({ default: sfu }, deps()).version).toBe('3.27.1');
    expect(createMediasoupSource({ observer: sfu.observer }, deps()).version).toBeNull();
  });

  it.each([undefined, null, 'mediasoup', {}, { observer: {} }, { default: { observer: null } }])(
    'refuses %j',
    (mediasoup) => {
      expect(() => createMediasoupSource(mediasoup, deps())).toThrowError(
        expect.objectContaining({ code: 'SFUSCOPE_SOURCE_INVALID' }),
      );
    },
  );

  it('refuses workers that are none', () => {
    expect(() => createMediasoupSource(new FakeSfu(), { ...deps(), workers: [{ pid: 1 }] })).toThrowError(
      expect.objectContaining({ code: 'SFUSCOPE_SOURCE_INVALID' }),
    );
  });

  it('opens everything that is created from then on, each below its parent', () => {
    const { sfu, writer, source } = watchedFake();
    const { worker, router, uplink, server, producer } = populate(sfu);
    expect(source.blindSpots).toEqual([]);
    expect(writer.size).toBe(14);
    expect(writer.record(writer.key('worker'))).toMatchObject({
      id: String(worker.pid),
      parent: null,
      foundLate: false,
    });
    expect(writer.record(writer.keyOf(uplink.id))?.parent).toBe(router.id);
    expect(writer.record(writer.keyOf(producer.id))?.parent).toBe(writer.keyOf(uplink.id));
    expect(writer.node('transport', writer.keyOf(uplink.id)).webRtcServer).toBe(server.id);
    expect(writer.told('transport.webRtcServerAssigned')).toEqual([
      { webRtcServer: { kind: 'webRtcServer', key: server.id, id: server.id } },
    ]);
  });

  it('reads appData when it is asked, not when the entity appears', () => {
    const { sfu, writer } = watchedFake();
    const worker = sfu.createWorker();
    const record = writer.record(writer.key('worker'));
    worker.appData = { roomId: 'set later' };
    expect(record?.owner.appData).toEqual({ roomId: 'set later' });
  });

  it('does not open what another listener closed before it was seen', () => {
    const { sfu, writer } = watchedFake();
    const worker = sfu.createWorker();
    worker.observer.prependListener('newrouter', (router: { close(): void }) => router.close());
    worker.createRouter();
    expect(writer.keys('router')).toEqual([]);
  });

  it('leaves no listener of its own on any emitter after stop, and writes nothing any more', () => {
    const before = populate(new FakeSfu()).counts();
    const { sfu, writer, source } = watchedFake({ traces: true, fastDecode: false });
    const all = populate(sfu);
    expect(all.counts().every((count, index) => count > before[index]! || index % 2 === 1)).toBe(true);
    source.stop();
    expect(all.counts()).toEqual(before);

    writer.events.length = 0;
    all.producer.close();
    all.worker.close();
    sfu.createWorker();
    expect(writer.events).toEqual([]);
  });

  it('reads nothing after stop', async () => {
    const { sfu, writer, source } = watchedFake();
    populate(sfu);
    const key = writer.key('worker');
    source.stop();
    expect(await source.read('worker', key)).toBeNull();
    await expect(source.inspect(key)).rejects.toMatchObject({ code: 'SFUSCOPE_ENTITY_UNKNOWN' });
  });
});

describe('attaching late', () => {
  it('finds the servers, routers and transports of the workers it is given, and says what it cannot see', () => {
    const sfu = new FakeSfu();
    const { worker, uplink, server } = populate(sfu);
    const { writer, source } = watchedFake({ workers: [worker] }, sfu);
    expect(writer.size).toBe(7);
    expect(writer.record(writer.key('worker'))?.foundLate).toBe(true);
    expect(writer.node('transport', writer.keyOf(uplink.id)).webRtcServer).toBe(server.id);
    expect(source.blindSpots).toEqual([
      '1 router existed before the monitor: RTP observers in them cannot be listed.',
      '4 transports existed before the monitor: producers and consumers on them cannot be listed.',
    ]);
  });

  it('sees what is created later on a transport found late, also a consumer of a producer it never saw', () => {
    const sfu = new FakeSfu();
    const { worker, uplink, producer, levels } = populate(sfu);
    const { writer, logger } = watchedFake({ workers: [worker] }, sfu);
    const consumer = uplink.consume(producer);
    expect(writer.node('consumer', writer.keyOf(consumer.id))).toMatchObject({
      producer: null,
      mimeType: 'video/VP8',
      clockRate: 90_000,
    });
    levels.addProducer(producer);
    producer.close();
    expect(writer.told('consumer.closed')).toEqual([expect.objectContaining({ reason: 'producer' })]);
    expect(logger.lines).toEqual([]);
  });

  it('tells no connect time of a transport found late, and no connect of one that was connected', () => {
    const sfu = new FakeSfu();
    const worker = sfu.createWorker();
    const router = worker.createRouter();
    const connected = router.createTransport();
    connected.connect();
    const waiting = router.createTransport();
    const { writer } = watchedFake({ workers: [worker] }, sfu);
    connected.setIceState('completed');
    expect(writer.told('transport.connected')).toEqual([]);
    waiting.connect();
    expect(writer.told('transport.connected')).toEqual([{ iceConnectMs: null, dtlsConnectMs: null }]);
  });

  it('leaves out workers that are closed, given twice, or created after all', () => {
    const sfu = new FakeSfu();
    const closed = sfu.createWorker();
    closed.close();
    const worker = sfu.createWorker();
    const { writer } = watchedFake({ workers: [worker, worker, closed] }, sfu);
    sfu.observer.safeEmit('newworker', worker);
    expect(writer.keys('worker')).toHaveLength(1);
  });

  it('says that it sees nothing in workers whose version lists nothing', () => {
    const sfu = new FakeSfu();
    const worker = sfu.createWorker();
    worker.createRouter();
    Object.defineProperty(worker, 'routersForTesting', { value: undefined });
    Object.defineProperty(worker, 'webRtcServersForTesting', { value: undefined });
    const { writer, source } = watchedFake({ workers: [worker] }, sfu);
    expect(writer.size).toBe(1);
    expect(source.blindSpots).toEqual([
      '1 worker existed before the monitor, and this mediasoup does not list what is in them.',
    ]);
  });
});

describe("the application's own listeners", () => {
  it('are called when the monitor cannot make sense of an event, which is logged once as an error', () => {
    const { sfu, logger } = watchedFake();
    const producer = sfu.createWorker().createRouter().createTransport().produce();
    const heard: unknown[] = [];
    producer.observer.on('score', (score: unknown) => heard.push(score));
    producer.observer.safeEmit('score', null);
    producer.observer.safeEmit('score', null);
    expect(heard).toEqual([null, null]);
    expect(logger.lines.map(({ level }) => level)).toEqual(['error', 'debug']);
  });

  it('are called also when the logger throws', () => {
    const { sfu, logger } = watchedFake();
    logger.error = () => {
      throw new Error('disk full');
    };
    const producer = sfu.createWorker().createRouter().createTransport().produce();
    const heard: unknown[] = [];
    producer.observer.on('score', (score: unknown) => heard.push(score));
    producer.observer.safeEmit('score', null);
    expect(heard).toEqual([null]);
  });

  it('cannot hide a close for longer than until the next read', async () => {
    const sfu = new FakeSfu();
    sfu.observer.on('newworker', (worker: { observer: FakeEmitter }) => {
      worker.observer.on('newrouter', (router: { observer: FakeEmitter }) => {
        router.observer.on('newtransport', (transport: { observer: FakeEmitter }) => {
          transport.observer.on('close', () => {
            throw new Error('the application panics');
          });
        });
      });
    });
    const { writer, source } = watchedFake({}, sfu);
    const transport = sfu.createWorker().createRouter().createTransport();
    const key = writer.key('transport');
    transport.produce();
    transport.close();
    expect(writer.keys('transport')).toEqual([key]);
    expect(await source.read('transport', key)).toBeNull();
    expect(writer.keys('transport')).toEqual([]);
    expect(writer.told('transport.closed')).toEqual([expect.objectContaining({ reason: 'api' })]);
  });
});
