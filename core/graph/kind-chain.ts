import type { EntityNode } from '../model/entity.js';
import type { Entry } from './entry.js';

/** The open entities of one kind in one shard, in order of opening, linked through themselves: a map would take 40 bytes for each. */
export class KindChain {
  #first: Entry | null = null;
  #last: Entry | null = null;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** None may come or go meanwhile. */
  *[Symbol.iterator](): IterableIterator<Entry> {
    for (let entry = this.#first; entry !== null; entry = entry.younger) yield entry;
  }

  /** Their newest nodes. */
  nodes(): readonly EntityNode[] {
    const nodes: EntityNode[] = [];
    for (let entry = this.#first; entry !== null; entry = entry.younger) nodes.push(entry.node);
    return nodes;
  }

  /** It must stand in no chain. */
  add(entry: Entry): void {
    entry.older = this.#last;
    if (this.#last === null) this.#first = entry;
    else this.#last.younger = entry;
    this.#last = entry;
    this.#size++;
  }

  /** It must stand in this chain. */
  delete(entry: Entry): void {
    if (entry.older === null) this.#first = entry.younger;
    else entry.older.younger = entry.younger;
    if (entry.younger === null) this.#last = entry.older;
    else entry.younger.older = entry.older;
    entry.older = null;
    entry.younger = null;
    this.#size--;
  }
}
