import type { EntityKind, EntityNode, EntityRef } from '../model/entity.js';
import { refOf } from '../model/entity.js';
import type { AppDataOwner } from '../source.js';

const NO_ANCESTORS: readonly EntityRef[] = [];
const NO_CHILDREN: ReadonlySet<Entry> = new Set();

/** Which kind an entity of a kind lives in; `null` for the top. */
export const PARENT_KIND: { readonly [K in EntityKind]: EntityKind | null } = {
  worker: null,
  webRtcServer: 'worker',
  router: 'worker',
  transport: 'router',
  producer: 'transport',
  consumer: 'transport',
  dataProducer: 'transport',
  dataConsumer: 'transport',
  rtpObserver: 'router',
};

/** One open entity in the store: its newest node, and what is not shown to readers. */
export class Entry {
  /** Newest version; replaced, never changed. */
  node: EntityNode;
  readonly parent: Entry | null;
  /** Shared by all its events, so that a kept event keeps little. */
  readonly ref: EntityRef;
  /** From the worker down to the parent; one array for all children of a parent. */
  readonly ancestors: readonly EntityRef[];
  readonly openedMonotonic: number;
  readonly owner: AppDataOwner;
  /** Transports: whether media could flow at any time. */
  everConnected = false;
  #children: Set<Entry> | undefined;
  #childAncestors: readonly EntityRef[] | undefined;

  constructor(node: EntityNode, parent: Entry | null, openedMonotonic: number, owner: AppDataOwner) {
    this.node = node;
    this.parent = parent;
    this.ref = refOf(node);
    this.ancestors = parent?.childAncestors() ?? NO_ANCESTORS;
    this.openedMonotonic = openedMonotonic;
    this.owner = owner;
  }

  /** In order of opening. */
  get children(): ReadonlySet<Entry> {
    return this.#children ?? NO_CHILDREN;
  }

  addChild(child: Entry): void {
    this.#children ??= new Set();
    this.#children.add(child);
  }

  deleteChild(child: Entry): void {
    this.#children?.delete(child);
  }

  childAncestors(): readonly EntityRef[] {
    this.#childAncestors ??= [...this.ancestors, this.ref];
    return this.#childAncestors;
  }
}

/** The entry and all below it, children before their parents. */
export function childrenFirst(entry: Entry): Entry[] {
  const found: Entry[] = [];
  const visit = (at: Entry): void => {
    for (const child of at.children) visit(child);
    found.push(at);
  };
  visit(entry);
  return found;
}
