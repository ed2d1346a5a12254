import type { GraphSnapshot, StatsReader } from '../../core/index.js';
import type { CapacityOptions } from '../context.js';
import { workerLoad } from './worker-load.js';

export interface SfuCapacity {
  readonly consumers: number;
  readonly consumersLimit: number;
  /** Mean over the workers that are known; `null` when none is. */
  readonly cpuRatio: number | null;
  /** Sum over the workers; `null` when it is unknown of any. */
  readonly headroom: number | null;
}

/** What all workers together carry, and how much more they can. */
export function sfuCapacity(snapshot: GraphSnapshot, stats: StatsReader, capacity: CapacityOptions): SfuCapacity {
  const loads = snapshot.all('worker').map((worker) => workerLoad(snapshot, stats, worker, capacity));
  const cpus = loads.flatMap(({ cpuRatio }) => cpuRatio ?? []);
  const headrooms = loads.flatMap(({ headroom }) => headroom ?? []);
  return {
    consumers: snapshot.count('consumer'),
    consumersLimit: loads.length * capacity.consumersPerWorker,
    cpuRatio: cpus.length === 0 ? null : cpus.reduce((a, b) => a + b) / cpus.length,
    headroom: headrooms.length === loads.length && loads.length > 0 ? headrooms.reduce((a, b) => a + b) : null,
  };
}
