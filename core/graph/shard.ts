import type { EntityKind, NodeOf } from '../model/entity.js';
import type { Entry } from './entry.js';
import { KindChain } from './kind-chain.js';
import { EMPTY_PART, KindPart } from './kind-part.js';

/** One shard at one moment, by kind. Immutable. */
export type ShardView = { readonly [K in EntityKind]: KindPart<NodeOf<K>> };

const EMPTY_VIEW: ShardView = {
  worker: EMPTY_PART,
  webRtcServer: EMPTY_PART,
  router: EMPTY_PART,
  transport: EMPTY_PART,
  producer: EMPTY_PART,
  consumer: EMPTY_PART,
  dataProducer: EMPTY_PART,
  dataConsumer: EMPTY_PART,
  rtpObserver: EMPTY_PART,
};

/**
 * The open entities of one router, or those above router level: the unit that snapshots share. A change makes only the part
 * of its kind anew, and only when the next snapshot is asked for.
 */
export class Shard {
  readonly #chains = new Map<EntityKind, KindChain>();
  readonly #dirty = new Set<EntityKind>();
  #view: ShardView = EMPTY_VIEW;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  add(entry: Entry): void {
    const { kind } = entry.ref;
    let chain = this.#chains.get(kind);
    if (chain === undefined) {
      chain = new KindChain();
      this.#chains.set(kind, chain);
    }
    chain.add(entry);
    this.#size++;
    this.touch(kind);
  }

  /** It must be in here. */
  delete(entry: Entry): void {
    this.#chains.get(entry.ref.kind)!.delete(entry);
    this.#size--;
    this.touch(entry.ref.kind);
  }

  /** Something of this kind changed. The old part is let go at once, lest it keep closed entities alive. */
  touch(kind: EntityKind): void {
    if (this.#dirty.has(kind)) return;
    this.#dirty.add(kind);
    this.#view = { ...this.#view, [kind]: EMPTY_PART };
  }

  entriesOf(kind: EntityKind): Iterable<Entry> {
    return this.#chains.get(kind) ?? [];
  }

  view(): ShardView {
    if (this.#dirty.size === 0) return this.#view;
    const fresh: Partial<Record<EntityKind, KindPart>> = {};
    for (const kind of this.#dirty) fresh[kind] = new KindPart(this.#chains.get(kind)?.nodes() ?? []);
    this.#dirty.clear();
    this.#view = { ...this.#view, ...fresh } as ShardView;
    return this.#view;
  }
}
