import { randomUUID } from 'node:crypto';
import type { EntityKey, EntityKind } from '../../../core/model/entity.js';
import { createScope } from '../../../core/container.js';
import { type Clock, systemClock } from '../../../core/clock.js';
import type { SampledKind } from '../../../core/model/samples.js';
import { RouteTable } from '../../../core/routes.js';
import { samplingOptions } from '../../../core/sampling/options.js';
import { Sampler } from '../../../core/sampling/sampler.js';
import type { Askable, Inspection, Reading, ReadingReceiver, Source } from '../../../core/source.js';
import { SampleServices } from '../../../core/testing/index.js';
import { CLOCK, GRAPH, LOGGER, OPTIONS, ROUTES, STATS } from '../../../core/tokens.js';
import { prometheusOptions } from '../../../plugins/prometheus/options.js';
import { PrometheusPlugin } from '../../../plugins/prometheus/plugin.js';
import { stream } from '../../support/fake-source.js';
import { GraphKit } from '../../support/graph-kit.js';
import { RecordingLogger } from '../../support/recording-logger.js';

const WORKERS = 2;
const ROUTERS = 20;
const TRANSPORTS_PER_ROUTER = 25;
/** Of virtual time, in which one sweep of everything fits; and its steps. */
const SWEEP_MS = 5_000;
const STEP_MS = 10;

/** Answers as an SFU whose streams flow: counters grow, and the other values move a little. */
class FlowingSource implements Source {
  readonly name = 'flowing';
  readonly version = '1';
  readonly blindSpots = [];
  readonly #consumers = new Map<EntityKey, number>();
  /** Of as many parts of the consumers only one flows. */
  everyNth = 1;
  /** Whether nothing is lost and scores stay what they are, as nearly always in an SFU; otherwise every value changes every time. */
  calm = false;
  round = 0;

  start(): void {}

  stop(): void {}

  read<K extends SampledKind>(): Promise<Reading<K> | null> {
    return Promise.reject(new Error('asked by ask() alone'));
  }

  ask({ kind, key }: Askable, receiver: ReadingReceiver): void {
    setImmediate(() => receiver.answered(kind === 'consumer' ? this.#consumer(key) : this.#other()));
  }

  inspect(): Promise<Inspection> {
    return Promise.reject(new Error('not asked for'));
  }

  #other(): Reading {
    return { timestamp: this.round * 1_000, values: {}, streams: [] };
  }

  #consumer(key: EntityKey): Reading {
    const known = this.#consumers.get(key);
    const ordinal = known ?? this.#consumers.size;
    if (known === undefined) this.#consumers.set(key, ordinal);
    const round = ordinal % this.everyNth === 0 ? this.round : 1;
    const troubled = this.calm ? 0 : round;
    const one = stream({
      packetCount: 10_000 + ordinal + round * 500,
      byteCount: 9_000_000 + ordinal * 11 + round * 450_000,
      packetsLost: troubled + (ordinal % 7),
      bitrate: 700_000 + ((ordinal * 7_919 + round * 104_729) % 100_000),
      fractionLost: ((ordinal + troubled) % 64) / 256,
      jitter: ((ordinal * 31 + round * 17) % 2_000) / 90,
      roundTripTime: ((ordinal * 37 + round * 13) % 9_000) / 65.536,
      score: 1 + ((ordinal + troubled) % 10),
    });
    return { timestamp: this.round * 1_000, values: { score: one.score }, streams: [one] };
  }
}

/** The plugin over a real graph and a real sampler, with consumers in 20 routers on 2 workers. */
export class Scene {
  readonly kit: GraphKit;
  readonly sampler: Sampler;
  readonly plugin: PrometheusPlugin;
  readonly source = new FlowingSource();
  readonly routes = new RouteTable();
  readonly #transports: EntityKey[] = [];
  #producer: EntityKey | null = null;

  constructor(consumers: number, options: object, clock: Clock = systemClock) {
    this.kit = new GraphKit({ publish: (event) => this.sampler?.observe(event) });
    this.#fill(consumers);
    this.sampler = new Sampler({
      graph: this.kit.graph,
      source: this.source,
      clock: this.kit.clock,
      logger: this.kit.logger,
      options: samplingOptions.parse({ intervalMs: SWEEP_MS, cpuShare: 1, maxInFlight: 120, hotForMs: 0 }),
      onBatch: (batch) => this.plugin.onSamples(batch),
      residentMemory: () => Number.NaN,
    });
    const scope = createScope();
    new SampleServices().register(scope);
    scope.registerInstance(GRAPH, this.kit.graph);
    scope.registerInstance(STATS, this.sampler);
    scope.registerInstance(OPTIONS, prometheusOptions.parse(options));
    scope.registerInstance(LOGGER, new RecordingLogger());
    scope.registerInstance(CLOCK, clock);
    scope.registerInstance(ROUTES, this.routes);
    this.plugin = scope.resolve(PrometheusPlugin);
  }

  async start(): Promise<this> {
    await this.plugin.start(new AbortController().signal);
    this.sampler.start();
    this.sampler.lease({ kinds: ['consumer'] });
    await this.sweep();
    await this.sweep();
    return this;
  }

  /** Samples everything once more. */
  async sweep(): Promise<void> {
    this.source.round++;
    for (let ms = 0; ms < SWEEP_MS; ms += STEP_MS) {
      this.kit.clock.advance(STEP_MS);
      await new Promise((resolve) => setImmediate(resolve));
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  /** As many consumers close, spread over all, and as many others open. */
  churn(count: number): void {
    const { graph } = this.kit;
    const open = graph.snapshot().all('consumer');
    const step = Math.max(1, Math.floor(open.length / count));
    for (let i = 0; i < count; i++) graph.close(open[i * step]!.key, 'api');
    for (let i = 0; i < count; i++) this.#consumer(this.#transports[i % this.#transports.length]!);
  }

  async answer(request: Request): Promise<Response> {
    return await this.routes.find('/metrics')!.handler(request);
  }

  count(kind: EntityKind): number {
    return this.kit.graph.snapshot().count(kind);
  }

  #fill(consumers: number): void {
    const workers = Array.from({ length: WORKERS }, (_, i) => this.kit.worker(100 + i));
    for (let r = 0; r < ROUTERS; r++) {
      const router = this.kit.router(workers[r % WORKERS]!, randomUUID());
      for (let t = 0; t < TRANSPORTS_PER_ROUTER; t++) this.#transports.push(this.kit.transport(router, randomUUID()));
    }
    this.#producer = this.kit.producer(this.#transports[0]!, randomUUID());
    for (let i = 0; i < consumers; i++) this.#consumer(this.#transports[i % this.#transports.length]!);
  }

  #consumer(transport: EntityKey): void {
    this.kit.consumer(transport, randomUUID(), this.#producer, { score: 10 });
  }
}
