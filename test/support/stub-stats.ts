import {
  Conflated,
  type Demand,
  type EntityKey,
  type Lease,
  type PastSample,
  type RowReader,
  type SampledKind,
  type StatsReader,
  type StreamSample,
  type TotalsScope,
  type TrafficTotals,
} from '../../core/index.js';

const NOTHING: TrafficTotals = {
  bytesReceived: 0,
  bytesSent: 0,
  packetsReceived: Number.NaN,
  packetsSent: Number.NaN,
  packetsLostReceived: Number.NaN,
  packetsLostSent: Number.NaN,
  recvBitrate: 0,
  sendBitrate: 0,
};

/** Statistics as the test says; unknown unless it said something. Counts what is held. */
export class StubStats implements StatsReader {
  readonly #values = new Map<EntityKey, Record<string, number>>();
  readonly #streams = new Map<EntityKey, readonly StreamSample[]>();
  readonly #totals = new Map<string, Partial<TrafficTotals>>();
  readonly #past = new Map<EntityKey, readonly PastSample[]>();
  readonly #news = new Conflated<{ readonly at: number }>();
  readonly leases = new Set<Demand>();
  /** Entities that may be leased one by one, over all leases. */
  maxLeased = 1_000;
  reads = 0;

  set(key: EntityKey, values: Record<string, number>): void {
    this.#values.set(key, { ...this.#values.get(key), ...values });
  }

  forget(key: EntityKey): void {
    this.#values.delete(key);
  }

  setStreams(key: EntityKey, streams: readonly StreamSample[]): void {
    this.#streams.set(key, streams);
  }

  setTotals(scope: TotalsScope, totals: Partial<TrafficTotals>): void {
    this.#totals.set(JSON.stringify(scope), totals);
  }

  setPast(key: EntityKey, samples: readonly PastSample[]): void {
    this.#past.set(key, samples);
  }

  tick(): void {
    this.#news.publish({ at: 0 });
  }

  /** Subscribed tickers. */
  get tickers(): number {
    return this.#news.subscribers;
  }

  /** Keys leased one by one. */
  get leased(): readonly EntityKey[] {
    return [...this.leases].flatMap((demand) => ('entities' in demand ? demand.entities : []));
  }

  value(node: { readonly key: EntityKey }, field: string): number {
    this.reads++;
    return this.#values.get(node.key)?.[field] ?? Number.NaN;
  }

  rows(_kind: SampledKind, fields: readonly string[]): RowReader<SampledKind> {
    return {
      read: (nodes, from, count, into, at, step) => {
        for (let i = 0; i < count; i++) {
          const node = nodes.at(from + i);
          for (const [f, field] of fields.entries()) {
            into[at + i + f * step] = node === undefined ? Number.NaN : this.value(node, field);
          }
        }
      },
    };
  }

  sampledAt(node: { readonly key: EntityKey }): number | null {
    return this.#values.has(node.key) ? 1_000 : null;
  }

  streams(node: { readonly key: EntityKey }): readonly StreamSample[] {
    return this.#streams.get(node.key) ?? [];
  }

  totals(scope: TotalsScope): TrafficTotals {
    return { ...NOTHING, ...this.#totals.get(JSON.stringify(scope)) };
  }

  lease(demand: Demand): Lease {
    const wanted = 'entities' in demand ? demand.entities.length : 0;
    if (wanted + this.leased.length > this.maxLeased) throw new RangeError('too many entities');
    this.leases.add(demand);
    return { release: () => this.leases.delete(demand) };
  }

  past(key: EntityKey): readonly PastSample[] {
    return this.#past.get(key) ?? [];
  }

  async *#ticksOf(inner: AsyncIterableIterator<unknown>): AsyncGenerator<void> {
    for await (const _ of inner) yield;
  }

  ticks(_everyMs: number, signal?: AbortSignal): AsyncIterableIterator<void> {
    const inner = this.#news.subscribe(signal);
    const ticks = this.#ticksOf(inner);
    return {
      next: () => ticks.next(),
      return: async () => {
        await inner.return?.();
        return { done: true, value: undefined };
      },
      [Symbol.asyncIterator]() {
        return this;
      },
    };
  }
}
