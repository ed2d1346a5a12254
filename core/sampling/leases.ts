import type { EntityKey } from '../model/entity.js';
import { SAMPLED_KINDS, type SampledKind } from '../model/samples.js';
import type { Demand, Lease } from './stats-reader.js';

export const MIN_EVERY_MS = 250;
const MAX_EVERY_MS = 60_000;
const MAX_LEASED_ENTITIES = 1_000;

/** Throws `RangeError` unless the interval is one that a reader may ask for. */
export function checkEveryMs(everyMs: number): void {
  if (everyMs >= MIN_EVERY_MS && everyMs <= MAX_EVERY_MS) return;
  throw new RangeError(`everyMs must be ${MIN_EVERY_MS} to ${MAX_EVERY_MS}, got ${everyMs}`);
}

const NOTHING: ReadonlySet<SampledKind> = new Set();

/** Who wants what sampled. A demand lasts until its lease is released, whether or not its entities are open. */
export class Leases {
  readonly #kinds = new Map<SampledKind, number>();
  readonly #wanted = new Set<SampledKind>();
  /** Leases held that are not secondary. */
  #primary = 0;
  /** Intervals asked for, by entity. */
  readonly #entities = new Map<EntityKey, number[]>();
  readonly #changed: (key: EntityKey) => void;
  #leasedEntities = 0;

  /** `changed` is called when the interval of an entity has changed. */
  constructor(changed: (key: EntityKey) => void) {
    this.#changed = changed;
  }

  /** Whether a lease is held that is not secondary. */
  get asked(): boolean {
    return this.#primary > 0;
  }

  /** Kinds that somebody wants as a whole. Only secondary demands are there unless somebody asks, here or (`attended`) elsewhere. */
  wanted(attended: boolean): ReadonlySet<SampledKind> {
    return attended || this.asked ? this.#wanted : NOTHING;
  }

  /** Smallest interval in ms somebody wants this entity sampled in; 0 when nobody does. */
  everyMs(key: EntityKey): number {
    const intervals = this.#leasedEntities === 0 ? undefined : this.#entities.get(key);
    return intervals === undefined ? 0 : Math.min(...intervals);
  }

  /** Throws `RangeError` for an unknown kind, an interval out of range, or one entity too many. */
  lease(demand: Demand): Lease {
    const release = 'kinds' in demand ? this.#leaseKinds(demand.kinds) : this.#leaseEntities(demand);
    const primary = 'kinds' in demand && demand.secondary === true ? 0 : 1;
    this.#primary += primary;
    let released = false;
    return {
      release: () => {
        if (released) return;
        released = true;
        this.#primary -= primary;
        release();
      },
    };
  }

  #leaseKinds(kinds: readonly SampledKind[]): () => void {
    const unknown = kinds.find((kind) => !SAMPLED_KINDS.includes(kind));
    if (unknown !== undefined) throw new RangeError(`no such kind to sample: ${unknown}`);
    const own = [...new Set(kinds)];
    for (const kind of own) this.#countKind(kind, 1);
    return () => {
      for (const kind of own) this.#countKind(kind, -1);
    };
  }

  #countKind(kind: SampledKind, by: 1 | -1): void {
    const count = (this.#kinds.get(kind) ?? 0) + by;
    this.#kinds.set(kind, count);
    if (count > 0) this.#wanted.add(kind);
    else this.#wanted.delete(kind);
  }

  #leaseEntities({ entities, everyMs }: { entities: readonly EntityKey[]; everyMs: number }): () => void {
    checkEveryMs(everyMs);
    const own = [...new Set(entities)];
    if (this.#leasedEntities + own.length > MAX_LEASED_ENTITIES) {
      throw new RangeError(
        `at most ${MAX_LEASED_ENTITIES} entities may be leased one by one; ${this.#leasedEntities} are, ${own.length} more asked`,
      );
    }
    this.#leasedEntities += own.length;
    for (const key of own) {
      const intervals = this.#entities.get(key);
      if (intervals === undefined) this.#entities.set(key, [everyMs]);
      else intervals.push(everyMs);
      this.#changed(key);
    }
    return () => {
      this.#leasedEntities -= own.length;
      for (const key of own) this.#endEntity(key, everyMs);
    };
  }

  #endEntity(key: EntityKey, everyMs: number): void {
    const intervals = this.#entities.get(key);
    if (intervals === undefined) return;
    intervals.splice(intervals.indexOf(everyMs), 1);
    if (intervals.length === 0) this.#entities.delete(key);
    this.#changed(key);
  }
}
