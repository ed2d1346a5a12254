import type { EntityKey, EntityKind, GraphSnapshot, MonitorEvent } from '../../../core/index.js';

/** What a router holds. */
export interface RouterSize {
  readonly worker: EntityKey;
  /** Wall time in ms of its opening, or of the close of its last transport; of no meaning while it has one. */
  emptySince: number;
  transports: number;
  producers: number;
  consumers: number;
}

const FIELDS: Partial<Record<EntityKind, 'transports' | 'producers' | 'consumers'>> = {
  transport: 'transports',
  producer: 'producers',
  consumer: 'consumers',
};

/** Counts what every open router holds from events, so that nothing need be counted at each tick. */
export class RouterSizes {
  readonly #sizes = new Map<EntityKey, RouterSize>();

  /** Begins anew with what there is. */
  rebuild(snapshot: GraphSnapshot): void {
    const before = new Map(this.#sizes);
    this.#sizes.clear();
    for (const { key, worker, openedAt } of snapshot.all('router')) {
      this.#open(key, worker, before.get(key)?.emptySince ?? openedAt);
    }
    for (const kind of ['transport', 'producer', 'consumer'] as const) {
      for (const { router } of snapshot.all(kind)) this.#count(kind, router, 1);
    }
  }

  observe(event: MonitorEvent): void {
    const { entity, ancestors, type } = event;
    if (entity === null) return;
    const opened = type.endsWith('.created');
    if (!opened && !type.endsWith('.closed')) return;
    if (entity.kind === 'router') {
      if (opened) this.#open(entity.key, ancestors[0]?.key ?? entity.key, event.at);
      else this.#sizes.delete(entity.key);
      return;
    }
    const router = ancestors.find(({ kind }) => kind === 'router');
    if (router === undefined) return;
    this.#count(entity.kind, router.key, opened ? 1 : -1);
    const size = this.#sizes.get(router.key);
    if (entity.kind === 'transport' && size?.transports === 0) size.emptySince = event.at;
  }

  /** Of one worker's routers, or of all. */
  *of(worker?: EntityKey): Generator<RouterSize> {
    for (const size of this.#sizes.values()) if (worker === undefined || size.worker === worker) yield size;
  }

  clear(): void {
    this.#sizes.clear();
  }

  #open(key: EntityKey, worker: EntityKey, emptySince: number): void {
    this.#sizes.set(key, { worker, emptySince, transports: 0, producers: 0, consumers: 0 });
  }

  #count(kind: EntityKind, router: EntityKey | null, by: 1 | -1): void {
    const field = FIELDS[kind];
    const size = router === null ? undefined : this.#sizes.get(router);
    if (field !== undefined && size !== undefined) size[field] = Math.max(0, size[field] + by);
  }
}
