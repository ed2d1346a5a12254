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

/** What only an entity with children needs, or one of a kind that may have some. */
class Family {
  /** Transports: whether media could flow at any time. */
  everConnected = false;
  first: Entry | null = null;
  last: Entry | null = null;
  /** From the worker down to the parent; one array for all its children. */
  readonly ancestors: readonly EntityRef[];

  constructor(ancestors: readonly EntityRef[]) {
    this.ancestors = ancestors;
  }
}

/** One open entity in the store: its newest node, and what is not shown to readers. Few fields, for there is one for each. */
export class Entry {
  /** Newest version; replaced, never changed. */
  node: EntityNode;
  readonly parent: Entry | null;
  /** Shared by all its events, so that a kept event keeps little. */
  readonly ref: EntityRef;
  /** Whole monotonic ms, not after it: a fraction would take an object of its own. */
  readonly openedMonotonic: number;
  readonly owner: AppDataOwner;
  /** Its neighbours in the chain of its kind, which alone writes them. */
  older: Entry | null = null;
  younger: Entry | null = null;
  #before: Entry | null = null;
  #after: Entry | null = null;
  #family: Family | null = null;

  constructor(node: EntityNode, parent: Entry | null, openedMonotonic: number, owner: AppDataOwner) {
    this.node = node;
    this.parent = parent;
    this.ref = new SlottedRef(node);
    this.openedMonotonic = Math.floor(openedMonotonic);
    this.owner = owner;
  }

  /** From the worker down to the parent. */
  get ancestors(): readonly EntityRef[] {
    return this.parent === null ? NO_ANCESTORS : Entry.#familyOf(this.parent).ancestors;
  }

  /** Transports: whether media could flow at any time. */
  get everConnected(): boolean {
    return this.#family?.everConnected === true;
  }

  /** From now on it is so. */
  connect(): void {
    Entry.#familyOf(this).everConnected = true;
  }

  get hasChildren(): boolean {
    return this.#family !== null && this.#family.first !== null;
  }

  /** In order of opening; none may come or go meanwhile. */
  *children(): IterableIterator<Entry> {
    for (let child = this.#family?.first ?? null; child !== null; child = child.#after) yield child;
  }

  /** To be called once. */
  addChild(child: Entry): void {
    const family = Entry.#familyOf(this);
    child.#before = family.last;
    if (family.last === null) family.first = child;
    else family.last.#after = child;
    family.last = child;
  }

  /** It must be one. */
  deleteChild(child: Entry): void {
    const family = Entry.#familyOf(this);
    if (child.#before === null) family.first = child.#after;
    else child.#before.#after = child.#after;
    if (child.#after === null) family.last = child.#before;
    else child.#after.#before = child.#before;
    child.#before = null;
    child.#after = null;
  }

  /** Static, because with a private method every object of a class has a field more. */
  static #familyOf(entry: Entry): Family {
    entry.#family ??= new Family([...entry.ancestors, entry.ref]);
    return entry.#family;
  }
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
