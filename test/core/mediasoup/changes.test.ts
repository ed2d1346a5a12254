import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { listenersOf } from '../../support/fake-emitter.js';
import { watchedFake } from '../../support/watched-fake.js';

function room(traces = false) {
  const watched = watchedFake({ traces });
  const router = watched.sfu.createWorker().createRouter();
  return { ...watched, router };
}

describe('a WebRTC transport', () => {
  it('tells each state with the one before it, and how long connecting took', () => {
    const { router, writer, clock } = room();
    const transport = router.createTransport();
    expect(writer.node('transport')).toMatchObject({ type: 'webrtc', iceState: 'new', dtlsState: 'new', tuple: null });
    clock.advance(120);
    transport.setSelectedTuple({
      localIp: '10.0.0.1',
      localPort: 40_001,
      remoteIp: '203.0.113.9',
      remotePort: 9_000,
      protocol: 'tcp',
    });
    transport.setIceState('connected');
    transport.setIceState('connected');
    transport.setDtlsState('connecting');
    clock.advance(80);
    transport.setDtlsState('connected');
    transport.setIceState('completed');
    transport.setSctpState('connecting');
    transport.setIceState('disconnected');
    transport.setIceState('connected');
    expect(writer.told('transport.iceStateChanged')).toEqual([
      { from: 'new', to: 'connected' },
      { from: 'connected', to: 'completed' },
      { from: 'completed', to: 'disconnected' },
      { from: 'disconnected', to: 'connected' },
    ]);
    expect(writer.told('transport.dtlsStateChanged')).toEqual([
      { from: 'new', to: 'connecting' },
      { from: 'connecting', to: 'connected' },
    ]);
    expect(writer.told('transport.sctpStateChanged')).toEqual([{ from: null, to: 'connecting' }]);
    expect(writer.told('transport.connected')).toEqual([{ iceConnectMs: 120, dtlsConnectMs: 200 }]);
    const tuple = {
      protocol: 'tcp',
      localAddress: '10.0.0.1',
      localPort: 40_001,
      remoteAddress: '203.0.113.9',
      remotePort: 9_000,
    };
    expect(writer.told('transport.tupleChanged')).toEqual([{ tuple, rtcp: false }]);
    expect(writer.node('transport')).toMatchObject({
      iceState: 'connected',
      dtlsState: 'connected',
      sctpState: 'connecting',
      iceConnectMs: 120,
      dtlsConnectMs: 200,
      tuple,
    });
  });
});

describe('a plain transport', () => {
  it('is connected when the remote address is known, from the first packet or from its statistics', async () => {
    const { router, writer, source } = room();
    const comedia = router.createTransport({ type: 'plain' });
    expect(writer.node('transport').tuple).toMatchObject({ remoteAddress: null, remotePort: null });
    comedia.connect();
    expect(writer.told('transport.connected')).toEqual([{ iceConnectMs: null, dtlsConnectMs: null }]);
    comedia.close();

    const told = router.createTransport({ type: 'plain' });
    told.stats.tuple = { ...told.tuple!, remoteIp: '203.0.113.4', remotePort: 7_000 };
    told.stats.rtcpTuple = { ...told.tuple!, remoteIp: '203.0.113.4', remotePort: 7_001 };
    await source.read('transport', writer.key('transport'));
    expect(writer.told('transport.connected')).toHaveLength(2);
    expect(writer.node('transport').tuple).toMatchObject({ remoteAddress: '203.0.113.4', remotePort: 7_000 });
    expect(writer.node('transport').rtcpTuple).toMatchObject({ remotePort: 7_001 });
    expect(writer.told('transport.tupleChanged').map(({ rtcp }) => rtcp)).toEqual([false, false, true]);
    await source.read('transport', writer.key('transport'));
    expect(writer.told('transport.tupleChanged')).toHaveLength(3);
  });

  it('shows the remote address that `connect` set as soon as something is made on it', () => {
    const { router, writer } = room();
    const pipe = router.createTransport({ type: 'pipe' });
    pipe.tuple = { ...pipe.tuple!, remoteIp: '10.0.0.2', remotePort: 4_000 };
    pipe.produce();
    expect(writer.node('transport').tuple).toMatchObject({ remoteAddress: '10.0.0.2', remotePort: 4_000 });
    expect(writer.types().slice(-3)).toEqual(['transport.tupleChanged', 'transport.connected', 'producer.created']);
  });
});

describe('a producer', () => {
  it('tells pauses, scores with the best of its encodings, and the orientation', () => {
    const { router, writer } = room();
    const producer = router.createTransport().produce({ kind: 'video', type: 'simulcast', encodings: 3 });
    expect(writer.node('producer')).toMatchObject({
      mediaKind: 'video',
      type: 'simulcast',
      mimeType: 'video/VP8',
      clockRate: 90_000,
      encodings: 3,
      score: null,
      scores: [],
    });
    producer.pause();
    producer.pause();
    producer.resume();
    producer.setScore([
      { ssrc: 1, rid: 'a', score: 4 },
      { encodingIdx: 1, ssrc: 2, score: 9 },
    ]);
    const orientation = { camera: true, flip: false, rotation: 90 };
    producer.observer.safeEmit('videoorientationchange', orientation);
    expect(writer.types().slice(-4)).toEqual([
      'producer.paused',
      'producer.resumed',
      'producer.scoreChanged',
      'producer.videoOrientationChanged',
    ]);
    expect(writer.node('producer')).toMatchObject({
      paused: false,
      score: 9,
      scores: [
        { encodingIdx: 0, ssrc: 1, rid: 'a', score: 4 },
        { encodingIdx: 1, ssrc: 2, rid: null, score: 9 },
      ],
      videoOrientation: orientation,
    });
  });
});

describe('a consumer', () => {
  function consuming(type = 'simulcast') {
    const watched = room();
    const transport = watched.router.createTransport();
    const producer = transport.produce({ kind: 'video', type: type === 'pipe' ? 'simple' : type, encodings: 3 });
    const consumer = transport.consume(producer, { type });
    watched.writer.events.length = 0;
    return { ...watched, transport, producer, consumer };
  }

  it("tells its own pause from its producer's, once each, also the one mediasoup's observer is silent about", async () => {
    const { producer, consumer, writer, source } = consuming();
    const key = writer.key('consumer');
    producer.pause();
    consumer.pause();
    expect(writer.types()).toEqual(['consumer.producerPaused', 'producer.paused'].toSorted().toReversed());
    await source.read('consumer', key);
    expect(writer.types().at(-1)).toBe('consumer.paused');
    expect(writer.node('consumer')).toMatchObject({ paused: true, producerPaused: true });
    consumer.resume();
    producer.resume();
    await source.read('consumer', key);
    expect(writer.types().filter((type) => type.startsWith('consumer.'))).toEqual([
      'consumer.producerPaused',
      'consumer.paused',
      'consumer.producerResumed',
      'consumer.resumed',
    ]);
    consumer.pause();
    consumer.resume();
    expect(writer.types().slice(-2)).toEqual(['consumer.paused', 'consumer.resumed']);
  });

  it('tells scores and layers with what they were before, null for none', () => {
    const { consumer, writer } = consuming();
    consumer.setScore({ score: 7, producerScore: 8, producerScores: [8, 0, 0] });
    consumer.setLayers({ spatialLayer: 1, temporalLayer: 2 });
    consumer.setLayers({ spatialLayer: 0 });
    consumer.setLayers(undefined);
    expect(writer.told('consumer.scoreChanged')).toEqual([
      { previous: 10, score: 7, producerScore: 8, producerScores: [8, 0, 0] },
    ]);
    expect(writer.told('consumer.layersChanged')).toEqual([
      { from: null, to: { spatialLayer: 1, temporalLayer: 2 } },
      { from: { spatialLayer: 1, temporalLayer: 2 }, to: { spatialLayer: 0, temporalLayer: null } },
      { from: { spatialLayer: 0, temporalLayer: null }, to: null },
    ]);
    expect(writer.node('consumer')).toMatchObject({ score: 7, producerScore: 8, currentLayers: null });
  });

  it('follows the pauses of both sides through any order of them, and listens to no more than it needs', async () => {
    const step = fc.constantFrom('pause', 'resume', 'producerPause', 'producerResume', 'read');
    const asyncSteps = fc.asyncProperty(fc.array(step, { maxLength: 12 }), fc.boolean(), async (steps, isPaused) => {
      const { router, writer, source } = room();
      const transport = router.createTransport();
      const consumer = transport.consume(transport.produce({ kind: 'video' }), { paused: isPaused });
      const key = writer.key('consumer');
      const bare = listenersOf(consumer) + listenersOf(consumer.observer) - (isPaused ? 3 : 0);
      // The one that comes second is told by nothing; whatever comes after it, or the next reading, brings it.
      let untold = false;
      for (const next of steps) {
        const before = writer.events.length;
        if (next === 'read') await source.read('consumer', key);
        else if (next === 'pause') consumer.pause();
        else if (next === 'resume') consumer.resume();
        else consumer.producerSetPaused(next === 'producerPause');
        const { paused, producerPaused } = writer.node('consumer');
        if (next === 'read' || writer.events.length > before) untold = false;
        else untold ||= next === 'pause' || next === 'resume';
        if (!untold) expect([paused, producerPaused]).toEqual([consumer.paused, consumer.producerPaused]);
        expect(producerPaused).toBe(consumer.producerPaused);
        const isMuted = paused === true || producerPaused === true;
        expect(listenersOf(consumer) + listenersOf(consumer.observer)).toBe(bare + (isMuted ? 3 : 0));
      }
    });
    await fc.assert(asyncSteps);
  });

  it('tells preferences when it is next read, for mediasoup tells none', async () => {
    const { consumer, writer, source } = consuming();
    consumer.preferredLayers = { spatialLayer: 2, temporalLayer: 1 };
    consumer.priority = 5;
    await source.read('consumer', writer.key('consumer'));
    await source.read('consumer', writer.key('consumer'));
    const data = { preferredLayers: { spatialLayer: 2, temporalLayer: 1 }, priority: 5 };
    expect(writer.told('consumer.preferencesChanged')).toEqual([data]);
    expect(writer.node('consumer')).toMatchObject(data);
  });
});

describe('data producers and consumers', () => {
  it('tell pauses of either side, and the state of the send buffer', async () => {
    const { router, writer, source } = room();
    const transport = router.createTransport({ type: 'direct' });
    const producer = transport.produceData({ label: 'chat' });
    const consumer = transport.consumeData(producer);
    expect(writer.node('dataConsumer')).toMatchObject({ dataProducer: writer.key('dataProducer'), label: 'chat' });
    writer.events.length = 0;
    producer.pause();
    producer.resume();
    consumer.dataProducerPaused = true;
    consumer.safeEmit('dataproducerpause');
    consumer.observer.safeEmit('pause');
    consumer.paused = true;
    await source.read('dataConsumer', writer.key('dataConsumer'));
    consumer.dataProducerPaused = false;
    consumer.safeEmit('dataproducerresume');
    consumer.paused = false;
    consumer.observer.safeEmit('resume');
    consumer.safeEmit('sctpsendbufferfull');
    consumer.safeEmit('bufferedamountlow', 512);
    expect(writer.types()).toEqual([
      'dataProducer.paused',
      'dataProducer.resumed',
      'dataConsumer.dataProducerPaused',
      'dataConsumer.paused',
      'dataConsumer.dataProducerResumed',
      'dataConsumer.resumed',
      'dataConsumer.sendBufferFilled',
      'dataConsumer.bufferedAmountLowered',
    ]);
    expect(writer.told('dataConsumer.bufferedAmountLowered')).toEqual([{ bufferedAmount: 512 }]);
  });
});

describe('an RTP observer', () => {
  it('tells who it listens to, who speaks and how loud', () => {
    const { router, writer } = room();
    const transport = router.createTransport();
    const [first, second] = [transport.produce(), transport.produce()];
    const keys = writer.keys('producer');
    const refs = keys.map((key, index) => ({ kind: 'producer', key, id: [first, second][index]!.id }));
    const speaker = router.createRtpObserver('activespeaker');
    speaker.addProducer(first);
    speaker.addProducer(second);
    speaker.addProducer(second);
    speaker.observer.safeEmit('dominantspeaker', { producer: second });
    expect(writer.node('rtpObserver')).toMatchObject({
      type: 'activespeaker',
      producers: keys,
      dominantSpeaker: keys[1],
    });
    speaker.removeProducer(second);
    expect(writer.node('rtpObserver')).toMatchObject({ producers: [keys[0]], dominantSpeaker: null });
    expect(writer.told('rtpObserver.producerAdded').map(({ producer }) => producer)).toEqual(refs);
    expect(writer.told('rtpObserver.dominantSpeakerChanged')).toEqual([{ producer: refs[1] }]);
    speaker.close();

    const levels = router.createRtpObserver('audiolevel');
    levels.observer.safeEmit('volumes', [{ producer: first, volume: -31 }]);
    levels.observer.safeEmit('silence');
    levels.pause();
    levels.resume();
    expect(writer.told('rtpObserver.volumesReported')).toEqual([{ volumes: [{ producer: refs[0], volume: -31 }] }]);
    expect(writer.types().slice(-3)).toEqual([
      'rtpObserver.silenceDetected',
      'rtpObserver.paused',
      'rtpObserver.resumed',
    ]);
  });

  it('does not name a closed producer again when another one is added', () => {
    const { router, writer } = room();
    const transport = router.createTransport();
    const [first, second] = [transport.produce(), transport.produce()];
    const speaker = router.createRtpObserver('activespeaker');
    speaker.addProducer(first);
    first.close();
    speaker.addProducer(first);
    speaker.addProducer(second);
    expect(writer.node('rtpObserver').producers).toEqual([writer.keyOf(second.id)]);
  });
});

describe('traces', () => {
  it('are not listened to unless asked for', () => {
    const { router } = room();
    expect(router.createTransport().produce().observer.listenerCount('trace')).toBe(0);
  });

  it('are told as plain data when asked for', () => {
    const { router, writer } = room(true);
    const transport = router.createTransport();
    const producer = transport.produce();
    class Info {
      readonly isKeyFrame = true;
      readonly timestamp = 12n;
      readonly nested = [{ ssrc: 5 }];
      pack(): number {
        return 0;
      }
    }
    producer.observer.safeEmit('trace', { type: 'keyframe', timestamp: 1, direction: 'in', info: new Info() });
    transport.observer.safeEmit('trace', { type: 'bwe', timestamp: 1, info: undefined });
    expect(writer.told('producer.traced')).toEqual([
      { trace: 'keyframe', direction: 'in', info: { isKeyFrame: true, timestamp: 12, nested: [{ ssrc: 5 }] } },
    ]);
    expect(writer.told('transport.traced')).toEqual([{ trace: 'bwe', direction: null, info: {} }]);
  });
});
