import type { EntityKey, StatsReader } from '../../../core/index.js';
import type { MetricStore } from '../series/store.js';
import type { Collection, Collector } from './collector.js';
import type { WorkerNames } from './names.js';
import { openNodes } from './open-nodes.js';

/** A probe that takes this long is as bad as a core that is full. */
const FULL_PROBE_MS = 1_000;

/** The newest readings of the worker processes. */
export class WorkerGauges implements Collector {
  readonly name = 'workers';
  readonly gauges = [
    'mediasoup_worker_cpu_ratio',
    'mediasoup_worker_resident_memory_bytes',
    'mediasoup_worker_peak_resident_memory_bytes',
    'mediasoup_worker_stress',
    'mediasoup_worker_consumers_limit',
  ] as const;
  readonly #store: MetricStore;
  readonly #stats: StatsReader;
  readonly #workers: WorkerNames;
  readonly #consumersIn: (worker: EntityKey) => number;
  readonly #consumersLimit: number;

  /** `consumersIn`: how many a worker has. */
  constructor(
    store: MetricStore,
    stats: StatsReader,
    workers: WorkerNames,
    consumersIn: (worker: EntityKey) => number,
    consumersLimit: number,
  ) {
    this.#store = store;
    this.#consumersIn = consumersIn;
    this.#stats = stats;
    this.#workers = workers;
    this.#consumersLimit = consumersLimit;
  }

  collect({ graph }: Collection): void {
    const store = this.#store;
    for (const node of openNodes(graph.rows('worker'))) {
      const worker = this.#workers.nameOf(node);
      const cpuRatio = this.#stats.value(node, 'cpuRatio');
      store.gauge('mediasoup_worker_cpu_ratio').set(cpuRatio, worker);
      store.gauge('mediasoup_worker_resident_memory_bytes').set(this.#stats.value(node, 'residentMemory'), worker);
      store
        .gauge('mediasoup_worker_peak_resident_memory_bytes')
        .set(this.#stats.value(node, 'peakResidentMemory'), worker);
      const consumers = this.#consumersIn(node.key) / this.#consumersLimit;
      const probe = this.#stats.value(node, 'probeMs') / FULL_PROBE_MS;
      const stress = Math.max(consumers, Number.isNaN(cpuRatio) ? 0 : cpuRatio, Number.isNaN(probe) ? 0 : probe);
      store.gauge('mediasoup_worker_stress').set(node.hungSince === null ? stress : Math.max(1, stress), worker);
      store.gauge('mediasoup_worker_consumers_limit').set(this.#consumersLimit, worker);
    }
  }
}
