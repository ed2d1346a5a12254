import type { Clock, Timer } from '../clock.js';
import type { GraphReader } from '../graph/graph-reader.js';
import { type Told, toldOf } from '../graph/told.js';
import type { EntityKey, EntityNode } from '../model/entity.js';
import type { MonitorEvent } from '../model/events.js';
import type { AnySampleBatch, SampledKind } from '../model/samples.js';
import type { Lease, StatsReader } from '../sampling/stats-reader.js';
import type { GraphWriter } from '../source.js';
import { ConsumerWatches } from './consumer-watches.js';
import type { LivenessOptions } from './options.js';
import { ProducerWatches } from './producer-watches.js';
import { TransportWatches } from './transport-watches.js';
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
  readonly #producers: ProducerWatches;
  readonly #transports: TransportWatches;
  readonly #consumers: ConsumerWatches;
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
    const witness = new Witness(deps.graph, deps.stats, deps.clock);
    const { options } = deps;
    const producers = new ProducerWatches(witness, options);
    const transports = new TransportWatches(witness, options);
    this.#witness = witness;
    this.#producers = producers;
    this.#transports = transports;
    this.#consumers = new ConsumerWatches({ witness, options, producers, transports });
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
      for (const node of snapshot.all(kind)) this.#open(node, this.#clock.monotonic());
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
  observe(event: MonitorEvent, told: Told = toldOf(event, this.#graph, this.#clock)): void {
    if (!this.#running || event.entity === null) return;
    const { key } = event.entity;
    switch (event.type) {
      case 'transport.created':
      case 'producer.created':
      case 'consumer.created':
        if (told.node !== null) this.#open(told.node, told.at);
        return;
      case 'transport.closed':
        this.#transports.close(event.entity);
        return;
      case 'producer.closed':
        this.#producers.close(event.entity);
        return;
      case 'consumer.closed':
        this.#consumers.close(event.entity);
        return;
      case 'worker.recovered':
        this.#witness.workerRecovered(key);
        return;
      case 'worker.closed':
        this.#witness.workerClosed(key);
        return;
      case 'producer.resumed':
      case 'consumer.resumed':
      case 'consumer.producerResumed':
        if (told.node !== null) this.#resumed(told.node, told.at);
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
        this.#news.push({ event, at: told.at });
        this.#timer ??= this.#clock.setTimeout(() => this.#judgeNews(), 0);
        return;
      default:
    }
  }

  observeBatch(batch: AnySampleBatch): void {
    if (!this.#running) return;
    const { now } = this.#witness;
    if (batch.kind === 'transport') {
      const { bytesReceived } = batch.columns;
      for (let i = 0; i < batch.length; i++) this.#transports.sample(batch.entities[i]!, bytesReceived[i]!, now);
    } else if (batch.kind === 'producer') {
      const { packetCount } = batch.columns;
      for (let i = 0; i < batch.length; i++) this.#producers.sample(batch.entities[i]!, packetCount[i]!, now);
    } else if (batch.kind === 'consumer') {
      const { packetCount } = batch.columns;
      for (let i = 0; i < batch.length; i++) this.#consumers.sample(batch.entities[i]!, packetCount[i]!, now);
    }
  }

  /** Judges what only time decides. To be called about every second; costs time for what is in doubt, not for what is open. */
  sweep(): void {
    if (!this.#running) return;
    this.#judgeNews();
    for (const key of this.#transports.inDoubt) this.#judge(key);
    for (const key of this.#consumers.inDoubt) this.#judge(key);
  }

  #open(node: EntityNode, now: number): void {
    if (node.kind === 'transport') this.#transports.open(node, now);
    else if (node.kind === 'producer') this.#producers.open(node, now);
    else if (node.kind === 'consumer') this.#consumers.open(node, now);
  }

  #resumed(node: EntityNode, now: number): void {
    if (node.kind === 'producer') this.#producers.resumed(node, now);
    else if (node.kind === 'consumer') this.#consumers.resumed(node, now);
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
        if (node?.kind === 'producer') this.#producers.started(node, at);
      } else if (event.type === 'consumer.layersChanged') {
        const node = this.#graph.get(key);
        if (node?.kind === 'consumer') this.#consumers.layersChanged(node, at);
      }
      this.#judge(key);
    }
  }

  #judge(key: EntityKey): void {
    const node = this.#graph.get(key);
    if (node?.kind === 'producer') this.#producers.judge(node);
    else if (node?.kind === 'consumer') this.#consumers.judge(node);
    else if (node?.kind === 'transport') this.#transports.judge(node);
  }
}
