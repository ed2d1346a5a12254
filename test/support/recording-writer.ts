import type { CloseReason, EntityKey, EntityKind } from '../../core/model/entity.js';
import type { EventMap, EventType } from '../../core/model/events.js';
import type { EventInput, GraphWriter, NodeState, OpenRequest } from '../../core/source.js';

interface OpenNode {
  readonly kind: EntityKind;
  readonly id: string;
  readonly parent: EntityKey | null;
  readonly foundLate: boolean;
  readonly owner: { readonly appData: unknown };
  state: Record<string, unknown>;
}

export type Recorded = EventInput & { readonly key: EntityKey | null };

/** A graph reduced to what a source's tests look at: the open nodes, and every event in order. */
export class RecordingWriter implements GraphWriter {
  readonly events: Recorded[] = [];
  readonly #open = new Map<EntityKey, OpenNode>();
  #workers = 0;

  get size(): number {
    return this.#open.size;
  }

  open<K extends EntityKind>(request: OpenRequest<K>): EntityKey {
    const { kind, id, parent, state, event, owner, foundLate = false } = request;
    const key = this.#keyFor(kind, id, parent);
    if (this.#open.has(key)) throw new Error(`${key} is open already`);
    if (parent !== null && !this.#open.has(parent)) throw new Error(`${key} opens below ${parent}, which is not open`);
    this.#open.set(key, { kind, id, parent, foundLate, owner, state: { ...state } });
    this.events.push({ type: `${kind}.created`, data: event, key } as unknown as Recorded);
    return key;
  }

  change<K extends EntityKind>(kind: K, key: EntityKey, patch: Partial<NodeState<K>>, event: EventInput): boolean {
    const node = this.#open.get(key);
    if (node === undefined || node.kind !== kind) throw new Error(`${kind} ${key} is not open`);
    Object.assign(node.state, patch);
    this.events.push({ ...event, key });
    return true;
  }

  emit(key: EntityKey | null, event: EventInput): void {
    if (key !== null && !this.#open.has(key)) throw new Error(`${key} is not open`);
    this.events.push({ ...event, key });
  }

  ownerOf(key: EntityKey): { readonly appData: unknown } | undefined {
    return this.#open.get(key)?.owner;
  }

  ownersBelow(key: EntityKey): readonly { readonly appData: unknown }[] {
    return [...this.#open.values()].filter(({ parent }) => parent === key).map(({ owner }) => owner);
  }

  close(key: EntityKey, reason: CloseReason): void {
    const node = this.#open.get(key);
    if (node === undefined) throw new Error(`${key} is not open`);
    for (const [child, { parent }] of this.#open) if (parent === key) throw new Error(`${key} closes before ${child}`);
    this.#open.delete(key);
    this.events.push({ type: `${node.kind}.closed`, data: { reason, lifetimeMs: 0 }, key } as unknown as Recorded);
  }

  /** Keys of the open entities of a kind, in order of opening. */
  keys(kind: EntityKind): readonly EntityKey[] {
    return [...this.#open].filter(([, node]) => node.kind === kind).map(([key]) => key);
  }

  /** The one open entity of a kind. */
  key(kind: EntityKind): EntityKey {
    const [key, ...others] = this.keys(kind);
    if (key === undefined || others.length > 0) throw new Error(`${others.length + (key ? 1 : 0)} open ${kind}s`);
    return key;
  }

  keyOf(id: string): EntityKey {
    const found = [...this.#open].find(([, node]) => node.id === id);
    if (found === undefined) throw new Error(`nothing open has the id ${id}`);
    return found[0];
  }

  node<K extends EntityKind>(kind: K, key: EntityKey = this.key(kind)): NodeState<K> {
    const node = this.#open.get(key);
    if (node?.kind !== kind) throw new Error(`${kind} ${key} is not open`);
    return node.state as unknown as NodeState<K>;
  }

  record(key: EntityKey): OpenNode | undefined {
    return this.#open.get(key);
  }

  /** Data of every event of a type, in order. */
  told<T extends EventType>(type: T): readonly EventMap[T][] {
    return this.events.filter((event) => event.type === type).map(({ data }) => data as EventMap[T]);
  }

  types(): readonly EventType[] {
    return this.events.map(({ type }) => type);
  }

  /** Close reasons by kind, in order of closing. */
  closings(): readonly (readonly [EntityKind, CloseReason])[] {
    return this.events
      .filter(({ type }) => type.endsWith('.closed'))
      .map(({ type, data }) => [type.split('.')[0] as EntityKind, (data as { reason: CloseReason }).reason] as const);
  }

  #keyFor(kind: EntityKind, id: string, parent: EntityKey | null): EntityKey {
    if (kind === 'worker') return `w${++this.#workers}` as EntityKey;
    if (kind === 'router' || kind === 'webRtcServer') return id as EntityKey;
    let router = parent;
    while (router !== null && this.#open.get(router)?.kind !== 'router')
      router = this.#open.get(router)?.parent ?? null;
    return `${router ?? '?'}/${id}` as EntityKey;
  }
}
