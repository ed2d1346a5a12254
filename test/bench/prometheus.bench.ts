import { Gauge, Registry } from 'prom-client';
import { bench, describe } from 'vitest';
import { createScope } from '../../core/container.js';
import { systemClock } from '../../core/clock.js';
import { type EntityKey, SAMPLE_FIELDS } from '../../core/index.js';
import { RouteTable } from '../../core/routes.js';
import { sampleBatch, SampleServices } from '../../core/testing/index.js';
import { CLOCK, GRAPH, LOGGER, OPTIONS, ROUTES, STATS } from '../../core/tokens.js';
import { prometheusOptions } from '../../plugins/prometheus/options.js';
import { PrometheusPlugin } from '../../plugins/prometheus/plugin.js';
import { GraphKit } from '../support/graph-kit.js';
import { RecordingLogger } from '../support/recording-logger.js';
import { longest, turnsOf } from './support/turns.js';

const WORKERS = 2;
const ROUTERS = 20;
const TRANSPORTS_PER_ROUTER = 25;

/** A graph of as many consumers, in 20 routers on 2 workers, with a value for everything. */
function graphOf(consumers: number): GraphKit {
  const kit = new GraphKit({ publish: () => {} });
  const workers = Array.from({ length: WORKERS }, () => kit.worker());
  const each = consumers / ROUTERS / TRANSPORTS_PER_ROUTER;
  for (let r = 0; r < ROUTERS; r++) {
    const router = kit.router(workers[r % WORKERS]!, `router-${r}`);
    for (let t = 0; t < TRANSPORTS_PER_ROUTER; t++) {
      const transport = kit.transport(router, `t${t}`);
      for (let c = 0; c < each; c++) kit.consumer(transport, `consumer-${r}-${t}-${c}`, null);
    }
  }
  return kit;
}

interface Scrape {
  readonly bytes: number;
  readonly longestTurnMs: number;
  readonly ms: number;
}

class Scraped {
  readonly kit: GraphKit;
  readonly plugin: PrometheusPlugin;
  readonly #routes = new RouteTable();

  constructor(consumers: number, options: object) {
    this.kit = graphOf(consumers);
    const scope = createScope();
    const services = new SampleServices();
    services.register(scope);
    let seen = 0;
    scope.registerInstance(GRAPH, this.kit.graph);
    scope.registerInstance(STATS, { ...scope.resolve(STATS), value: () => seen++, streams: () => [] });
    scope.registerInstance(OPTIONS, prometheusOptions.parse(options));
    scope.registerInstance(LOGGER, new RecordingLogger());
    scope.registerInstance(CLOCK, systemClock);
    scope.registerInstance(ROUTES, this.#routes);
    this.plugin = scope.resolve(PrometheusPlugin);
  }

  async start(): Promise<this> {
    await this.plugin.start(new AbortController().signal);
    return this;
  }

  async scrape(headers: Record<string, string> = {}): Promise<Scrape> {
    const response = () => this.#routes.find('/metrics')!.handler(new Request('http://localhost/metrics', { headers }));
    return await timed(async () => await read(await response()));
  }
}

/** Takes what is sent piece by piece, as a socket does. */
async function read(response: Response): Promise<number> {
  let bytes = 0;
  for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) bytes += chunk.length;
  return bytes;
}

async function timed(work: () => Promise<number>): Promise<Scrape> {
  let bytes = 0;
  let ms = 0;
  const turns = await turnsOf(async () => {
    const began = performance.now();
    bytes = await work();
    ms = performance.now() - began;
  });
  return { bytes, longestTurnMs: longest(turns), ms };
}

/** What a page of gauges per consumer costs with prom-client, filled at the scrape. */
function naive(consumers: readonly EntityKey[]): () => Promise<Scrape> {
  const registry = new Registry();
  const labelNames = ['id', 'router', 'kind', 'codec'];
  const fields = Object.keys(SAMPLE_FIELDS.consumer).slice(0, 8);
  const gauges = fields.map(
    (field) => new Gauge({ name: `consumer_${field.toLowerCase()}`, help: field, labelNames, registers: [registry] }),
  );
  return async () =>
    await timed(async () => {
      for (const gauge of gauges) {
        gauge.reset();
        for (const id of consumers) gauge.set({ id, router: 'router', kind: 'video', codec: 'vp8' }, 42);
      }
      return (await registry.metrics()).length;
    });
}

function report(name: string, scrapes: readonly Scrape[]): void {
  const middle = (values: readonly number[]): number =>
    values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
  console.log(name, {
    kB: Math.round(scrapes.at(-1)!.bytes / 1_000),
    ms: Number(middle(scrapes.map(({ ms }) => ms)).toFixed(1)),
    longestTurnMs: Number(middle(scrapes.map(({ longestTurnMs }) => longestTurnMs)).toFixed(1)),
    worstTurnMs: Number(Math.max(...scrapes.map(({ longestTurnMs }) => longestTurnMs)).toFixed(1)),
  });
}

async function times(count: number, scrape: () => Promise<Scrape>): Promise<Scrape[]> {
  const scrapes: Scrape[] = [];
  for (let i = 0; i < count; i++) scrapes.push(await scrape());
  return scrapes;
}

const few = await new Scraped(500, {}).start();
const many = await new Scraped(10_000, {}).start();
const single = await new Scraped(12_500, { byId: { consumers: true, maxSeries: 100_000 } }).start();
const consumers = many.kit.graph.snapshot().all('consumer');
for (const scraped of [few, many]) {
  const entities = scraped.kit.graph.snapshot().all('consumer');
  for (let tick = 0; tick < 3; tick++) scraped.plugin.onSamples(sampleBatch('consumer', { entities, tick }));
}
const naiveScrape = naive(consumers.map(({ key }) => key));
await times(3, () => many.scrape());
report('500 consumers', await times(10, () => few.scrape()));
report('10,000 consumers', await times(10, () => many.scrape()));
report('100,000 series by id', await times(5, () => single.scrape()));
report('100,000 series by id, gzip', await times(5, () => single.scrape({ 'accept-encoding': 'gzip' })));
report('10,000 consumers through prom-client gauges, 8 each', await times(5, naiveScrape));

const batch = sampleBatch('consumer', { entities: consumers });
let tick = 10;

describe('10,000 consumers', () => {
  bench('one scrape of the default catalogue', async () => void (await many.scrape()), { time: 2_000 });
  bench('one scrape through prom-client gauges per consumer', async () => void (await naiveScrape()), { time: 2_000 });
  bench('taking their samples of one tick', () => many.plugin.onSamples({ ...batch, tick: tick++ }), { time: 2_000 });
});
