import type { EntityKey, EntityNode } from '../model/entity.js';

const NONE: readonly never[] = [];

/** The open entities of one kind in one shard at one moment. Immutable; its indexes are built when first asked for. */
export class KindPart<N extends EntityNode = EntityNode> {
  /** In order of opening. */
  readonly nodes: readonly N[];
  #byKey: Map<EntityKey, N> | undefined;
  #byParent: Map<EntityKey, N[]> | undefined;
  #bySource: Map<EntityKey, N[]> | undefined;

  constructor(nodes: readonly N[]) {
    this.nodes = nodes;
  }

  get(key: EntityKey): N | undefined {
    this.#byKey ??= new Map(this.nodes.map((node) => [node.key, node]));
    return this.#byKey.get(key);
  }

  childrenOf(parent: EntityKey): readonly N[] {
    this.#byParent ??= groupBy(this.nodes, (node) => node.parent);
    return this.#byParent.get(parent) ?? NONE;
  }

  /** Consumers by producer, data consumers by data producer; nothing for other kinds. */
  consuming(source: EntityKey): readonly N[] {
    this.#bySource ??= groupBy(this.nodes, sourceOf);
    return this.#bySource.get(source) ?? NONE;
  }
}

export const EMPTY_PART: KindPart<never> = new KindPart<never>(NONE);

function sourceOf(node: EntityNode): EntityKey | null {
  if (node.kind === 'consumer') return node.producer;
  return node.kind === 'dataConsumer' ? node.dataProducer : null;
}

function groupBy<N>(nodes: readonly N[], keyOf: (node: N) => EntityKey | null): Map<EntityKey, N[]> {
  const groups = new Map<EntityKey, N[]>();
  for (const node of nodes) {
    const key = keyOf(node);
    if (key === null) continue;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [node]);
    else group.push(node);
  }
  return groups;
}
