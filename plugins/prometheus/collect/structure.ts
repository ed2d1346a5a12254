import type { GraphSnapshot, NodeOf, TransportNode } from '../../../core/index.js';
import type { MetricStore } from '../series/store.js';
import type { Collection, Collector } from './collector.js';
import { groupValues } from './group-values.js';
import type { WorkerNames } from './names.js';
import type { RouterSizes } from './router-sizes.js';

const ITEMS = 64;

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

  constructor(store: MetricStore, workers: WorkerNames, sizes: RouterSizes, leakAfterSeconds: number) {
    this.#store = store;
    this.#workers = workers;
    this.#sizes = sizes;
    this.#leakAfterMs = leakAfterSeconds * 1_000;
  }

  async collect({ snapshot, slices, now }: Collection): Promise<void> {
    const store = this.#store;
    this.#collectWorkers(snapshot);
    this.#collectRouters(snapshot, now);
    await slices.each(snapshot.all('transport'), ITEMS, (node) => this.#collectTransport(node, now));
    await slices.each(snapshot.all('dataProducer'), ITEMS, ({ worker, type }) =>
      store.gauge('mediasoup_data_producers').add(1, this.#workers.name(worker), type),
    );
    await slices.each(snapshot.all('dataConsumer'), ITEMS, ({ worker, type }) =>
      store.gauge('mediasoup_data_consumers').add(1, this.#workers.name(worker), type),
    );
    for (const { worker, type } of snapshot.all('rtpObserver')) {
      store.gauge('mediasoup_rtp_observers').add(1, this.#workers.name(worker), type);
    }
    store.gauge('sfu_rooms').set(snapshot.rooms().length);
    store.gauge('sfu_peers').set(snapshot.peers().length);
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

  #collectTransport(node: TransportNode, now: number): void {
    const store = this.#store;
    const worker = this.#workers.name(node.worker);
    store.gauge('mediasoup_transports').addGroup(1, groupValues(store.groupBy, node), worker, node.type);
    const states = store.gauge('mediasoup_transports_by_state');
    if (node.iceState !== null) states.add(1, 'ice', node.iceState);
    if (node.dtlsState !== null) states.add(1, 'dtls', node.dtlsState);
    if (node.sctpState !== null) states.add(1, 'sctp', node.sctpState);
    if (node.tuple !== null && node.tuple.remoteAddress !== null) {
      const family = node.tuple.localAddress.includes(':') ? 'ipv6' : 'ipv4';
      store.gauge('mediasoup_transports_by_protocol').add(1, node.tuple.protocol, family);
    }
    store.gauge('mediasoup_transports_idle').add(node.idleSince === null ? 0 : 1, worker);
    // For some time it may be a client that is slow, or tries in vain: that is what alerts on connections are for.
    const isLeft = node.neverConnectedSince !== null && now - node.openedAt > this.#leakAfterMs;
    if (isLeft) store.gauge('mediasoup_suspected_leaks').add(1, 'transport');
    if (node.type === 'pipe') this.#collectPipe(node);
  }

  /** Both ends of a pipe inside this SFU are seen, so each is half of it. */
  #collectPipe(node: NodeOf<'transport'>): void {
    const links = this.#store.gauge('mediasoup_pipe_links');
    if (node.pipePeer !== null) links.add(0.5, 'same_host');
    else if (node.tuple !== null && node.tuple.remoteAddress !== null) links.add(1, 'remote');
  }
}
