import type {
  ConsumerNode,
  EntityKey,
  GraphReader,
  ProducerNode,
  RowReader,
  StatsReader,
} from '../../../core/index.js';
import type { MetricStore } from '../series/store.js';
import { CellBook } from './cell-book.js';
import type { Collection, Collector } from './collector.js';
import { groupValues } from './group-values.js';
import type { WorkerNames } from './names.js';
import { openNodes } from './open-nodes.js';
import type { Slices } from './slices.js';
import { SlotLinks } from './slot-links.js';

/** Slots between two looks at the clock. */
const SLOTS = 512;
const BITS_PER_BYTE = 8;

/** What a producer or consumer is counted as. */
interface StreamLabels {
  readonly worker: EntityKey;
  readonly mediaKind: string;
  readonly type: string;
  readonly transport: string;
  readonly paused: string;
  readonly group: readonly string[];
}

interface ProducerCell extends StreamLabels {
  readonly isStalled: boolean;
  readonly hasLayers: boolean;
  count: number;
  unconsumed: number;
}

interface ConsumerCell extends StreamLabels {
  readonly isStarved: boolean;
  /** What is forwarded of one that has layers and is not paused; `null` of any other. */
  readonly layer: string | null;
  readonly isBelowPreferred: boolean;
  count: number;
}

interface TransportCell {
  readonly worker: EntityKey;
  readonly type: string;
  count: number;
  /** Bytes a second, `NaN` while none is known. */
  in: number;
  out: number;
}

/** Counts producers and consumers by what they are and how they do. */
export class Streams implements Collector {
  readonly name = 'streams';
  readonly gauges = [
    'mediasoup_producers',
    'mediasoup_consumers',
    'mediasoup_producers_stalled',
    'mediasoup_producers_unconsumed',
    'mediasoup_producer_layer_throughput_bytes_per_second',
    'mediasoup_consumers_by_current_layer',
    'mediasoup_consumers_below_preferred_layer',
    'mediasoup_consumers_starved',
    'mediasoup_transports_bandwidth_limited',
    'mediasoup_transport_throughput_bytes_per_second',
  ] as const;
  readonly #store: MetricStore;
  readonly #graph: GraphReader;
  readonly #stats: StatsReader;
  readonly #workers: WorkerNames;
  readonly #bitrates: RowReader<'transport'>;
  /** Of a number of transports: what they get, and then what they send. */
  readonly #bitrate = new Float64Array(2 * SLOTS);
  readonly #transports: CellBook<'transport', TransportCell>;
  readonly #producers: CellBook<'producer', ProducerCell>;
  readonly #consumers: CellBook<'consumer', ConsumerCell>;
  /** Producers of consumers. */
  readonly #sources = new SlotLinks();
  /** Transports of the consumers that get less than they prefer. */
  readonly #limited = new SlotLinks();

  constructor(store: MetricStore, graph: GraphReader, stats: StatsReader, workers: WorkerNames) {
    this.#store = store;
    this.#graph = graph;
    this.#stats = stats;
    this.#workers = workers;
    this.#bitrates = stats.rows('transport', ['recvBitrate', 'sendBitrate']);
    this.#transports = new CellBook<'transport', TransportCell>(({ worker, type }) => ({
      worker,
      type,
      count: 0,
      in: Number.NaN,
      out: Number.NaN,
    }));
    this.#producers = new CellBook((node) => this.#producerCell(node));
    this.#consumers = new CellBook(
      (node) => this.#consumerCell(node),
      (slot, node, cell) => this.#linkConsumer(slot, node, cell),
    );
  }

  async collect({ slices }: Collection): Promise<void> {
    const graph = this.#graph;
    this.#begin();
    await this.#countBitrates(slices);
    await this.#consumers.follow(graph.rows('consumer'), slices);
    await this.#producers.follow(graph.rows('producer'), slices);
    await this.#countProducers(slices);
    this.#write();
    await this.#countLimited(slices);
  }

  /** How many consumers a worker had at the last collection. */
  consumersIn(worker: EntityKey): number {
    let consumers = 0;
    for (const cell of this.#consumers.cells()) if (cell.worker === worker) consumers += cell.count;
    return consumers;
  }

  clear(): void {
    for (const book of [this.#transports, this.#producers, this.#consumers]) book.clear();
    this.#sources.clear();
    this.#limited.clear();
  }

  #begin(): void {
    const store = this.#store;
    for (const layer of ['none', '0', '1', '2']) store.gauge('mediasoup_consumers_by_current_layer').set(0, layer);
    for (const { key } of openNodes(this.#graph.rows('worker'))) {
      const worker = this.#workers.name(key);
      store.gauge('mediasoup_consumers_below_preferred_layer').set(0, worker);
      store.gauge('mediasoup_transports_bandwidth_limited').set(0, worker);
    }
  }

  async #countBitrates(slices: Slices): Promise<void> {
    const rows = this.#graph.rows('transport');
    const transports = this.#transports;
    await transports.follow(rows, slices);
    for (const cell of transports.cells()) cell.in = cell.out = Number.NaN;
    const bitrate = this.#bitrate;
    for (let from = 0; from < transports.end; from += SLOTS) {
      const count = Math.min(SLOTS, transports.end - from);
      this.#bitrates.read(rows, from, count, bitrate, 0, SLOTS);
      for (let i = 0; i < count; i++) {
        const cell = transports.at(from + i);
        if (cell === undefined) continue;
        cell.in = sum(cell.in, bitrate[i]! / BITS_PER_BYTE);
        cell.out = sum(cell.out, bitrate[i + SLOTS]! / BITS_PER_BYTE);
      }
      if (slices.isOver) await slices.pause();
    }
  }

  async #countProducers(slices: Slices): Promise<void> {
    const rows = this.#graph.rows('producer');
    const producers = this.#producers;
    for (const cell of producers.cells()) cell.unconsumed = 0;
    await slices.range(producers.end, SLOTS, (slot) => {
      const cell = producers.at(slot);
      if (cell === undefined) return;
      if (this.#sources.count(slot) === 0) cell.unconsumed++;
      const node = cell.hasLayers ? rows.at(slot) : undefined;
      if (node !== undefined) this.#collectLayers(node);
    });
  }

  async #countLimited(slices: Slices): Promise<void> {
    if (this.#limited.size === 0) return;
    const rows = this.#graph.rows('transport');
    const limited = this.#store.gauge('mediasoup_transports_bandwidth_limited');
    await slices.range(this.#transports.end, SLOTS, (slot) => {
      const node = this.#limited.count(slot) > 0 ? rows.at(slot) : undefined;
      if (node === undefined || Number.isNaN(this.#stats.value(node, 'availableOutgoingBitrate'))) return;
      limited.add(1, this.#workers.name(node.worker));
    });
  }

  #linkConsumer(slot: number, node: ConsumerNode | undefined, cell: ConsumerCell | undefined): void {
    this.#sources.set(slot, this.#slotOf('producer', node?.producer));
    this.#limited.set(slot, cell?.isBelowPreferred === true ? this.#slotOf('transport', node?.parent) : -1);
  }

  #slotOf(kind: 'producer' | 'transport', key: EntityKey | null | undefined): number {
    const node = key === null || key === undefined ? undefined : this.#graph.get(key);
    return node?.kind === kind ? node.slot : -1;
  }

  #write(): void {
    const store = this.#store;
    const throughput = store.gauge('mediasoup_transport_throughput_bytes_per_second');
    for (const cell of this.#transports.cells()) {
      const worker = this.#workers.name(cell.worker);
      throughput.add(cell.in, worker, cell.type, 'in');
      throughput.add(cell.out, worker, cell.type, 'out');
    }
    for (const cell of this.#producers.cells()) {
      const worker = this.#workers.name(cell.worker);
      const { group, mediaKind, type, transport, paused, count } = cell;
      store.gauge('mediasoup_producers').addGroup(count, group, worker, mediaKind, type, transport, paused);
      store.gauge('mediasoup_producers_stalled').add(cell.isStalled ? count : 0, worker, mediaKind);
      store.gauge('mediasoup_producers_unconsumed').add(cell.unconsumed, worker, mediaKind);
    }
    for (const cell of this.#consumers.cells()) {
      const worker = this.#workers.name(cell.worker);
      const { group, mediaKind, type, transport, paused, layer, count } = cell;
      store.gauge('mediasoup_consumers').addGroup(count, group, worker, mediaKind, type, transport, paused);
      store.gauge('mediasoup_consumers_starved').add(cell.isStarved ? count : 0, worker, mediaKind);
      if (layer !== null) store.gauge('mediasoup_consumers_by_current_layer').add(count, layer);
      if (cell.isBelowPreferred) store.gauge('mediasoup_consumers_below_preferred_layer').add(count, worker);
    }
  }

  #transportOf({ parent: key }: ProducerNode | ConsumerNode): string {
    const parent = key === null ? undefined : this.#graph.get(key);
    return parent?.kind === 'transport' ? parent.type : 'direct';
  }

  #producerCell(node: ProducerNode): ProducerCell {
    const { worker, mediaKind, type } = node;
    const transport = this.#transportOf(node);
    return {
      worker,
      mediaKind,
      type,
      transport,
      paused: node.paused ? 'self' : 'none',
      group: groupValues(this.#store.groupBy, node),
      isStalled: node.stalledSince !== null,
      hasLayers: mediaKind === 'video' && transport !== 'pipe' && !node.paused,
      count: 0,
      unconsumed: 0,
    };
  }

  /** One object and no more, for on the first page it is made for each of ten thousand. */
  #consumerCell(node: ConsumerNode): ConsumerCell {
    const { worker, mediaKind, type, currentLayers, preferredLayers } = node;
    const paused = pausedBy(node);
    const hasLayers = paused === 'none' && (type === 'simulcast' || type === 'svc');
    const current = currentLayers?.spatialLayer;
    return {
      worker,
      mediaKind,
      type,
      transport: this.#transportOf(node),
      paused,
      group: groupValues(this.#store.groupBy, node),
      isStarved: node.starvedSince !== null,
      layer: hasLayers ? `${current ?? 'none'}` : null,
      isBelowPreferred: hasLayers && preferredLayers !== null && (current ?? -1) < preferredLayers.spatialLayer,
      count: 0,
    };
  }

  #collectLayers(node: ProducerNode): void {
    const throughput = this.#store.gauge('mediasoup_producer_layer_throughput_bytes_per_second');
    for (const [encoding, stream] of this.#stats.streams(node).entries()) {
      const layers = Object.entries(stream.bitrateByLayer);
      // Encodings of simulcast stand in the order of their layers, and each tells its own temporal layers as `0.t`.
      const isSimulcast = node.encodings > 1;
      if (isSimulcast || layers.length === 0) throughput.add(stream.bitrate / BITS_PER_BYTE, `${encoding}`);
      else for (const [layer, value] of topLayers(layers)) throughput.add(value / BITS_PER_BYTE, layer);
    }
  }
}

/** Unknown values add nothing. */
function sum(so: number, more: number): number {
  if (Number.isNaN(more)) return so;
  return Number.isNaN(so) ? more : so + more;
}

function pausedBy({ paused, producerPaused }: ConsumerNode): string {
  if (paused) return 'self';
  return producerPaused ? 'producer' : 'none';
}

/** Bit rates of SVC by spatial layer: those of temporal layers include the lower ones, so the highest is the whole. */
function topLayers(layers: readonly (readonly [string, number])[]): Map<string, number> {
  const bySpatial = new Map<string, number>();
  for (const [layer, bitrate] of layers) {
    const [spatial = '0'] = layer.split('.');
    bySpatial.set(spatial, Math.max(bySpatial.get(spatial) ?? 0, bitrate));
  }
  return bySpatial;
}
