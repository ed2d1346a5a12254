import type { Clock } from '../clock.js';
import type { GraphReader } from '../graph/graph-reader.js';
import type { EntityKey, EntityNode, NodeOf } from '../model/entity.js';
import type { SampledKind } from '../model/samples.js';
import type { GraphWriter } from '../source.js';
import type { StatsReader } from '../sampling/stats-reader.js';

/** One moment by both clocks, in ms. */
export interface Moment {
  readonly wall: number;
  readonly monotonic: number;
}

/** What every watch needs to judge by: the graph, the samples, the time, and what is known of the workers. */
export class Witness {
  readonly graph: GraphReader & GraphWriter;
  readonly clock: Clock;
  readonly #stats: StatsReader;
  readonly #recoveredAt = new Map<EntityKey, number>();

  constructor(graph: GraphReader & GraphWriter, stats: StatsReader, clock: Clock) {
    this.graph = graph;
    this.clock = clock;
    this.#stats = stats;
  }

  get now(): Moment {
    return { wall: this.clock.now(), monotonic: this.clock.monotonic() };
  }

  /** While a worker hangs nothing is known of what lives in it. */
  hangs(node: EntityNode): boolean {
    const worker = this.graph.get(node.worker);
    return worker?.kind === 'worker' && worker.hungSince !== null;
  }

  /** Silence until then was the worker's: monotonic ms of its last recovery. */
  excusedUntil(node: EntityNode): number {
    return this.#recoveredAt.get(node.worker) ?? Number.NEGATIVE_INFINITY;
  }

  workerRecovered(worker: EntityKey): void {
    this.#recoveredAt.set(worker, this.clock.monotonic());
  }

  workerClosed(worker: EntityKey): void {
    this.#recoveredAt.delete(worker);
  }

  /** Monotonic ms of the newest sample, which may be older than the batch it came in; `null` when unknown. */
  sampledAt(node: NodeOf<SampledKind>, now: Moment): number | null {
    const wall = this.#stats.sampledAt(node);
    return wall === null ? null : now.monotonic - Math.max(0, now.wall - wall);
  }

  /** Wall time in ms of a moment that was `ms` ago. */
  ago(ms: number): number {
    return this.clock.now() - ms;
  }
}
