import type {
  ConsumerNode,
  EntityKey,
  GraphSnapshot,
  ProducerNode,
  RowReader,
  StatsReader,
  TransportNode,
} from '../../../core/index.js';
import type { MetricStore } from '../series/store.js';
import { CellBook } from './cell-book.js';
import type { Collection, Collector } from './collector.js';
import { groupValues } from './group-values.js';
import { inRouters } from './in-routers.js';
import type { WorkerNames } from './names.js';

/** Entities between two looks at the clock. */
const ITEMS = 512;
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
  readonly #stats: StatsReader;
  readonly #workers: WorkerNames;
  readonly #bitrates: RowReader<'transport'>;
  readonly #bitrate = new Float64Array(2);
  readonly #transports: CellBook<TransportNode, TransportCell>;
  readonly #producers: CellBook<ProducerNode, ProducerCell>;
  readonly #consumers: CellBook<ConsumerNode, ConsumerCell>;
  /** By the consumer's slot, that of its producer and 1 more; 0 where it is not known. They close together. */
  readonly #sources: number[] = [];
  /** By the numbers of `#sources`, whether somebody consumes that. */
  #consumed = new Uint8Array(64);

  constructor(store: MetricStore, stats: StatsReader, workers: WorkerNames) {
    this.#store = store;
    this.#stats = stats;
    this.#workers = workers;
    this.#bitrates = stats.rows('transport', ['recvBitrate', 'sendBitrate']);
    this.#transports = new CellBook(({ worker, type }) => ({
      worker,
      type,
      count: 0,
      in: Number.NaN,
      out: Number.NaN,
    }));
    this.#producers = new CellBook((node, snapshot) => this.#producerCell(node, snapshot));
    this.#consumers = new CellBook((node, snapshot) => this.#consumerCell(node, snapshot));
  }

  async collect({ snapshot, slices, visitor }: Collection): Promise<void> {
    this.#begin(snapshot);
    const limited = new Set<EntityKey>();
    const consumed = this.#consumed;
    await slices.each(snapshot.all('transport'), ITEMS, (node) => this.#countBitrate(node, snapshot));
    for (const nodes of inRouters(snapshot, 'consumer')) {
      await slices.each(nodes, ITEMS, (node) => {
        const cell = this.#consumers.of(node, snapshot);
        cell.count++;
        consumed[this.#sources[node.slot]!] = 1;
        if (cell.isBelowPreferred && node.parent !== null) limited.add(node.parent);
        visitor?.consumer(node);
      });
    }
    visitor?.seen('consumer');
    for (const nodes of inRouters(snapshot, 'producer')) {
      await slices.each(nodes, ITEMS, (node) => {
        const cell = this.#producers.of(node, snapshot);
        if (cell.count++ === 0) cell.unconsumed = 0;
        if (consumed[node.slot + 1] !== 1) cell.unconsumed++;
        if (cell.hasLayers) this.#collectLayers(node);
        visitor?.producer(node);
      });
    }
    visitor?.seen('producer');
    this.#write();
    for (const key of limited) {
      const transport = snapshot.find('transport', key);
      if (transport === undefined || Number.isNaN(this.#stats.value(transport, 'availableOutgoingBitrate'))) continue;
      this.#store.gauge('mediasoup_transports_bandwidth_limited').add(1, this.#workers.name(transport.worker));
    }
  }

  clear(): void {
    for (const book of [this.#transports, this.#producers, this.#consumers]) book.clear();
    this.#sources.length = 0;
  }

  #begin(snapshot: GraphSnapshot): void {
    const store = this.#store;
    for (const book of [this.#transports, this.#producers, this.#consumers]) book.begin();
    const producerSlots = snapshot.all('producer').reduce((most, { slot }) => Math.max(most, slot), 0);
    if (producerSlots + 1 >= this.#consumed.length) this.#consumed = new Uint8Array(producerSlots * 2 + 2);
    else this.#consumed.fill(0);
    for (const layer of ['none', '0', '1', '2']) store.gauge('mediasoup_consumers_by_current_layer').set(0, layer);
    for (const { key } of snapshot.all('worker')) {
      const worker = this.#workers.name(key);
      store.gauge('mediasoup_consumers_below_preferred_layer').set(0, worker);
      store.gauge('mediasoup_transports_bandwidth_limited').set(0, worker);
    }
  }

  #countBitrate(node: TransportNode, snapshot: GraphSnapshot): void {
    const cell = this.#transports.of(node, snapshot);
    if (cell.count++ === 0) cell.in = cell.out = Number.NaN;
    this.#bitrates.read(node, this.#bitrate, 0, 1);
    cell.in = sum(cell.in, this.#bitrate[0]! / BITS_PER_BYTE);
    cell.out = sum(cell.out, this.#bitrate[1]! / BITS_PER_BYTE);
  }

  #write(): void {
    const store = this.#store;
    const throughput = store.gauge('mediasoup_transport_throughput_bytes_per_second');
    for (const cell of this.#transports.counted()) {
      const worker = this.#workers.name(cell.worker);
      throughput.add(cell.in, worker, cell.type, 'in');
      throughput.add(cell.out, worker, cell.type, 'out');
    }
    for (const cell of this.#producers.counted()) {
      const worker = this.#workers.name(cell.worker);
      const { group, mediaKind, type, transport, paused, count } = cell;
      store.gauge('mediasoup_producers').addGroup(count, group, worker, mediaKind, type, transport, paused);
      store.gauge('mediasoup_producers_stalled').add(cell.isStalled ? count : 0, worker, mediaKind);
      store.gauge('mediasoup_producers_unconsumed').add(cell.unconsumed, worker, mediaKind);
    }
    for (const cell of this.#consumers.counted()) {
      const worker = this.#workers.name(cell.worker);
      const { group, mediaKind, type, transport, paused, layer, count } = cell;
      store.gauge('mediasoup_consumers').addGroup(count, group, worker, mediaKind, type, transport, paused);
      store.gauge('mediasoup_consumers_starved').add(cell.isStarved ? count : 0, worker, mediaKind);
      if (layer !== null) store.gauge('mediasoup_consumers_by_current_layer').add(count, layer);
      if (cell.isBelowPreferred) store.gauge('mediasoup_consumers_below_preferred_layer').add(count, worker);
    }
  }

  #labelsOf(node: ProducerNode | ConsumerNode, paused: string, snapshot: GraphSnapshot): StreamLabels {
    const { worker, mediaKind, type } = node;
    const transport = snapshot.find('transport', node.parent)?.type ?? 'direct';
    return { worker, mediaKind, type, transport, paused, group: groupValues(this.#store.groupBy, node) };
  }

  #producerCell(node: ProducerNode, snapshot: GraphSnapshot): ProducerCell {
    const labels = this.#labelsOf(node, node.paused ? 'self' : 'none', snapshot);
    const hasLayers = node.mediaKind === 'video' && labels.transport !== 'pipe' && !node.paused;
    return { ...labels, isStalled: node.stalledSince !== null, hasLayers, count: 0, unconsumed: 0 };
  }

  #consumerCell(node: ConsumerNode, snapshot: GraphSnapshot): ConsumerCell {
    const { type, currentLayers, preferredLayers } = node;
    const paused = pausedBy(node);
    this.#sources[node.slot] = (snapshot.find('producer', node.producer)?.slot ?? -1) + 1;
    const isStarved = node.starvedSince !== null;
    const labels = { ...this.#labelsOf(node, paused, snapshot), isStarved, count: 0 };
    if (paused !== 'none' || (type !== 'simulcast' && type !== 'svc')) {
      return { ...labels, layer: null, isBelowPreferred: false };
    }
    const current = currentLayers?.spatialLayer;
    const isBelowPreferred = preferredLayers !== null && (current ?? -1) < preferredLayers.spatialLayer;
    return { ...labels, layer: current === undefined ? 'none' : `${current}`, isBelowPreferred };
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
