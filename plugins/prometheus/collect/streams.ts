import type {
  ConsumerNode,
  EntityKey,
  GraphSnapshot,
  ProducerNode,
  StatsReader,
  TransportNode,
} from '../../../core/index.js';
import type { MetricStore } from '../series/store.js';
import type { Collection, Collector } from './collector.js';
import { groupValues } from './group-values.js';
import type { WorkerNames } from './names.js';

const ITEMS = 32;
const BITS_PER_BYTE = 8;

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

  constructor(store: MetricStore, stats: StatsReader, workers: WorkerNames) {
    this.#store = store;
    this.#stats = stats;
    this.#workers = workers;
  }

  async collect({ snapshot, slices }: Collection): Promise<void> {
    const store = this.#store;
    const limited = new Set<EntityKey>();
    for (const layer of ['none', '0', '1', '2']) store.gauge('mediasoup_consumers_by_current_layer').set(0, layer);
    for (const { key } of snapshot.all('worker')) {
      const worker = this.#workers.name(key);
      store.gauge('mediasoup_consumers_below_preferred_layer').set(0, worker);
      store.gauge('mediasoup_transports_bandwidth_limited').set(0, worker);
    }
    await slices.each(snapshot.all('transport'), ITEMS, (node) => this.#collectBitrate(node));
    await slices.each(snapshot.all('producer'), ITEMS, (node) => this.#collectProducer(node, snapshot));
    await slices.each(snapshot.all('consumer'), ITEMS, (node) => this.#collectConsumer(node, snapshot, limited));
    for (const key of limited) {
      const transport = snapshot.find('transport', key);
      if (transport === undefined || Number.isNaN(this.#stats.value(transport, 'availableOutgoingBitrate'))) continue;
      store.gauge('mediasoup_transports_bandwidth_limited').add(1, this.#workers.name(transport.worker));
    }
  }

  #collectBitrate(node: TransportNode): void {
    const worker = this.#workers.name(node.worker);
    const throughput = this.#store.gauge('mediasoup_transport_throughput_bytes_per_second');
    throughput.add(this.#stats.value(node, 'recvBitrate') / BITS_PER_BYTE, worker, node.type, 'in');
    throughput.add(this.#stats.value(node, 'sendBitrate') / BITS_PER_BYTE, worker, node.type, 'out');
  }

  #collectProducer(node: ProducerNode, snapshot: GraphSnapshot): void {
    const store = this.#store;
    const { mediaKind, type } = node;
    const worker = this.#workers.name(node.worker);
    const group = groupValues(store.groupBy, node);
    const paused = node.paused ? 'self' : 'none';
    const transport = transportType(snapshot, node);
    store.gauge('mediasoup_producers').addGroup(1, group, worker, mediaKind, type, transport, paused);
    store.gauge('mediasoup_producers_stalled').add(node.stalledSince === null ? 0 : 1, worker, mediaKind);
    const unconsumed = snapshot.consumersOf(node.key).length === 0 ? 1 : 0;
    store.gauge('mediasoup_producers_unconsumed').add(unconsumed, worker, mediaKind);
    if (mediaKind === 'video' && transport !== 'pipe' && !node.paused) this.#collectLayers(node);
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

  #collectConsumer(node: ConsumerNode, snapshot: GraphSnapshot, limited: Set<EntityKey>): void {
    const store = this.#store;
    const { mediaKind, type } = node;
    const worker = this.#workers.name(node.worker);
    const group = groupValues(store.groupBy, node);
    const paused = pausedBy(node);
    const transport = transportType(snapshot, node);
    store.gauge('mediasoup_consumers').addGroup(1, group, worker, mediaKind, type, transport, paused);
    store.gauge('mediasoup_consumers_starved').add(node.starvedSince === null ? 0 : 1, worker, mediaKind);
    if (paused !== 'none' || (type !== 'simulcast' && type !== 'svc')) return;
    const { currentLayers, preferredLayers } = node;
    const layer = currentLayers === null ? 'none' : `${currentLayers.spatialLayer}`;
    store.gauge('mediasoup_consumers_by_current_layer').add(1, layer);
    if (preferredLayers === null || (currentLayers?.spatialLayer ?? -1) >= preferredLayers.spatialLayer) return;
    store.gauge('mediasoup_consumers_below_preferred_layer').add(1, worker);
    if (node.parent !== null) limited.add(node.parent);
  }
}

function transportType(snapshot: GraphSnapshot, { parent }: ProducerNode | ConsumerNode): string {
  return snapshot.find('transport', parent)?.type ?? 'direct';
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
