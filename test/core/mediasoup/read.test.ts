import { describe, expect, it } from 'vitest';
import { MonitorError } from '../../../core/errors.js';
import type { EntityKey } from '../../../core/model/entity.js';
import type { Askable } from '../../../core/source.js';
import { namedError } from '../../support/fake-channel.js';
import { fakeRtpStat } from '../../support/fake-sfu.js';
import { watchedFake } from '../../support/watched-fake.js';

function media(version = '3.27.1') {
  const watched = watchedFake({ version });
  const worker = watched.sfu.createWorker();
  const transport = worker.createRouter().createTransport();
  const producer = transport.produce({ kind: 'video' });
  const consumer = transport.consume(producer);
  return { ...watched, worker, transport, producer, consumer };
}

describe('a reading', () => {
  it('of a worker has its times, faults, switches, peak memory in bytes, and how long the answer took', async () => {
    const { worker, writer, source, clock } = media();
    worker.usage = {
      ru_utime: 1_500,
      ru_stime: 250,
      ru_maxrss: 20_480,
      ru_minflt: 7,
      ru_majflt: 2,
      ru_nvcsw: 11,
      ru_nivcsw: 3,
    };
    worker.channel.hang();
    const reading = source.read('worker', writer.key('worker'));
    clock.advance(30);
    worker.channel.recover();
    expect(await reading).toEqual({
      timestamp: 30,
      values: {
        cpuUserMs: 1_500,
        cpuSystemMs: 250,
        peakResidentMemory: 20_971_520,
        minorFaults: 7,
        majorFaults: 2,
        voluntarySwitches: 11,
        involuntarySwitches: 3,
        probeMs: 30,
      },
      streams: [],
    });
  });

  it('of a transport leaves out what mediasoup leaves out', async () => {
    const { transport, writer, source } = media();
    Object.assign(transport.stats, {
      timestamp: 5_000,
      bytesSent: 77,
      availableOutgoingBitrate: 0,
      rtpPacketLossSent: 0.25,
    });
    const reading = await source.read('transport', writer.key('transport'));
    expect(reading).toMatchObject({
      timestamp: 5_000,
      values: { bytesSent: 77, bytesReceived: 0, availableOutgoingBitrate: 0, rtpPacketLossSent: 0.25 },
    });
    expect(Object.keys(reading?.values ?? {})).not.toContain('maxIncomingBitrate');
    expect(Object.keys(reading?.values ?? {})).not.toContain('rtpPacketLossReceived');
  });

  it('of a producer has one stream per encoding, in ms, ratios and known values only', async () => {
    const { producer, writer, source } = media();
    producer.stats = [
      fakeRtpStat('inbound-rtp', {
        timestamp: 9_000,
        ssrc: 1,
        rtxSsrc: 2,
        rid: 'hi',
        mimeType: 'video/VP8',
        packetCount: 100,
        byteCount: 120_000,
        fractionLost: 64,
        jitter: 900,
        roundTripTime: 12.5,
        bitrate: 960_000,
        bitrateByLayer: { '0.0': 1, '0.1': 2 },
      }),
      fakeRtpStat('inbound-rtp', { ssrc: 3, roundTripTime: 0 }),
    ];
    const reading = await source.read('producer', writer.key('producer'));
    expect(reading?.timestamp).toBe(9_000);
    expect(reading?.streams).toHaveLength(2);
    expect(reading?.streams[0]).toMatchObject({
      ssrc: 1,
      rtxSsrc: 2,
      rid: 'hi',
      packetCount: 100,
      byteCount: 120_000,
      fractionLost: 0.25,
      jitter: 10,
      roundTripTime: 12.5,
      rtxPacketsDiscarded: 0,
      bitrateByLayer: { '0.0': 1, '0.1': 2 },
    });
    expect(reading?.streams[1]).toMatchObject({
      rtxSsrc: null,
      rid: null,
      roundTripTime: Number.NaN,
      rtxPacketsDiscarded: Number.NaN,
      bitrateByLayer: {},
    });
  });

  it('of a producer nothing has come from yet has a time and no stream', async () => {
    const { producer, writer, source } = media();
    producer.stats = [];
    const reading = await source.read('producer', writer.key('producer'));
    expect(reading?.streams).toEqual([]);
    expect(reading?.timestamp).toBeGreaterThan(0);
  });

  it('of data producers and consumers has messages and bytes', async () => {
    const { transport, writer, source } = media();
    const dataProducer = transport.produceData();
    const dataConsumer = transport.consumeData(dataProducer);
    dataProducer.stats = { timestamp: 1, messagesReceived: 2, bytesReceived: 30 };
    dataConsumer.stats = { timestamp: 1, messagesSent: 4, bytesSent: 50, bufferedAmount: 6 };
    expect((await source.read('dataProducer', writer.key('dataProducer')))?.values).toEqual({
      messagesReceived: 2,
      bytesReceived: 30,
    });
    expect((await source.read('dataConsumer', writer.key('dataConsumer')))?.values).toEqual({
      messagesSent: 4,
      bytesSent: 50,
      bufferedAmount: 6,
    });
  });

  it('is null for an unknown key and for a key of another kind', async () => {
    const { writer, source } = media();
    expect(await source.read('worker', 'nobody' as EntityKey)).toBeNull();
    expect(await source.read('producer', writer.key('worker'))).toBeNull();
  });

  it('of an entity that was asked about before is its own again, and null once it has closed, however it was found', async () => {
    const { consumer, writer, source } = media();
    const about: Askable = { kind: 'consumer', key: writer.key('consumer'), found: null };
    const ask = () =>
      new Promise<unknown>((answered, rejected) => {
        source.ask!(about, {
          answered: (reading) => answered(structuredClone(reading)),
          rejected: () => rejected(new Error('rejected')),
        });
      });
    expect(await ask()).toMatchObject({ streams: [{}] });
    expect(about.found).not.toBeNull();
    expect(await ask()).toMatchObject({ streams: [{}] });
    consumer.closed = true;
    expect(await ask()).toBeNull();
  });

  it('is null without asking the worker when the entity has closed', async () => {
    const { consumer, worker, writer, source } = media();
    const key = writer.key('consumer');
    const { requests } = worker.channel;
    consumer.closed = true;
    expect(await source.read('consumer', key)).toBeNull();
    expect(worker.channel.requests).toBe(requests);
    expect(writer.keys('consumer')).toEqual([]);
  });

  it.each(['NotFoundError', 'WorkerClosedError', 'InvalidStateError'])(
    'is null when mediasoup rejects with %s',
    async (name) => {
      const { worker, writer, source } = media();
      worker.channel.reject(namedError(name, 'gone'));
      expect(await source.read('consumer', writer.key('consumer'))).toBeNull();
    },
  );

  it('is null when any error comes while the entity closes', async () => {
    const { consumer, worker, writer, source } = media();
    worker.channel.hang();
    const reading = source.read('consumer', writer.key('consumer'));
    consumer.close();
    worker.channel.reject(new Error('Channel closed'));
    worker.channel.close();
    expect(await reading).toBeNull();
  });

  it('rejects with every other error', async () => {
    const { worker, writer, source } = media();
    worker.channel.reject(new Error('out of memory'));
    await expect(source.read('consumer', writer.key('consumer'))).rejects.toThrow('out of memory');
  });
});

describe('an inspection', () => {
  it('is the dump and the statistics without secrets', async () => {
    const { producer, writer, source } = media();
    producer.dump = () => Promise.resolve({ id: producer.id, appData: { token: 't' }, srtp: { keyBase64: 'k' } });
    expect(await source.inspect(writer.key('producer'))).toEqual({
      dump: { id: producer.id, appData: '[redacted]', srtp: { keyBase64: '[redacted]' } },
      stats: [expect.objectContaining({ type: 'inbound-rtp', mimeType: 'video/VP8' })],
    });
  });

  it('of a worker has its resource usage; of kinds without statistics, null', async () => {
    const { worker, writer, source } = media();
    expect((await source.inspect(writer.key('worker'))).stats).toEqual(worker.usage);
    expect((await source.inspect(writer.key('router'))).stats).toBeNull();
  });

  it('of an RTP observer, which mediasoup cannot dump, is empty', async () => {
    const { worker, writer, source } = media();
    const observer = worker.createRouter().createRtpObserver('audiolevel');
    Object.defineProperty(observer, 'dump', { value: undefined });
    expect(await source.inspect(writer.key('rtpObserver'))).toEqual({ dump: null, stats: null });
  });

  it('rejects for what is unknown, closed, or closes meanwhile', async () => {
    const { worker, writer, source } = media();
    const unknown = { code: 'SFUSCOPE_ENTITY_UNKNOWN' };
    await expect(source.inspect('nobody' as EntityKey)).rejects.toMatchObject(unknown);
    const key = writer.key('producer');
    worker.channel.hang();
    const inspection = source.inspect(key);
    worker.close();
    await expect(inspection).rejects.toBeInstanceOf(MonitorError);
    await expect(source.inspect(key)).rejects.toMatchObject(unknown);
  });
});
