import type { AnySampleBatch, GraphReader, NodeOf, SampleBatch } from '../../../core/index.js';
import type { Series } from '../series/series.js';
import type { MetricStore } from '../series/store.js';
import { groupValues } from './group-values.js';
import type { WorkerNames } from './names.js';
import type { RouterSizes } from './router-sizes.js';
import { RtpSamples } from './rtp-samples.js';
import { SlotBook } from './slot-book.js';

const BYTES_PER_BIT = 0.125;

const WORKER_COUNTERS = [
  ['cpuUserMs', 'mediasoup_worker_cpu_seconds_total', 'user', 0.001],
  ['cpuSystemMs', 'mediasoup_worker_cpu_seconds_total', 'system', 0.001],
  ['minorFaults', 'mediasoup_worker_page_faults_total', 'minor', 1],
  ['majorFaults', 'mediasoup_worker_page_faults_total', 'major', 1],
  ['voluntarySwitches', 'mediasoup_worker_context_switches_total', 'voluntary', 1],
  ['involuntarySwitches', 'mediasoup_worker_context_switches_total', 'involuntary', 1],
] as const;

const TRANSPORT_COUNTERS = [
  ['bytesReceived', 'in', 'total'],
  ['bytesSent', 'out', 'total'],
  ['rtpBytesReceived', 'in', 'rtp'],
  ['rtpBytesSent', 'out', 'rtp'],
  ['rtxBytesReceived', 'in', 'rtx'],
  ['rtxBytesSent', 'out', 'rtx'],
  ['probationBytesSent', 'out', 'probation'],
] as const;

interface TransportLines {
  readonly flows: readonly Series[];
  /** Bytes in and out of a pipe. */
  readonly pipe: readonly [Series, Series] | null;
}

/** Messages and bytes. */
type DataBook = SlotBook<NodeOf<'dataProducer' | 'dataConsumer'>, readonly [Series, Series]>;

/** Takes every batch of samples: growth into counters, newest values into histograms. */
export class Samples {
  readonly #store: MetricStore;
  readonly #workers: WorkerNames;
  readonly #sizes: RouterSizes;
  readonly #workerBook = new SlotBook<NodeOf<'worker'>, readonly Series[]>(
    WORKER_COUNTERS.length,
    ({ key }) => this.#workers.name(key),
    ({ key }) => this.#workerLines(this.#workers.name(key)),
  );
  readonly #transportBook = new SlotBook<NodeOf<'transport'>, TransportLines>(
    TRANSPORT_COUNTERS.length,
    (node) => this.#transportName(node),
    (node) => this.#transportLines(node),
  );
  readonly #dataProducerBook = this.#dataBook('in');
  readonly #dataConsumerBook = this.#dataBook('out');
  readonly producers: RtpSamples<'producer'>;
  readonly consumers: RtpSamples<'consumer'>;

  constructor(store: MetricStore, graph: GraphReader, workers: WorkerNames, sizes: RouterSizes) {
    this.#store = store;
    this.#workers = workers;
    this.#sizes = sizes;
    this.producers = new RtpSamples('producer', store, graph, workers);
    this.consumers = new RtpSamples('consumer', store, graph, workers);
  }

  observe(batch: AnySampleBatch): void {
    switch (batch.kind) {
      case 'worker':
        this.#observeWorkers(batch);
        break;
      case 'transport':
        this.#observeTransports(batch);
        break;
      case 'producer':
        this.producers.observe(batch);
        break;
      case 'consumer':
        this.consumers.observe(batch);
        break;
      case 'dataProducer':
        this.#observeData(batch, this.#dataProducerBook, 'messagesReceived', 'bytesReceived');
        break;
      case 'dataConsumer':
        this.#observeData(batch, this.#dataConsumerBook, 'messagesSent', 'bytesSent');
        this.#observeBuffers(batch);
        break;
    }
  }

  clear(): void {
    for (const book of [this.#workerBook, this.#transportBook, this.#dataProducerBook, this.#dataConsumerBook]) {
      book.clear();
    }
    this.producers.clear();
    this.consumers.clear();
  }

  #observeWorkers(batch: SampleBatch<'worker'>): void {
    const { columns, length, entities } = batch;
    for (let row = 0; row < length; row++) {
      const node = entities[row]!;
      const worker = this.#workers.name(node.key);
      const lines = this.#workerBook.group(node);
      for (const [i, [field, , , unit]] of WORKER_COUNTERS.entries()) {
        lines[i]!.add(this.#workerBook.growth(node.slot, i, columns[field][row]!) * unit);
      }
      const probe = this.#store.histogram('mediasoup_worker_probe_seconds').at(worker);
      probe.observe(columns.probeMs[row]! / 1_000, 1, node, batch.at);
      this.#observeSizes(node);
    }
  }

  #observeSizes(node: NodeOf<'worker'>): void {
    const sizes = this.#store.histogram('mediasoup_router_size');
    for (const { transports, producers, consumers } of this.#sizes.of(node.key)) {
      sizes.at('transports').observe(transports);
      sizes.at('producers').observe(producers);
      sizes.at('consumers').observe(consumers);
    }
  }

  #observeTransports(batch: SampleBatch<'transport'>): void {
    const { columns, length, entities, tick, at } = batch;
    const loss = this.#store.histogram('mediasoup_transport_packet_loss_ratio');
    const available = this.#store.histogram('mediasoup_transport_available_bandwidth_bytes_per_second');
    const [lossIn, lossOut] = [loss.at('in'), loss.at('out')];
    const [availableIn, availableOut] = [available.at('in'), available.at('out')];
    const counters = TRANSPORT_COUNTERS.map(([field]) => columns[field]);
    const book = this.#transportBook;
    for (let row = 0; row < length; row++) {
      const node = entities[row]!;
      const { slot } = node;
      const lines = book.group(node);
      // There are hundreds of rows each second: an iterator here, or a list of pairs, is a kilobyte of garbage for each.
      for (let i = 0; i < counters.length; i++) {
        const growth = book.growth(slot, i, counters[i]![row]!);
        if (growth === 0) continue;
        lines.flows[i]!.add(growth);
        if (i < 2) lines.pipe?.[i]?.add(growth);
      }
      const weight = book.weight(slot, tick);
      if (weight === 0) continue;
      lossIn.observe(columns.rtpPacketLossReceived[row]!, weight, node, at);
      lossOut.observe(columns.rtpPacketLossSent[row]!, weight, node, at);
      availableIn.observe(columns.availableIncomingBitrate[row]! * BYTES_PER_BIT, weight, node, at);
      availableOut.observe(columns.availableOutgoingBitrate[row]! * BYTES_PER_BIT, weight, node, at);
    }
  }

  #workerLines(worker: string): readonly Series[] {
    return WORKER_COUNTERS.map(([, metric, label]) => this.#store.counter(metric).at(worker, label));
  }

  #transportName(node: NodeOf<'transport'>): string {
    const group = groupValues(this.#store.groupBy, node);
    return `${node.worker} ${node.type} ${group.length === 0 ? '' : JSON.stringify(group)}`;
  }

  #transportLines(node: NodeOf<'transport'>): TransportLines {
    const worker = this.#workers.name(node.worker);
    const group = groupValues(this.#store.groupBy, node);
    const bytes = this.#store.counter('mediasoup_transport_bytes_total');
    const pipe = this.#store.counter('mediasoup_pipe_bytes_total');
    return {
      flows: TRANSPORT_COUNTERS.map(([, direction, flow]) => bytes.atGroup(group, worker, node.type, direction, flow)),
      pipe: node.type === 'pipe' ? [pipe.at('in'), pipe.at('out')] : null,
    };
  }

  #dataBook(direction: 'in' | 'out'): DataBook {
    return new SlotBook(
      2,
      ({ type }) => type,
      ({ type }) => [
        this.#store.counter('mediasoup_data_messages_total').at(direction, type),
        this.#store.counter('mediasoup_data_bytes_total').at(direction, type),
      ],
    );
  }

  #observeData<K extends 'dataProducer' | 'dataConsumer'>(
    { entities, columns, length }: SampleBatch<K>,
    book: DataBook,
    messages: keyof SampleBatch<K>['columns'],
    bytes: keyof SampleBatch<K>['columns'],
  ): void {
    for (let row = 0; row < length; row++) {
      const node = entities[row] as NodeOf<'dataProducer' | 'dataConsumer'>;
      const [messageSeries, byteSeries] = book.group(node);
      messageSeries.add(book.growth(node.slot, 0, columns[messages][row]!));
      byteSeries.add(book.growth(node.slot, 1, columns[bytes][row]!));
    }
  }

  #observeBuffers({ entities, columns, length, at }: SampleBatch<'dataConsumer'>): void {
    const buffered = this.#store.histogram('mediasoup_data_consumer_buffered_bytes').at();
    for (let row = 0; row < length; row++) buffered.observe(columns.bufferedAmount[row]!, 1, entities[row], at);
  }
}
