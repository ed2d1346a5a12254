import type { EntityKey, EntityKind, EntityNode } from '../model/entity.js';
import { ENTITY_KINDS } from '../model/entity.js';
import type { Entry } from './entry.js';
import { KindRows } from './node-rows.js';
import { Shard, type ShardView } from './shard.js';
import { Slots } from './slots.js';

/** The open entities at one moment. Immutable. */
export interface StoreView {
  /** Workers, WebRtcServers and routers. */
  readonly top: ShardView;
  /** What lives in each router, by router key, in order of opening. */
  readonly routers: ReadonlyMap<EntityKey, ShardView>;
  readonly counts: Readonly<Record<EntityKind, number>>;
  readonly size: number;
}

/** Holds the open entities and nothing of closed ones. Knows neither events nor time. */
export class EntityStore {
  readonly #entries = new Map<EntityKey, Entry>();
  readonly #top = new Shard();
  readonly #routers = new Map<EntityKey, Shard>();
  readonly #slots = new Map<EntityKind, Slots>(ENTITY_KINDS.map((kind) => [kind, new Slots()]));
  readonly #rows = new Map<EntityKind, KindRows>(ENTITY_KINDS.map((kind) => [kind, new KindRows()]));
  #view: StoreView | null = null;

  get size(): number {
    return this.#entries.size;
  }

  get(key: EntityKey): Entry | undefined {
    return this.#entries.get(key);
  }

  /** In order of opening; may be walked while entities come and go. */
  entries(): IterableIterator<Entry> {
    return this.#entries.values();
  }

  /** RTP observers of one router. */
  observersIn(router: EntityKey | null): Iterable<Entry> {
    return (router !== null && this.#routers.get(router)?.entriesOf('rtpObserver')) || [];
  }

  /** The open entities of one kind by slot. */
  rows(kind: EntityKind): KindRows {
    return this.#rows.get(kind)!;
  }

  /** How many were opened or changed last at least so many steps before `seq`, the newest. */
  unchangedFor(steps: number, seq: number): number {
    let count = 0;
    for (const rows of this.#rows.values()) count += rows.unchangedFor(steps, seq);
    return count;
  }

  takeSlot(kind: EntityKind): number {
    return this.#slots.get(kind)!.take();
  }

  /** Its slot must come from `takeSlot`. */
  add(entry: Entry): void {
    this.#view = null;
    this.#entries.set(entry.ref.key, entry);
    this.rows(entry.ref.kind).set(entry.node);
    entry.parent?.addChild(entry);
    this.#shardFor(entry).add(entry);
  }

  replace(entry: Entry, node: EntityNode): void {
    this.#view = null;
    entry.node = node;
    this.rows(node.kind).set(node);
    this.#shardFor(entry).touch(node.kind);
  }

  delete(entry: Entry): void {
    const { kind, slot, router } = entry.node;
    this.#view = null;
    this.#entries.delete(entry.ref.key);
    entry.parent?.deleteChild(entry);
    this.#slots.get(kind)!.give(slot);
    this.rows(kind).delete(slot);
    const shard = this.#shardFor(entry);
    shard.delete(entry);
    if (shard !== this.#top && shard.size === 0) this.#routers.delete(router!);
  }

  view(): StoreView {
    if (this.#view !== null) return this.#view;
    const routers = new Map<EntityKey, ShardView>();
    for (const [key, shard] of this.#routers) routers.set(key, shard.view());
    const counts = Object.fromEntries([...this.#slots].map(([kind, slots]) => [kind, slots.inUse]));
    this.#view = {
      top: this.#top.view(),
      routers,
      counts: counts as Record<EntityKind, number>,
      size: this.#entries.size,
    };
    return this.#view;
  }

  #shardFor(entry: Entry): Shard {
    const { kind, router } = entry.node;
    if (kind === 'router' || router === null) return this.#top;
    let shard = this.#routers.get(router);
    if (shard === undefined) {
      shard = new Shard();
      this.#routers.set(router, shard);
    }
    return shard;
  }
}
