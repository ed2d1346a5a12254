import {
  type EntityKey,
  type EntityNode,
  type GraphSnapshot,
  type Lease,
  type Monitor,
  SAMPLED_KINDS,
} from '../../core/index.js';

/** One message: the state right after new samples came in. */
export interface LiveFrame {
  readonly snapshot: GraphSnapshot;
  readonly nodes: readonly EntityNode[];
  /**
   * False when the monitor already samples as many entities one by one as it may; values then come as the rotation
   * brings them.
   */
  readonly fresh: boolean;
}

const SAMPLED: ReadonlySet<unknown> = new Set(SAMPLED_KINDS);

/**
 * Frames of some entities: one at once, then one whenever new samples are in. Holds a lease on them from the beginning,
 * moves it as entities come and go, and releases it however it ends. Keeps nothing for a slow reader: the next frame is
 * of the newest state.
 */
export class LiveStats implements AsyncIterableIterator<LiveFrame> {
  readonly #monitor: Monitor;
  readonly #everyMs: number;
  readonly #select: (snapshot: GraphSnapshot) => readonly EntityNode[];
  readonly #ticks: AsyncIterableIterator<void>;
  #lease: Lease | null = null;
  #leased: readonly EntityKey[] = [];
  #began = false;
  #ended = false;

  constructor(monitor: Monitor, everyMs: number, select: (snapshot: GraphSnapshot) => readonly EntityNode[]) {
    this.#monitor = monitor;
    this.#everyMs = everyMs;
    this.#select = select;
    this.#ticks = monitor.stats.ticks(everyMs);
    this.#hold(select(monitor.graph.snapshot()));
  }

  async next(): Promise<IteratorResult<LiveFrame>> {
    if (this.#began && !this.#ended) {
      const tick = await this.#ticks.next();
      if (tick.done === true) this.#end();
    }
    this.#began = true;
    if (this.#ended) return { done: true, value: undefined };
    const snapshot = this.#monitor.graph.snapshot();
    const nodes = this.#select(snapshot);
    const fresh = this.#hold(nodes);
    return { done: false, value: { snapshot, nodes, fresh } };
  }

  async return(): Promise<IteratorResult<LiveFrame>> {
    this.#end();
    await this.#ticks.return?.();
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #end(): void {
    this.#ended = true;
    this.#lease?.release();
    this.#lease = null;
  }

  /** Moves the lease to these entities; false when there is no room for them. */
  #hold(nodes: readonly EntityNode[]): boolean {
    const keys = nodes.filter(({ kind }) => SAMPLED.has(kind)).map(({ key }) => key);
    const same = keys.length === this.#leased.length && keys.every((key, index) => key === this.#leased[index]);
    if (same && (this.#lease !== null || keys.length === 0)) return true;
    // The new lease comes first, so that what both cover is never let go.
    const old = this.#lease;
    const lease = this.#tryLease(keys);
    old?.release();
    this.#lease = lease ?? (old === null ? null : this.#tryLease(keys));
    this.#leased = keys;
    return keys.length === 0 || this.#lease !== null;
  }

  #tryLease(keys: readonly EntityKey[]): Lease | null {
    if (keys.length === 0) return null;
    try {
      return this.#monitor.stats.lease({ entities: keys, everyMs: this.#everyMs });
    } catch (error) {
      if (error instanceof RangeError) return null;
      throw error;
    }
  }
}
