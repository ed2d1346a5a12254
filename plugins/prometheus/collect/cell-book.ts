import type { EntityKey, GraphSnapshot } from '../../../core/index.js';

/** What a version of an entity is known by. */
interface Versioned {
  readonly slot: number;
  readonly changedSeq: number;
}

/** What entities are counted in: its labels, and counts that whoever counts writes. */
interface Cell {
  readonly worker: EntityKey;
  count: number;
}

/** More are forgotten: labels of the application, and workers, come and go. */
const MOST_CELLS = 4_096;

/**
 * Which cell each open entity of one kind is counted in: entities with the same labels share one. It is looked up again only when an
 * entity has changed, so that counting ten thousand is little more than going through a list. Cells hold no entity.
 */
export class CellBook<N extends Versioned, C extends Cell> {
  readonly #make: (node: N, snapshot: GraphSnapshot) => C;
  readonly #cells = new Map<string, C>();
  readonly #bySlot: (C | undefined)[] = [];
  #versions = new Float64Array(64).fill(-1);

  /** `make` gives the cell of a node with nothing counted in it; nodes for which it is the same share the first. */
  constructor(make: (node: N, snapshot: GraphSnapshot) => C) {
    this.#make = make;
  }

  /** Begins a count: nothing is in any cell. */
  begin(): void {
    if (this.#cells.size > MOST_CELLS) this.clear();
    for (const cell of this.#cells.values()) cell.count = 0;
  }

  /** The cell that a node is to be counted in. */
  of(node: N, snapshot: GraphSnapshot): C {
    const { slot } = node;
    return this.#versions[slot] === node.changedSeq ? this.#bySlot[slot]! : this.#find(node, snapshot);
  }

  /** Those in which something was counted. */
  *counted(): Generator<C> {
    for (const cell of this.#cells.values()) if (cell.count > 0) yield cell;
  }

  clear(): void {
    this.#cells.clear();
    this.#bySlot.length = 0;
    this.#versions.fill(-1);
  }

  #find(node: N, snapshot: GraphSnapshot): C {
    const { slot, changedSeq } = node;
    if (slot >= this.#versions.length) {
      const larger = new Float64Array(Math.max(slot + 1, this.#versions.length * 2)).fill(-1);
      larger.set(this.#versions);
      this.#versions = larger;
    }
    const made = this.#make(node, snapshot);
    const name = JSON.stringify(made);
    const cell = this.#cells.get(name) ?? made;
    this.#cells.set(name, cell);
    this.#bySlot[slot] = cell;
    this.#versions[slot] = changedSeq;
    return cell;
  }
}
