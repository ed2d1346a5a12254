import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { namedError } from '../../support/fake-channel.js';
import { ScrapedFake } from '../../support/scraped-fake.js';
import { eventually } from '../../support/until.js';

/** What mediasoup's numbers and events really mean, as an operator finds it on the page. */
async function scraped(version?: string): Promise<ScrapedFake> {
  const fake = await new ScrapedFake(version).start();
  onTestFinished(() => fake.stop());
  return fake;
}

const requests = (entity: string, result: string): string =>
  `sfu_monitor_stats_requests_total{entity="${entity}",result="${result}"}`;

describe('units of mediasoup', () => {
  it('CPU times come in ms, and the highest memory in kB, which is not the memory of now', async () => {
    const fake = await scraped();
    Object.assign(fake.open().worker.usage, { ru_utime: 2_500, ru_stime: 250, ru_maxrss: 20_480 });

    await fake.become({
      'mediasoup_worker_cpu_seconds_total{worker="0",mode="user"}': 2.5,
      'mediasoup_worker_cpu_seconds_total{worker="0",mode="system"}': 0.25,
      'mediasoup_worker_peak_resident_memory_bytes{worker="0"}': 20_971_520,
      // There is no process of that number: what is not known is left out.
      'mediasoup_worker_resident_memory_bytes{worker="0"}': undefined,
    });
  });

  it.each([
    ['audio', 480],
    ['video', 900],
  ] as const)('jitter of %s comes in ticks of the clock of its codec', async (kind, jitter) => {
    const fake = await scraped();
    const { producer } = fake.open({ kind });
    Object.assign(producer.stats[0]!, { jitter });
    await fake.sampled('producer');

    const text = await fake.text();
    const of = (part: string): number =>
      Number(new RegExp(`^mediasoup_producer_jitter_seconds_${part}\\{kind="${kind}"\\} (.+)$`, 'm').exec(text)?.[1]);
    expect(of('sum') / of('count')).toBeCloseTo(0.01, 9);
  });

  it('a part of 256 is lost, and a round trip time of 0 is none', async () => {
    const fake = await scraped();
    Object.assign(fake.open().consumer.stats[0]!, { fractionLost: 64, roundTripTime: 0 });
    await fake.sampled('consumer');

    const text = await fake.text();
    expect(text).toMatch(/^mediasoup_consumer_fraction_lost_ratio_bucket\{kind="video",le="0\.2"\} 0$/m);
    expect(text).toMatch(/^mediasoup_consumer_fraction_lost_ratio_bucket\{kind="video",le="0\.5"\} [1-9]/m);
    expect(text).toContain('mediasoup_consumer_round_trip_time_seconds_count{kind="video"} 0\n');
  });

  it.each([4_294_967_281, -15])('%d lost packets are none: duplicates came', async (packetsLost) => {
    const fake = await scraped();
    Object.assign(fake.open().producer.stats[0]!, { packetsLost, packetCount: 30 });

    await fake.become({
      'mediasoup_producer_packets_total{worker="0",kind="video",codec="vp8"}': 30,
      'mediasoup_producer_packets_lost_total{kind="video"}': 0,
    });
  });

  it('the time stamp of statistics is no wall time: exemplars have that of the sample', async () => {
    const fake = await scraped();
    Object.assign(fake.open().consumer.stats[0]!, { timestamp: 5_000 });
    const before = Date.now() / 1_000;
    await fake.sampled('consumer');

    const text = await fake.text({ accept: 'application/openmetrics-text' });
    const at = Number(/^mediasoup_consumer_score_bucket.* # \{id=".+"\} \S+ (\S+)$/m.exec(text)?.[1]);
    expect(at).toBeGreaterThan(before - 1);
    expect(at).toBeLessThanOrEqual(Date.now() / 1_000);
  });

  it('shares of lost packets of a transport are there with transport-cc only: absent is unknown, not 0', async () => {
    const fake = await scraped();
    Object.assign(fake.open().transport.stats, { rtpPacketLossSent: 0.25 });
    await fake.sampled('transport');

    const text = await fake.text();
    expect(text).toMatch(/^mediasoup_transport_packet_loss_ratio_count\{direction="out"\} [1-9]/m);
    expect(text).toContain('mediasoup_transport_packet_loss_ratio_count{direction="in"} 0\n');
    expect(text).toContain('mediasoup_transport_available_bandwidth_bytes_per_second_count{direction="out"} 0\n');
  });

  it('the bit rate of a paused stream decays: it is observed while the stream flows only', async () => {
    const fake = await scraped();
    const { producer } = fake.open();
    Object.assign(producer.stats[0]!, { bitrate: 8_000 });
    await fake.sampled('producer');
    producer.pause();
    await fake.become({
      'mediasoup_producers{worker="0",kind="video",type="simple",transport="webrtc",paused="self"}': 1,
    });
    const count = 'mediasoup_producer_throughput_bytes_per_second_count{kind="video"}';
    const before = await fake.value(count);
    await fake.sampled('producer', 2);

    expect(before).toBeGreaterThan(0);
    expect(await fake.value(count)).toBe(before);
    expect(await fake.value('mediasoup_producer_layer_throughput_bytes_per_second{layer="0"}')).toBeUndefined();
  });
});

describe('events of mediasoup', () => {
  it('current layers that are undefined are black video: layer none, and below what is preferred', async () => {
    const fake = await scraped();
    const { consumer } = fake.open({ kind: 'video', type: 'simulcast', encodings: 3 });
    consumer.preferredLayers = { spatialLayer: 2, temporalLayer: 2 };
    consumer.setLayers({ spatialLayer: 2, temporalLayer: 2 });
    await fake.become({ 'mediasoup_consumers_by_current_layer{layer="2"}': 1 });
    consumer.setLayers(undefined);

    await fake.become({
      'mediasoup_consumers_by_current_layer{layer="2"}': 0,
      'mediasoup_consumers_by_current_layer{layer="none"}': 1,
      'mediasoup_consumers_below_preferred_layer{worker="0"}': 1,
      'mediasoup_consumer_layer_changes_total{direction="off"}': 1,
    });
  });

  it('the observer tells of one pause for two causes: the label tells which', async () => {
    const fake = await scraped();
    const { producer, consumer } = fake.open();
    const paused = (cause: string): string =>
      `mediasoup_consumers{worker="0",kind="video",type="simple",transport="webrtc",paused="${cause}"}`;

    producer.pause();
    await fake.become({ [paused('producer')]: 1, [paused('self')]: undefined });
    consumer.pause();
    producer.resume();
    await fake.become({ [paused('producer')]: undefined, [paused('self')]: 1 });
    consumer.resume();
    await fake.become({ [paused('none')]: 1, [paused('self')]: undefined });
  });

  it('a router that closes tells its WebRtcServer nothing: its transports are gone all the same', async () => {
    const fake = await scraped();
    const worker = fake.sfu.createWorker();
    const router = worker.createRouter();
    router.createTransport({ webRtcServer: worker.createWebRtcServer() });
    await fake.become({ 'mediasoup_transports{worker="0",transport="webrtc"}': 1 });
    router.close();

    await fake.become({
      'mediasoup_transports{worker="0",transport="webrtc"}': undefined,
      'mediasoup_webrtc_servers{worker="0"}': 1,
      'mediasoup_entities_closed_total{entity="transport",reason="router"}': 1,
    });
  });

  it('a producer that closes is not removed from its RTP observer by any event, and yet it is gone from there', async () => {
    const fake = await scraped();
    const { router, producer } = fake.open({ kind: 'audio' });
    const observer = router.createRtpObserver('activespeaker');
    observer.observer.safeEmit('addproducer', producer);
    const listened = () =>
      fake.graph
        .snapshot()
        .all('rtpObserver')
        .map(({ producers }) => producers.length);
    expect(listened()).toEqual([1]);
    producer.close();

    await fake.become({
      'mediasoup_rtp_observers{worker="0",type="activespeaker"}': 1,
      'mediasoup_entities_closed_total{entity="producer",reason="api"}': 1,
      'mediasoup_entities_closed_total{entity="consumer",reason="producer"}': 1,
    });
    expect(listened()).toEqual([0]);
  });

  it('a listener of the application that throws hides a close: the next sample finds it', async () => {
    const fake = await scraped();
    const { producer } = fake.open();
    await fake.sampled('producer');
    producer.observer.removeAllListeners('close');
    producer.close();

    await fake.become({
      'mediasoup_producers{worker="0",kind="video",type="simple",transport="webrtc",paused="none"}': undefined,
      'mediasoup_entities_closed_total{entity="producer",reason="api"}': 1,
    });
  });

  it.each(['NotFoundError', 'InvalidStateError', 'WorkerClosedError'])(
    'statistics of what is just closing are refused with %s: that is no error',
    async (name) => {
      const fake = await scraped();
      const { worker } = fake.open();
      await fake.sampled('transport');
      worker.channel.reject(namedError(name, 'gone'));

      await eventually(async () => expect(await fake.value(requests('transport', 'closed'))).toBeGreaterThan(0));
      expect(await fake.value(requests('transport', 'error'))).toBe(0);
      expect(fake.logger.messages('warn')).toEqual([]);
    },
  );

  it('statistics of what has closed are not asked for, so mediasoup has nothing to warn of', async () => {
    const fake = await scraped();
    const { consumer, worker } = fake.open();
    await fake.sampled('consumer');
    const asked = vi.spyOn(consumer, 'getStats');
    consumer.close();
    await fake.sampled('producer');

    expect(asked).not.toHaveBeenCalled();
    expect(worker.closed).toBe(false);
  });

  it('its log has one listener for all, the last one: the application’s is left alone', async () => {
    const fake = new ScrapedFake();
    const setLogEventListeners = vi.fn();
    Object.assign(fake.sfu, { setLogEventListeners });
    await fake.start();
    onTestFinished(() => fake.stop());
    fake.open();
    await fake.sampled('worker');

    expect(setLogEventListeners).not.toHaveBeenCalled();
  });

  it('what closed streams had moved stays, and is not counted again when another stream comes', async () => {
    const fake = await scraped();
    const { producer, transport } = fake.open();
    Object.assign(producer.stats[0]!, { byteCount: 1_000 });
    const bytes = 'mediasoup_producer_bytes_total{worker="0",kind="video",codec="vp8"}';
    await fake.become({ [bytes]: 1_000 });
    producer.close();
    Object.assign(transport.produce({ kind: 'video' }).stats[0]!, { byteCount: 300 });

    await fake.become({ [bytes]: 1_300 });
  });
});

describe('other versions', () => {
  it('up to 3.12 leave a round trip time out, and before 3.19.10 the jitter of what is sent', async () => {
    const fake = await scraped('3.12.16');
    const [stat] = fake.open().consumer.stats;
    Object.assign(stat!, { roundTripTime: undefined, jitter: undefined });
    await fake.sampled('consumer');

    await fake.become({
      'mediasoup_info{version="3.12.16"}': 1,
      'mediasoup_consumer_round_trip_time_seconds_count{kind="video"}': 0,
      'mediasoup_consumer_jitter_seconds_count{kind="video"}': 0,
    });
  });

  it('3.13.0 to 3.14.0 say 0 where there is no estimate of the bandwidth', async () => {
    const fake = await scraped('3.14.0');
    Object.assign(fake.open().transport.stats, { availableIncomingBitrate: 0, availableOutgoingBitrate: 800_000 });
    await fake.sampled('transport');

    const text = await fake.text();
    const available = 'mediasoup_transport_available_bandwidth_bytes_per_second_count';
    expect(text).toContain(`${available}{direction="in"} 0\n`);
    expect(text).toMatch(new RegExp(`^${available}\\{direction="out"\\} [1-9]`, 'm'));
  });

  it.each([
    ['3.19.21', 0, 'worker_closed'],
    ['3.19.22', 1, 'worker_died'],
  ] as const)('%s: a worker that the application ended by a signal died %d times', async (version, deaths, reason) => {
    const fake = await scraped(version);
    const { worker } = fake.open();
    await fake.sampled('worker');
    worker.die('SIGINT');

    const died = 'mediasoup_worker_deaths_total{worker="0",signal="SIGINT"}';
    await fake.become({
      [`mediasoup_entities_closed_total{entity="worker",reason="${reason}"}`]: 1,
      [died]: deaths === 0 ? undefined : deaths,
    });
  });

  it('before 3.13.18 an address is a localIp', async () => {
    const fake = await scraped('3.13.17');
    fake.open().transport.setSelectedTuple({
      localIp: '2001:db8::1',
      localPort: 4,
      remoteIp: '2001:db8::2',
      remotePort: 5,
      protocol: 'udp',
    });

    await fake.become({ 'mediasoup_transports_by_protocol{protocol="udp",ip_family="ipv6"}': 1 });
  });
});
