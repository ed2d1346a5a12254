import type { GraphSnapshot, StatsReader, WorkerNode } from '../../core/index.js';
import type { CapacityOptions } from '../context.js';
import { known } from '../known.js';

export interface WorkerLoad {
  /** Share of a core, 0–1. */
  readonly cpuRatio: number | null;
  readonly consumers: number;
  readonly consumersLimit: number;
  /** Share of a core that one consumer costs now. */
  readonly cpuPerConsumer: number | null;
  /** How many more consumers it can take; `null` when that cannot be told yet. */
  readonly headroom: number | null;
  readonly basis: string;
}

/** Below these the CPU is spent on other things, and the cost of a consumer cannot be told. */
const LEARN_FROM = { consumers: 10, cpuRatio: 0.05 } as const;

/**
 * What a worker carries and how much more it can. The estimate learns from its own load: CPU per consumer as it is now,
 * up to the highest share of a core that is wanted, and never above the limit of consumers.
 */
export function workerLoad(
  snapshot: GraphSnapshot,
  stats: StatsReader,
  worker: WorkerNode,
  capacity: CapacityOptions,
): WorkerLoad {
  const cpuRatio = known(stats.value<'worker'>(worker, 'cpuRatio'));
  const consumers = snapshot.within(worker.key, 'consumer').length;
  const consumersLimit = capacity.consumersPerWorker;
  const facts = { cpuRatio, consumers, consumersLimit };
  if (worker.hungSince !== null) {
    return { ...facts, cpuPerConsumer: null, headroom: 0, basis: 'It has stopped answering.' };
  }
  if (cpuRatio === null) {
    return { ...facts, cpuPerConsumer: null, headroom: null, basis: 'Its CPU time is not known yet.' };
  }
  const left = Math.max(0, consumersLimit - consumers);
  if (consumers < LEARN_FROM.consumers || cpuRatio < LEARN_FROM.cpuRatio) {
    const idle = left === 0 ? 0 : null;
    return { ...facts, cpuPerConsumer: null, headroom: idle, basis: 'It carries too little to learn from.' };
  }
  const cpuPerConsumer = cpuRatio / consumers;
  const byCpu = Math.max(0, Math.floor((capacity.maxCpuRatio - cpuRatio) / cpuPerConsumer));
  const basis = byCpu < left ? 'CPU per consumer as it is now.' : 'The limit of consumers for each worker.';
  return { ...facts, cpuPerConsumer, headroom: Math.min(byCpu, left), basis };
}
