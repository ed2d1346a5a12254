import type { DataConsumerNode, DataProducerNode, EntityKey, GraphReader, TransportNode } from '../../../core/index.js';
import type { MetricStore } from '../series/store.js';
import { CellBook } from './cell-book.js';
import type { Collection, Collector } from './collector.js';
import { groupValues } from './group-values.js';
import type { WorkerNames } from './names.js';
import { openNodes } from './open-nodes.js';
import type { RouterSizes } from './router-sizes.js';
import type { Slices } from './slices.js';

/** Slots between two looks at the clock. */
const SLOTS = 512;

interface TransportCell {
  readonly worker: EntityKey;
  readonly type: TransportNode['type'];
  readonly group: readonly string[];
  /** By state machine, those that it has. */
  readonly states: readonly (readonly [string, string])[];
  /** Protocol and family; `null` while the remote end is not known. */
  readonly protocol: readonly [string, string] | null;
  readonly isIdle: boolean;
  /** None of them has ever connected. */
  readonly hasNotConnected: boolean;
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
  readonly #transports: CellBook<'transport', TransportCell>;
  readonly #dataProducers = new CellBook<'dataProducer', DataCell>(dataCell);
  readonly #dataConsumers = new CellBook<'dataConsumer', DataCell>(dataCell);

  constructor(store: MetricStore, workers: WorkerNames, sizes: RouterSizes, leakAfterSeconds: number) {
    this.#store = store;
    this.#workers = workers;
    this.#sizes = sizes;
    this.#leakAfterMs = leakAfterSeconds * 1_000;
    this.#transports = new CellBook((node) => transportCell(node, groupValues(store.groupBy, node)));
  }

  async collect({ graph, slices, now }: Collection): Promise<void> {
    const store = this.#store;
    this.#collectWorkers(graph);
    this.#collectRouters(graph, now);
    if (slices.isOver) await slices.pause();
    await this.#collectTransports(graph, slices, now);
    await this.#dataProducers.follow(graph.rows('dataProducer'), slices);
    await this.#dataConsumers.follow(graph.rows('dataConsumer'), slices);
    for (const [book, name] of [
      [this.#dataProducers, 'mediasoup_data_producers'],
      [this.#dataConsumers, 'mediasoup_data_consumers'],
    ] as const) {
      for (const { worker, type, count } of book.cells()) {
        store.gauge(name).add(count, this.#workers.name(worker), type);
      }
    }
    for (const { worker, type } of openNodes(graph.rows('rtpObserver'))) {
      store.gauge('mediasoup_rtp_observers').add(1, this.#workers.name(worker), type);
    }
    const { rooms, peers } = graph.presence();
    store.gauge('sfu_rooms').set(rooms);
    store.gauge('sfu_peers').set(peers);
  }

  clear(): void {
    for (const book of [this.#transports, this.#dataProducers, this.#dataConsumers]) book.clear();
  }

  #collectWorkers(graph: GraphReader): void {
    const store = this.#store;
    const workers = graph.rows('worker');
    store.gauge('mediasoup_workers').set(workers.count);
    for (const node of openNodes(workers)) {
      const worker = this.#workers.nameOf(node);
      store.gauge('mediasoup_worker_up').set(node.hungSince === null ? 1 : 0, worker);
      store.gauge('mediasoup_worker_start_time_seconds').set(node.openedAt / 1_000, worker);
      // A worker without routers has none, which is not the same as not being there.
      store.gauge('mediasoup_routers').add(0, worker);
    }
    for (const { worker } of openNodes(graph.rows('webRtcServer'))) {
      store.gauge('mediasoup_webrtc_servers').add(1, this.#workers.name(worker));
    }
  }

  #collectRouters(graph: GraphReader, now: number): void {
    const store = this.#store;
    const leaks = store.gauge('mediasoup_suspected_leaks');
    leaks.set(0, 'router');
    leaks.set(0, 'transport');
    for (const scope of ['same_host', 'remote']) store.gauge('mediasoup_pipe_links').set(0, scope);
    const byWorker = new Map<EntityKey, number>();
    for (const { worker } of openNodes(graph.rows('router'))) byWorker.set(worker, (byWorker.get(worker) ?? 0) + 1);
    for (const [worker, routers] of byWorker) {
      store.gauge('mediasoup_routers').add(routers, this.#workers.name(worker));
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

  async #collectTransports(graph: GraphReader, slices: Slices, now: number): Promise<void> {
    const leaks = this.#store.gauge('mediasoup_suspected_leaks');
    const transports = this.#transports;
    const rows = graph.rows('transport');
    await transports.follow(rows, slices);
    const isAnyNew = [...transports.cells()].some(({ hasNotConnected }) => hasNotConnected);
    await slices.range(isAnyNew ? transports.end : 0, SLOTS, (slot) => {
      if (transports.at(slot)?.hasNotConnected !== true) return;
      const node = rows.at(slot);
      // For some time it may be a client that is slow, or tries in vain: that is what alerts on connections are for.
      const isLeft = node !== undefined && node.neverConnectedSince !== null && now - node.openedAt > this.#leakAfterMs;
      if (isLeft) leaks.add(1, 'transport');
    });
    for (const cell of transports.cells()) this.#writeTransports(cell);
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

function dataCell({ worker, type }: DataProducerNode | DataConsumerNode): DataCell {
  return { worker, type, count: 0 };
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
    hasNotConnected: node.neverConnectedSince !== null,
    pipe: type === 'pipe' ? pipeOf(node, isRemote) : null,
    count: 0,
  };
}

/** Both ends of a pipe inside this SFU are seen, so each is half of it. */
function pipeOf({ pipePeer }: TransportNode, isRemote: boolean): readonly [string, number] | null {
  if (pipePeer !== null) return ['same_host', 0.5];
  return isRemote ? ['remote', 1] : null;
}
