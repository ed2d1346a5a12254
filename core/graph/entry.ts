import type { EntityKind, EntityNode, EntityRef } from '../model/entity.js';
import type { AppDataOwner } from '../source.js';
import { SlottedRef } from './slotted-ref.js';

const NO_ANCESTORS: readonly EntityRef[] = [];

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

/** One open entity in the store: its newest node, and what is not shown to readers. Few fields, for there is one for each. */
export class Entry {
  /** Newest version; replaced, never changed. */
  node: EntityNode;
  readonly parent: ParentEntry | null;
  /** Shared by all its events, so that a kept event keeps little. */
  readonly ref: EntityRef;
  /** Whole monotonic ms, not after it: a fraction would take an object of its own. */
  readonly openedMonotonic: number;
  readonly owner: AppDataOwner;
  /** Its neighbours in the chain of its kind, which alone writes them. */
  older: Entry | null = null;
  younger: Entry | null = null;
  /** Its neighbours among the children of its parent, which alone writes them. */
  before: Entry | null = null;
  after: Entry | null = null;

  constructor(node: EntityNode, parent: ParentEntry | null, openedMonotonic: number, owner: AppDataOwner) {
    this.node = node;
    this.parent = parent;
    this.ref = new SlottedRef(node);
    this.openedMonotonic = Math.floor(openedMonotonic);
    this.owner = owner;
  }

  /** From the worker down to the parent. */
  get ancestors(): readonly EntityRef[] {
    return this.parent === null ? NO_ANCESTORS : this.parent.ancestorsOfChildren;
  }

  /** Transports: whether media could flow at any time. */
  get everConnected(): boolean {
    return false;
  }

  /** From now on it is so. */
  connect(): void {}

  get hasChildren(): boolean {
    return false;
  }

  /** In order of opening; none may come or go meanwhile. */
  *children(): IterableIterator<Entry> {}
}

/** An entity of a kind that others live in. Most live in none and have none in them, so what only these need is no field of all. */
export class ParentEntry extends Entry {
  #everConnected = false;
  #first: Entry | null = null;
  #last: Entry | null = null;
  #ancestorsOfChildren: readonly EntityRef[] | null = null;

  /** From the worker down to this one; one array for all its children. */
  get ancestorsOfChildren(): readonly EntityRef[] {
    this.#ancestorsOfChildren ??= [...this.ancestors, this.ref];
    return this.#ancestorsOfChildren;
  }

  override get everConnected(): boolean {
    return this.#everConnected;
  }

  override connect(): void {
    this.#everConnected = true;
  }

  override get hasChildren(): boolean {
    return this.#first !== null;
  }

  override *children(): IterableIterator<Entry> {
    for (let child = this.#first; child !== null; child = child.after) yield child;
  }

  /** To be called once. */
  addChild(child: Entry): void {
    child.before = this.#last;
    if (this.#last === null) this.#first = child;
    else this.#last.after = child;
    this.#last = child;
  }

  /** It must be one. */
  deleteChild(child: Entry): void {
    if (child.before === null) this.#first = child.after;
    else child.before.after = child.after;
    if (child.after === null) this.#last = child.before;
    else child.after.before = child.before;
    child.before = null;
    child.after = null;
  }
}

const PARENTS: ReadonlySet<EntityKind> = new Set(Object.values(PARENT_KIND).filter((kind) => kind !== null));

/** The entry of an entity that has just opened; its parent must be of the right kind. */
export function entryOf(node: EntityNode, parent: Entry | null, openedMonotonic: number, owner: AppDataOwner): Entry {
  const Form = PARENTS.has(node.kind) ? ParentEntry : Entry;
  return new Form(node, parent instanceof ParentEntry ? parent : null, openedMonotonic, owner);
}

/** The entry and all below it, children before their parents. */
export function childrenFirst(entry: Entry): Entry[] {
  const found: Entry[] = [];
  const visit = (at: Entry): void => {
    for (const child of at.children()) visit(child);
    found.push(at);
  };
  visit(entry);
  return found;
}
