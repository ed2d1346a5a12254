import type { Clock, Timer } from '../clock.js';
import type { GraphReader } from '../graph/graph-reader.js';
import type { ConsumerNode, EntityKey, EntityNode } from '../model/entity.js';
import type { MonitorEvent } from '../model/events.js';
import type { AnySampleBatch, SampledKind } from '../model/samples.js';
import type { Lease, StatsReader } from '../sampling/stats-reader.js';
import type { GraphWriter } from '../source.js';
import { ConsumerWatch, type Upstream } from './consumer-watch.js';
import type { LivenessOptions } from './options.js';
import { ProducerWatch } from './producer-watch.js';
import { TransportWatch } from './transport-watch.js';
import { Witness } from './witness.js';

/**
 * Finds what should move and does not: stalled producers, starved consumers, transports that never connect or fall silent.
 * Judges by samples and events only, never by their absence: what a hung worker does not tell is no finding.
 *
 * What it wants sampled is sampled only while somebody may hear of a finding. Findings are written a moment after the event that led to them, never while it is being published.
 */
export class Liveness {
  readonly #graph: GraphReader & GraphWriter;
  readonly #stats: StatsReader;
  readonly #clock: Clock;
  readonly #options: LivenessOptions;
  readonly #witness: Witness;
  readonly #producers = new Map<EntityKey, ProducerWatch>();
  readonly #consumers = new Map<EntityKey, ConsumerWatch>();
  readonly #transports = new Map<EntityKey, TransportWatch>();
  /** Transports that have not connected yet. */
  readonly #unconnected = new Set<EntityKey>();
  /** Consumers that may starve without a further sample. */
  readonly #layerless = new Set<EntityKey>();
  /** Events to be judged when they are all published, with the monotonic times at which they came. */
  #news: { readonly event: MonitorEvent; readonly at: number }[] = [];
  #timer: Timer | null = null;
  #lease: Lease | null = null;
  #running = false;

  constructor(deps: {
    readonly graph: GraphReader & GraphWriter;
    readonly stats: StatsReader;
    readonly clock: Clock;
    readonly options: LivenessOptions;
  }) {
    this.#graph = deps.graph;
    this.#stats = deps.stats;
    this.#clock = deps.clock;
    this.#options = deps.options;
    this.#witness = new Witness(deps.graph, deps.stats, deps.clock);
  }

  /** Takes up what is in the graph already, and asks for the samples it needs. */
  start(): void {
    if (this.#running) return;
    this.#running = true;
    const kinds: SampledKind[] = [];
    if (this.#options.producers) kinds.push('producer');
    if (this.#options.consumers) kinds.push('consumer');
    if (kinds.length > 0) this.#lease = this.#stats.lease({ kinds, secondary: true });
    const snapshot = this.#graph.snapshot();
    for (const kind of ['transport', 'producer', 'consumer'] as const) {
      for (const node of snapshot.all(kind)) this.#open(node);
    }
  }

  /** Nothing is written afterwards. */
  stop(): void {
    this.#running = false;
    this.#timer?.cancel();
    this.#lease?.release();
    this.#news = [];
  }

  /** Must be told every event, in order, with the graph already changed. */
  observe(event: MonitorEvent): void {
    if (!this.#running || event.entity === null) return;
    const { key } = event.entity;
    switch (event.type) {
      case 'transport.created':
      case 'producer.created':
      case 'consumer.created': {
        const node = this.#graph.get(key);
        if (node !== undefined) this.#open(node);
        return;
      }
      case 'transport.closed':
        this.#transports.delete(key);
        this.#unconnected.delete(key);
        return;
      case 'producer.closed':
        this.#producers.delete(key);
        return;
      case 'consumer.closed':
        this.#consumers.delete(key);
        this.#layerless.delete(key);
        return;
      case 'worker.recovered':
        this.#witness.workerRecovered(key);
        return;
      case 'worker.closed':
        this.#witness.workerClosed(key);
        return;
      case 'producer.resumed':
        this.#producers.get(key)?.resumed();
        return;
      case 'consumer.resumed':
      case 'consumer.producerResumed':
        this.#consumers.get(key)?.resumed();
        return;
      case 'producer.paused':
      case 'producer.scoreChanged':
      case 'consumer.paused':
      case 'consumer.producerPaused':
      case 'consumer.layersChanged':
      case 'transport.connected':
      case 'transport.iceStateChanged':
      case 'transport.dtlsStateChanged':
      case 'transport.tupleChanged':
        this.#news.push({ event, at: this.#clock.monotonic() });
        this.#timer ??= this.#clock.setTimeout(() => this.#judgeNews(), 0);
        return;
      default:
    }
  }

  observeBatch(batch: AnySampleBatch): void {
    if (!this.#running) return;
    if (batch.kind === 'transport') {
      for (let i = 0; i < batch.length; i++) {
        const node = batch.entities[i]!;
        this.#transports.get(node.key)?.sample(node, batch.columns.bytesReceived[i]!);
      }
    } else if (batch.kind === 'producer') {
      for (let i = 0; i < batch.length; i++) {
        const node = batch.entities[i]!;
        this.#producers.get(node.key)?.sample(node, batch.columns.packetCount[i]!);
      }
    } else if (batch.kind === 'consumer') {
      for (let i = 0; i < batch.length; i++) {
        const node = batch.entities[i]!;
        const watch = this.#consumers.get(node.key);
        watch?.sample(node, batch.columns.packetCount[i]!);
        watch?.judge(node, this.#upstream(node));
      }
    }
  }

  /** Judges what only time decides. To be called about every second; costs time for what is in doubt, not for what is open. */
  sweep(): void {
    if (!this.#running) return;
    this.#judgeNews();
    for (const key of this.#unconnected) this.#judge(key);
    for (const key of this.#layerless) this.#judge(key);
  }

  #open(node: EntityNode): void {
    if (node.kind === 'transport') {
      if (this.#transports.has(node.key)) return;
      this.#transports.set(node.key, new TransportWatch(node, this.#witness, this.#options));
      this.#unconnected.add(node.key);
    } else if (node.kind === 'producer') {
      if (!this.#producers.has(node.key)) {
        this.#producers.set(node.key, new ProducerWatch(this.#witness, this.#options));
      }
    } else if (node.kind === 'consumer') {
      if (this.#consumers.has(node.key)) return;
      const watch = new ConsumerWatch(node, this.#witness, this.#options);
      this.#consumers.set(node.key, watch);
      if (watch.layerless) this.#layerless.add(node.key);
    }
  }

  #judgeNews(): void {
    this.#timer?.cancel();
    this.#timer = null;
    const news = this.#news;
    this.#news = [];
    for (const { event, at } of news) {
      const { key } = event.entity!;
      if (event.type === 'producer.scoreChanged' && (event.data.score ?? 0) > 0) {
        const node = this.#graph.get(key);
        if (node?.kind === 'producer') this.#producers.get(key)?.started(node, at);
      } else if (event.type === 'consumer.layersChanged') this.#layersChanged(key, at);
      this.#judge(key);
    }
  }

  #layersChanged(key: EntityKey, at: number): void {
    const node = this.#graph.get(key);
    const watch = this.#consumers.get(key);
    if (node?.kind !== 'consumer' || watch === undefined) return;
    if (node.currentLayers !== null) watch.started(node, at);
    watch.layersChanged(node);
    if (watch.layerless) this.#layerless.add(key);
    else this.#layerless.delete(key);
  }

  #judge(key: EntityKey): void {
    const node = this.#graph.get(key);
    if (node?.kind === 'producer') this.#producers.get(key)?.judge(node);
    else if (node?.kind === 'consumer') this.#consumers.get(key)?.judge(node, this.#upstream(node));
    else if (node?.kind === 'transport') {
      const watch = this.#transports.get(key);
      watch?.judge(node);
      if (watch?.undecided !== true || node.neverConnectedSince !== null) this.#unconnected.delete(key);
    }
  }

  #upstream(node: ConsumerNode): Upstream | null {
    if (node.producer === null || node.parent === null) return null;
    const producer = this.#graph.get(node.producer);
    const watch = this.#producers.get(node.producer);
    const transport = this.#transports.get(node.parent);
    if (producer?.kind !== 'producer' || watch === undefined || transport === undefined) return null;
    return { node: producer, watch, transport };
  }
}
