import type { types } from 'mediasoup';
import * as mediasoup from 'mediasoup';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createMonitor, type Monitor, use } from '../../../core/index.js';
import { METRICS } from '../../../plugins/prometheus/catalogue/catalogue.js';
import prometheus from '../../../plugins/prometheus/plugin.js';
import { MEDIA_CODECS, opusParameters } from '../../../server/demo/demo-codecs.js';
import { DemoSfu } from '../../../server/demo/demo-sfu.js';
import { writeReceiverReport } from '../../../server/demo/rtp/rtcp.js';
import { createServer, type SfuscopeServer } from '../../../server/index.js';
import { PrometheusServer } from '../../support/prometheus-server.js';
import { promtool, withoutPrometheus } from '../../support/promtool.js';
import { RtpStream, UdpPeer } from '../../support/rtp.js';
import { eventually } from '../../support/until.js';

const WITHIN = { timeout: 60_000, interval: 100 };
const LISTEN = { protocol: 'udp', ip: '127.0.0.1' } as const;
const SCRAPE_MS = 1_000;

function newMonitor(): Monitor {
  return createMonitor({
    mediasoup,
    sampling: { intervalMs: 300, cpuShare: 1 },
    host: { systemInformation: false },
    plugins: [use(prometheus)],
  });
}

class Bench {
  monitor = newMonitor();
  url = '';
  #server: SfuscopeServer | undefined;
  #prometheus: PrometheusServer | undefined;

  async start(): Promise<void> {
    await this.monitor.start();
    this.#server = createServer(this.monitor, { port: 0 });
    this.url = new URL('/metrics', (await this.#server.listen()).url).href;
    this.#prometheus = await PrometheusServer.start({ targets: [{ url: this.url }], intervalMs: SCRAPE_MS });
  }

  /** As when the process of the SFU is started anew: nothing is known of before, and the page is where it was. */
  async restart(): Promise<void> {
    await this.#server?.close();
    await this.monitor.stop();
    this.monitor = newMonitor();
    await this.monitor.start();
    this.#server = createServer(this.monitor, { port: Number(new URL(this.url).port) });
    await this.#server.listen();
  }

  get prometheus(): PrometheusServer {
    if (this.#prometheus === undefined) throw new Error('not started');
    return this.#prometheus;
  }

  /** The only value of an expression; undefined when there is none. */
  async value(expr: string): Promise<number | undefined> {
    return (await this.prometheus.query(expr))[0]?.value;
  }

  async becomes(expr: string, value: number): Promise<void> {
    await vi.waitFor(async () => expect([expr, await this.value(expr)]).toEqual([expr, value]), WITHIN);
  }

  /** Wall time in ms of the newest sample of a metric, of which all series stand on one page. */
  async sampledAt(metric: string): Promise<number> {
    return Math.round(((await this.value(`max(timestamp(${metric}))`)) ?? Number.NaN) * 1_000);
  }

  async stop(): Promise<void> {
    await this.#prometheus?.[Symbol.asyncDispose]();
    await this.#server?.close();
    await this.monitor.stop();
  }
}

describe.skipIf(withoutPrometheus)('what Prometheus answers', () => {
  const bench = new Bench();
  const peers: UdpPeer[] = [];
  const workers: types.Worker[] = [];
  const sent = { packets: 0, bytes: 0, lost: 0 };
  const heard = { packets: 0, bytes: 0, lost: 0 };
  let atRestart: Readonly<Record<string, number>> = {};

  beforeAll(async () => {
    await bench.start();
  });

  afterAll(async () => {
    for (const peer of peers) peer.close();
    for (const worker of workers) worker.close();
    await bench.stop();
  });

  async function worker(): Promise<types.Router> {
    const made = await mediasoup.createWorker({ logLevel: 'none' });
    workers.push(made);
    return await made.createRouter({ mediaCodecs: MEDIA_CODECS, appData: { roomId: 'lab' } });
  }

  async function peer(): Promise<UdpPeer> {
    const made = await UdpPeer.open();
    peers.push(made);
    return made;
  }

  /** A speaker and a listener; sends packets and leaves some out. Adds what was sent and heard to the truth. */
  async function talk(router: types.Router, ssrc: number, packets: number, lost: number) {
    const stream = new RtpStream({ ssrc, payloadType: 111, ticksPerPacket: 960 });
    const speaker = await peer();
    const listener = await peer();
    const uplink = await router.createPlainTransport({ listenInfo: LISTEN, comedia: true });
    speaker.target(uplink.tuple.localPort);
    const producer = await uplink.produce({ kind: 'audio', rtpParameters: opusParameters(ssrc, `${ssrc}`) });
    const downlink = await router.createPlainTransport({ listenInfo: LISTEN });
    await downlink.connect({ ip: '127.0.0.1', port: listener.port });
    const consumer = await downlink.consume({ producerId: producer.id, rtpCapabilities: router.rtpCapabilities });
    for (let packet = 0; packet < packets; packet++) {
      if (packet % 10 === 9 && packet < 10 * lost) stream.lose();
      await speaker.send(stream.next(Buffer.alloc(100 + (packet % 50))));
    }
    await speaker.send(stream.report());
    sent.packets += stream.packets;
    sent.bytes += stream.bytes;
    sent.lost += lost;
    const ssrcHeard = consumer.rtpParameters.encodings?.[0]?.ssrc ?? 0;
    await vi.waitFor(() => expect(listener.heard(ssrcHeard).packets).toBe(stream.packets), WITHIN);
    // The listener says that it lost some as well.
    const report = {
      ssrc: ssrcHeard,
      fractionLost: 0.25,
      packetsLost: lost + 1,
      highestSequence: packets,
      jitter: 480,
    };
    await listener
      .target(downlink.tuple.localPort)
      .send(writeReceiverReport(1, [{ ...report, lastSenderReport: 0, msSinceSenderReport: 0 }]));
    heard.lost += lost + 1;
    heard.packets += listener.heard(ssrcHeard).packets;
    heard.bytes += listener.heard(ssrcHeard).bytes;
    return { producer, uplink, downlink, consumer };
  }

  /** What stands on the page is what was sent and heard since the monitor was started. */
  async function isTrue(): Promise<void> {
    for (const [metric, value] of Object.entries(truths())) {
      await bench.becomes(`sum(${metric})`, value - (atRestart[metric] ?? 0));
    }
  }

  /** What `increase` and `rate` make of every counter between two samples is what was sent and heard between them. */
  async function hasIncreased(fromMs: number, toMs: number, before: ReturnType<typeof truths>): Promise<void> {
    for (const [metric, value] of Object.entries(truths())) {
      // From one sample to another nothing is extrapolated.
      const range = `${metric}[${toMs - fromMs}ms]`;
      const [increase] = await bench.prometheus.query(`sum(increase(${range}))`, toMs);
      const [rate] = await bench.prometheus.query(`sum(rate(${range}))`, toMs);
      const expected = value - (before[metric] ?? 0);
      expect([metric, Math.round((increase?.value ?? Number.NaN) * 10) / 10]).toEqual([metric, expected]);
      expect([metric, Math.round((rate?.value ?? Number.NaN) * (toMs - fromMs)) / 1_000]).toEqual([metric, expected]);
      const rates = await bench.prometheus.queryRange(`rate(${metric}[${4 * SCRAPE_MS}ms])`, fromMs, toMs, SCRAPE_MS);
      expect(rates.flatMap(({ points }) => points.filter((point) => !(point.value >= 0)))).toEqual([]);
    }
  }

  function truths(): Readonly<Record<string, number>> {
    return {
      mediasoup_producer_packets_total: sent.packets,
      mediasoup_producer_bytes_total: sent.bytes,
      mediasoup_producer_packets_lost_total: sent.lost,
      mediasoup_consumer_packets_total: heard.packets,
      mediasoup_consumer_bytes_total: heard.bytes,
      mediasoup_consumer_packets_lost_total: heard.lost,
    };
  }

  it('is what was sent, lost and heard, across pauses, closes, the death of a worker and a restart', async () => {
    const first = await worker();
    const { producer, uplink, downlink } = await talk(first, 1_001, 200, 7);
    await isTrue();
    const since = await bench.sampledAt('mediasoup_producer_bytes_total');
    const before = truths();

    await producer.pause();
    await bench.becomes('sum(mediasoup_producers{paused="self"})', 1);
    await bench.becomes('sum(mediasoup_consumers{paused="producer"})', 1);
    await producer.resume();
    await bench.becomes('sum(mediasoup_producers{paused="none"})', 1);

    uplink.close();
    downlink.close();
    await vi.waitFor(async () => expect(await bench.value('sum(mediasoup_producers)')).toBeUndefined(), WITHIN);
    await isTrue();
    await talk(first, 1_002, 120, 3);
    await isTrue();

    process.kill(workers[0]!.pid, 'SIGKILL');
    await bench.becomes('sum(mediasoup_worker_deaths_total{signal="SIGKILL"})', 1);
    await bench.becomes('mediasoup_workers', 0);
    await isTrue();
    await talk(await worker(), 1_003, 80, 2);
    await isTrue();
    await hasIncreased(since, await bench.sampledAt('mediasoup_producer_bytes_total'), before);

    await bench.becomes(
      'mediasoup_entities_created_total - on(entity) sum by(entity) (mediasoup_entities_closed_total) == 2',
      2,
    );
    for (const [name, { type }] of Object.entries(METRICS)) {
      if (type === 'counter') await bench.becomes(`sum(resets(${name}[5m])) or vector(0)`, 0);
    }
    // A scrape may come too late on a machine that stood still; none may fail because of what the page says.
    await bench.becomes('sum(max_over_time(sfu_monitor_collector_errors_total[5m])) or vector(0)', 0);
    await eventually(async () => {
      const targets = await bench.prometheus.targets();
      expect(targets.map(({ health, lastError }) => [health, lastError])).toEqual([['up', '']]);
    });

    await bench.restart();
    atRestart = truths();
    await talk(await worker(), 1_004, 60, 4);
    await isTrue();
    await hasIncreased(since, await bench.sampledAt('mediasoup_producer_bytes_total'), before);
  });
});

describe.skipIf(withoutPrometheus)('the page of a lively SFU', () => {
  const bench = new Bench();
  let sfu: DemoSfu;

  beforeAll(async () => {
    await bench.start();
    sfu = await DemoSfu.start(mediasoup, { rooms: 2, peers: 3 });
  });

  afterAll(async () => {
    await sfu?.stop();
    await bench.stop();
  });

  it('tells times in seconds and of their true order', async () => {
    const mean = (metric: string) => `sum(${metric}_sum) / sum(${metric}_count)`;
    const isBetween = async (metric: string, from: number, to: number): Promise<void> => {
      await vi.waitFor(async () => {
        const value = await bench.value(mean(metric));
        expect([metric, value, (value ?? Number.NaN) >= from && (value ?? Number.NaN) <= to]).toEqual([
          metric,
          value,
          true,
        ]);
      }, WITHIN);
    };
    // Endpoints of the demo pretend to be 8 to 90 ms away, and a busy machine adds to that; in ms it would be 8 at least.
    await isBetween('mediasoup_consumer_round_trip_time_seconds', 0.008, 6);
    // In ms it would be above 1, for the demo sends when its timer runs.
    await isBetween('mediasoup_producer_jitter_seconds', 0.0001, 0.9);
    await isBetween('mediasoup_consumer_fraction_lost_ratio', 0, 1);
    await isBetween('mediasoup_consumer_score', 1, 10);
    await isBetween('mediasoup_worker_probe_seconds', 0.00001, 5);
    const cpu = 'sum(rate(mediasoup_worker_cpu_seconds_total[5s]))';
    await vi.waitFor(async () => expect(await bench.value(cpu)).toBeLessThan(2), WITHIN);
  });

  it('passes promtool, and has nothing but what the table says', async () => {
    await vi.waitFor(async () => expect(await bench.value('mediasoup_pipe_links{scope="same_host"}')).toBe(1), WITHIN);
    const text = await (await fetch(bench.url)).text();

    expect(await promtool(['check', 'metrics'], text)).toEqual({ code: 0, output: '' });
    const names = [...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name);
    expect(names.filter((name) => !(name! in METRICS))).toEqual([]);
    expect(new Set(names).size).toBe(names.length);
    expect(text).not.toMatch(/(NaN|undefined|null)$/m);
    // Ids stand nowhere in it.
    expect(text).not.toMatch(/[0-9a-f]{8}-[0-9a-f]{4}/);
  });

  it('carries exemplars whose id GraphQL knows', async () => {
    const end = Date.now();
    await vi.waitFor(async () => {
      const found = await bench.prometheus.queryExemplars('mediasoup_consumer_score_bucket', end - 60_000, Date.now());
      const ids = found.flatMap(({ exemplars }) => exemplars.map(({ labels }) => labels.id));
      expect(ids.length).toBeGreaterThan(0);
      const query = { query: `{ node(id: "${ids.at(-1)}") { __typename } }` };
      const response = await fetch(new URL('/graphql', bench.url), {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: 'application/json' },
        body: JSON.stringify(query),
      });
      expect(await response.json()).toEqual({ data: { node: { __typename: 'Consumer' } } });
    }, WITHIN);
  });
});
