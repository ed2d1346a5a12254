import type { EntityKey, EntityKind, EntityNode, NodeOf } from '../model/entity.js';
import { ENTITY_KINDS } from '../model/entity.js';
import type { GraphSnapshot, PeerEntry, RoomEntry } from '../model/snapshot.js';
import type { StoreView } from './entity-store.js';
import type { KindPart } from './kind-part.js';
import type { RoomsView } from './rooms-view.js';
import type { ShardView } from './shard.js';

const NONE: readonly never[] = [];
const IN_ROUTERS = ENTITY_KINDS.filter((kind) => kind !== 'worker' && kind !== 'webRtcServer' && kind !== 'router');

/** A snapshot over shared parts. What goes across parts is put together when first asked for. */
export class PinnedSnapshot implements GraphSnapshot {
  readonly runId: string;
  readonly seq: number;
  readonly at: number;
  readonly #store: StoreView;
  readonly #rooms: RoomsView;
  readonly #all = new Map<EntityKind, readonly EntityNode[]>();
  readonly #within = new Map<string, readonly EntityNode[]>();

  constructor(moment: { runId: string; seq: number; at: number }, store: StoreView, rooms: RoomsView) {
    this.runId = moment.runId;
    this.seq = moment.seq;
    this.at = moment.at;
    this.#store = store;
    this.#rooms = rooms;
  }

  get size(): number {
    return this.#store.size;
  }

  get(key: EntityKey): EntityNode | undefined {
    const { top } = this.#store;
    const above = top.router.get(key) ?? top.worker.get(key) ?? top.webRtcServer.get(key);
    if (above !== undefined) return above;
    const shard = this.#shardOf(key);
    if (shard === undefined) return undefined;
    for (const kind of IN_ROUTERS) {
      const node = shard[kind].get(key);
      if (node !== undefined) return node;
    }
    return undefined;
  }

  find<K extends EntityKind>(kind: K, key: EntityKey | null): NodeOf<K> | undefined {
    if (key === null) return undefined;
    const { top } = this.#store;
    return (top[kind] as KindPart<NodeOf<K>>).get(key) ?? this.#part(this.#shardOf(key), kind)?.get(key);
  }

  count(kind: EntityKind): number {
    return this.#store.counts[kind] ?? 0;
  }

  all<K extends EntityKind>(kind: K): readonly NodeOf<K>[] {
    let all = this.#all.get(kind);
    if (all === undefined) {
      const top = this.#store.top[kind].nodes;
      all = top.length > 0 ? top : joined([...this.#store.routers.values()], kind);
      this.#all.set(kind, all);
    }
    return all as readonly NodeOf<K>[];
  }

  children<K extends EntityKind>(parent: EntityKey, kind: K): readonly NodeOf<K>[] {
    const top = (this.#store.top[kind] as KindPart<NodeOf<K>>).childrenOf(parent);
    if (top.length > 0) return top;
    const shard = this.#store.routers.get(parent) ?? this.#shardOf(parent);
    return this.#part(shard, kind)?.childrenOf(parent) ?? NONE;
  }

  within<K extends EntityKind>(workerOrRouter: EntityKey, kind: K): readonly NodeOf<K>[] {
    const shard = this.#store.routers.get(workerOrRouter);
    if (shard !== undefined) return this.#part(shard, kind)?.nodes ?? NONE;
    if (kind === 'webRtcServer' || kind === 'router') return this.children(workerOrRouter, kind);
    const name = `${kind} ${workerOrRouter}`;
    let found = this.#within.get(name);
    if (found === undefined) {
      const routers = this.#store.top.router.childrenOf(workerOrRouter);
      const shards = routers.map(({ key }) => this.#store.routers.get(key)).filter((view) => view !== undefined);
      found = joined(shards, kind);
      this.#within.set(name, found);
    }
    return found as readonly NodeOf<K>[];
  }

  consumersOf(producer: EntityKey): readonly NodeOf<'consumer'>[] {
    return this.#shardOf(producer)?.consumer.consuming(producer) ?? NONE;
  }

  dataConsumersOf(dataProducer: EntityKey): readonly NodeOf<'dataConsumer'>[] {
    return this.#shardOf(dataProducer)?.dataConsumer.consuming(dataProducer) ?? NONE;
  }

  rooms(): readonly RoomEntry[] {
    return this.#rooms.rooms;
  }

  room(room: string): RoomEntry | undefined {
    return this.#rooms.room(room);
  }

  peers(): readonly PeerEntry[] {
    return this.#rooms.peers();
  }

  peer(room: string | null, peer: string): PeerEntry | undefined {
    return this.#rooms.peer(room, peer);
  }

  /** A key below router level begins with its router's key and a slash. */
  #shardOf(key: EntityKey): ShardView | undefined {
    for (let slash = key.indexOf('/'); slash !== -1; slash = key.indexOf('/', slash + 1)) {
      const shard = this.#store.routers.get(key.slice(0, slash) as EntityKey);
      if (shard !== undefined) return shard;
    }
    return undefined;
  }

  #part<K extends EntityKind>(shard: ShardView | undefined, kind: K): KindPart<NodeOf<K>> | undefined {
    return shard?.[kind] as KindPart<NodeOf<K>> | undefined;
  }
}

function joined(shards: readonly ShardView[], kind: EntityKind): readonly EntityNode[] {
  const lists = shards.map((shard): readonly EntityNode[] => shard[kind].nodes).filter(({ length }) => length > 0);
  if (lists.length <= 1) return lists[0] ?? NONE;
  return lists.flat().sort((a, b) => a.openedSeq - b.openedSeq);
}
