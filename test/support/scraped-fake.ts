import { expect } from 'vitest';
import { createMonitor, type Monitor, use } from '../../core/index.js';
import prometheus from '../../plugins/prometheus/plugin.js';
import { type FakeProducer, FakeSfu, type FakeTransport, type FakeWorker } from './fake-sfu.js';
import { RecordingLogger } from './recording-logger.js';
import { eventually } from './until.js';

/** A fake SFU whose every number can be set, a whole monitor that samples it, and the page that it makes of it. */
export class ScrapedFake {
  readonly sfu = new FakeSfu();
  readonly logger = new RecordingLogger();
  readonly #monitor: Monitor;

  constructor(version = '3.27.1') {
    this.sfu.version = version;
    this.#monitor = createMonitor({
      mediasoup: this.sfu as never,
      logger: this.logger,
      sampling: { intervalMs: 100, cpuShare: 1, pausedEveryMs: 1_000 },
      host: { systemInformation: false },
      plugins: [use(prometheus)],
    });
  }

  async start(): Promise<this> {
    await this.#monitor.start();
    return this;
  }

  /** A worker with a router and a transport, and a producer with a consumer in it. */
  open(media: ConstructorParameters<typeof FakeProducer>[1] = { kind: 'video' }) {
    const worker: FakeWorker = this.sfu.createWorker();
    const router = worker.createRouter();
    const transport: FakeTransport = router.createTransport();
    const producer = transport.produce(media);
    return { worker, router, transport, producer, consumer: transport.consume(producer) };
  }

  get graph(): Monitor['graph'] {
    return this.#monitor.graph;
  }

  async text(headers: Record<string, string> = {}): Promise<string> {
    const route = this.#monitor.routes.find('/metrics');
    if (route === undefined) throw new Error('there is no page');
    return await (await route.handler(new Request('http://localhost/metrics', { headers }))).text();
  }

  /** Value of the series with this name and these labels; undefined when there is none. */
  async value(series: string): Promise<number | undefined> {
    const line = (await this.text()).split('\n').find((text) => text.startsWith(`${series} `));
    return line === undefined ? undefined : Number(line.slice(series.length + 1));
  }

  /** Waits until all of these series have these values. */
  async become(expected: Readonly<Record<string, number | undefined>>): Promise<void> {
    await eventually(async () => {
      const found = await Promise.all(
        Object.keys(expected).map(async (series) => [series, await this.value(series)] as const),
      );
      expect(Object.fromEntries(found)).toEqual(expected);
    });
  }

  /** Waits until so many more samples of this kind have been taken. */
  async sampled(entity: string, more = 3): Promise<void> {
    const requests = `sfu_monitor_stats_requests_total{entity="${entity}",result="ok"}`;
    const before = (await this.value(requests)) ?? 0;
    await eventually(async () => expect((await this.value(requests)) ?? 0).toBeGreaterThanOrEqual(before + more));
  }

  async stop(): Promise<void> {
    await this.#monitor.stop();
  }
}
