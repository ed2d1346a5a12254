import type {
  DataConsumerNode,
  DataProducerNode,
  EntityKey,
  GraphSnapshot,
  TransportNode,
} from '../../../core/index.js';
import type { MetricStore } from '../series/store.js';
import { CellBook } from './cell-book.js';
import type { Collection, Collector } from './collector.js';
import { groupValues } from './group-values.js';
import { inRouters } from './in-routers.js';
import type { WorkerNames } from './names.js';
import type { RouterSizes } from './router-sizes.js';
import type { Slices } from './slices.js';

/** Entities between two looks at the clock. */
const ITEMS = 512;

interface TransportCell {
  readonly worker: EntityKey;
  readonly type: TransportNode['type'];
  readonly group: readonly string[];
  /** By state machine, those that it has. */
  readonly states: readonly (readonly [string, string])[];
  /** Protocol and family; `null` while the remote end is not known. */
  readonly protocol: readonly [string, string] | null;
  readonly isIdle: boolean;
  /** Of a pipe where the other end is, and how much of a link this one is. */
  readonly pipe: readonly [string, number] | null;
  count: number;
}

interface DataCell {
  readonly worker: EntityKey;
  readonly type: string;
  count: number;
}

/** Counts what the graph holds, workers to transports. */
export class Structure implements Collector {
  readonly name = 'structure';
  readonly gauges = [
    'mediasoup_workers',
    'mediasoup_worker_up',
    'mediasoup_worker_start_time_seconds',
    'mediasoup_webrtc_servers',
    'mediasoup_routers',
    'mediasoup_transports',
    'mediasoup_data_producers',
    'mediasoup_data_consumers',
    'mediasoup_rtp_observers',
    'mediasoup_transports_by_state',
    'mediasoup_transports_by_protocol',
    'mediasoup_transports_idle',
    'mediasoup_pipe_links',
    'mediasoup_suspected_leaks',
    'mediasoup_router_largest',
    'sfu_rooms',
    'sfu_peers',
  ] as const;
  readonly #store: MetricStore;
  readonly #workers: WorkerNames;
  readonly #sizes: RouterSizes;
  readonly #leakAfterMs: number;
  readonly #transports: CellBook<TransportNode, TransportCell>;
  readonly #dataProducers = new CellBook<DataProducerNode, DataCell>(dataCell);
  readonly #dataConsumers = new CellBook<DataConsumerNode, DataCell>(dataCell);

  constructor(store: MetricStore, workers: WorkerNames, sizes: RouterSizes, leakAfterSeconds: number) {
    this.#store = store;
    this.#workers = workers;
    this.#sizes = sizes;
    this.#leakAfterMs = leakAfterSeconds * 1_000;
    this.#transports = new CellBook((node) => transportCell(node, groupValues(store.groupBy, node)));
  }

  async collect({ snapshot, slices, now }: Collection): Promise<void> {
    const store = this.#store;
    this.#collectWorkers(snapshot);
    this.#collectRouters(snapshot, now);
    await this.#collectTransports(snapshot, slices, now);
    for (const [book, kind, name] of [
      [this.#dataProducers, 'dataProducer', 'mediasoup_data_producers'],
      [this.#dataConsumers, 'dataConsumer', 'mediasoup_data_consumers'],
    ] as const) {
      await countInto(book as CellBook<DataNode, DataCell>, kind, snapshot, slices);
      for (const { worker, type, count } of book.counted())
        store.gauge(name).add(count, this.#workers.name(worker), type);
    }
    for (const { worker, type } of snapshot.all('rtpObserver')) {
      store.gauge('mediasoup_rtp_observers').add(1, this.#workers.name(worker), type);
    }
    store.gauge('sfu_rooms').set(snapshot.rooms().length);
    store.gauge('sfu_peers').set(snapshot.peers().length);
  }

  clear(): void {
    for (const book of [this.#transports, this.#dataProducers, this.#dataConsumers]) book.clear();
  }

  #collectWorkers(snapshot: GraphSnapshot): void {
    const store = this.#store;
    const workers = snapshot.all('worker');
    store.gauge('mediasoup_workers').set(workers.length);
    for (const node of workers) {
      const worker = this.#workers.nameOf(node);
      store.gauge('mediasoup_worker_up').set(node.hungSince === null ? 1 : 0, worker);
      store.gauge('mediasoup_worker_start_time_seconds').set(node.openedAt / 1_000, worker);
      // A worker without routers has none, which is not the same as not being there.
      store.gauge('mediasoup_routers').add(0, worker);
    }
    for (const { worker } of snapshot.all('webRtcServer')) {
      store.gauge('mediasoup_webrtc_servers').add(1, this.#workers.name(worker));
    }
  }

  #collectRouters(snapshot: GraphSnapshot, now: number): void {
    const store = this.#store;
    const leaks = store.gauge('mediasoup_suspected_leaks');
    leaks.set(0, 'router');
    leaks.set(0, 'transport');
    for (const scope of ['same_host', 'remote']) store.gauge('mediasoup_pipe_links').set(0, scope);
    for (const node of snapshot.all('router')) {
      store.gauge('mediasoup_routers').add(1, this.#workers.name(node.worker));
    }
    const largest = { transports: 0, producers: 0, consumers: 0 };
    for (const size of this.#sizes.of()) {
      largest.transports = Math.max(largest.transports, size.transports);
      largest.producers = Math.max(largest.producers, size.producers);
      largest.consumers = Math.max(largest.consumers, size.consumers);
      if (size.transports === 0 && now - size.emptySince > this.#leakAfterMs) leaks.add(1, 'router');
    }
    for (const [dimension, value] of Object.entries(largest)) {
      store.gauge('mediasoup_router_largest').set(value, dimension);
    }
  }

  async #collectTransports(snapshot: GraphSnapshot, slices: Slices, now: number): Promise<void> {
    const leaks = this.#store.gauge('mediasoup_suspected_leaks');
    this.#transports.begin();
    await slices.each(snapshot.all('transport'), ITEMS, (node) => {
      this.#transports.of(node, snapshot).count++;
      // For some time it may be a client that is slow, or tries in vain: that is what alerts on connections are for.
      const isLeft = node.neverConnectedSince !== null && now - node.openedAt > this.#leakAfterMs;
      if (isLeft) leaks.add(1, 'transport');
    });
    for (const cell of this.#transports.counted()) this.#writeTransports(cell);
  }

  #writeTransports({ worker: key, type, group, states, protocol, isIdle, pipe, count }: TransportCell): void {
    const store = this.#store;
    const worker = this.#workers.name(key);
    store.gauge('mediasoup_transports').addGroup(count, group, worker, type);
    for (const [layer, state] of states) store.gauge('mediasoup_transports_by_state').add(count, layer, state);
    if (protocol !== null) store.gauge('mediasoup_transports_by_protocol').add(count, ...protocol);
    store.gauge('mediasoup_transports_idle').add(isIdle ? count : 0, worker);
    if (pipe !== null) store.gauge('mediasoup_pipe_links').add(count * pipe[1], pipe[0]);
  }
}

type DataNode = DataProducerNode | DataConsumerNode;

function dataCell({ worker, type }: DataNode): DataCell {
  return { worker, type, count: 0 };
}

async function countInto(
  book: CellBook<DataNode, DataCell>,
  kind: DataNode['kind'],
  snapshot: GraphSnapshot,
  slices: Slices,
): Promise<void> {
  book.begin();
  for (const nodes of inRouters(snapshot, kind)) {
    await slices.each<DataNode>(nodes, ITEMS, (node) => void book.of(node, snapshot).count++);
  }
}

function transportCell(node: TransportNode, group: readonly string[]): TransportCell {
  const { worker, type, tuple, iceState, dtlsState, sctpState } = node;
  const states = [
    ['ice', iceState],
    ['dtls', dtlsState],
    ['sctp', sctpState],
  ] as const;
  const isRemote = tuple !== null && tuple.remoteAddress !== null;
  return {
    worker,
    type,
    group,
    states: states.flatMap(([layer, state]) => (state === null ? [] : [[layer, state] as const])),
    protocol: isRemote ? [tuple.protocol, tuple.localAddress.includes(':') ? 'ipv6' : 'ipv4'] : null,
    isIdle: node.idleSince !== null,
    pipe: type === 'pipe' ? pipeOf(node, isRemote) : null,
    count: 0,
  };
}

/** Both ends of a pipe inside this SFU are seen, so each is half of it. */
function pipeOf({ pipePeer }: TransportNode, isRemote: boolean): readonly [string, number] | null {
  if (pipePeer !== null) return ['same_host', 0.5];
  return isRemote ? ['remote', 1] : null;
}
