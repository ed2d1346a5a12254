import type { EntityNode } from '../model/entity.js';

/** Versions of entities: whole numbers from 1, which come back after four billion steps. */
const VERSIONS = 0xffff_ffff;
const FIRST_CAPACITY = 64;
/** What an array of versions grows by: it is copied then, and a larger part would stay empty. */
const GROWTH = 1.25;

/**
 * The open entities of one kind by slot, as they are at any time: not of one moment, as a snapshot, which has to be made. For whoever
 * looks at all of them often, and keeps what is theirs by slot: what has not changed need not be looked at.
 */
export interface NodeRows<N extends EntityNode = EntityNode> {
  /** How many are open. */
  readonly count: number;
  /** Every slot in use is below this. */
  readonly end: number;
  /** Another number whenever what is open in this slot has changed or is another; 0 where nothing is open. */
  version(slot: number): number;
  /** What is open in this slot. */
  at(slot: number): N | undefined;
}

/** The rows of one kind, as the store writes them. */
export class KindRows implements NodeRows {
  readonly #nodes: (EntityNode | undefined)[] = [];
  #versions = new Uint32Array(FIRST_CAPACITY);
  #count = 0;

  get count(): number {
    return this.#count;
  }

  get end(): number {
    return this.#nodes.length;
  }

  version(slot: number): number {
    return this.#versions[slot] ?? 0;
  }

  at(slot: number): EntityNode | undefined {
    return this.#nodes[slot];
  }

  /** How many were opened or changed last at least so many steps before `seq`, the newest. Of one older than four billion it may be wrong. */
  unchangedFor(steps: number, seq: number): number {
    const versions = this.#versions;
    const now = (seq % VERSIONS) + 1;
    let count = 0;
    for (let slot = 0; slot < this.#nodes.length; slot++) {
      const version = versions[slot]!;
      if (version === 0) continue;
      const age = now - version;
      if ((age < 0 ? age + VERSIONS : age) >= steps) count++;
    }
    return count;
  }

  /** What has opened, or the newest node of what is open. */
  set(node: EntityNode): void {
    const { slot } = node;
    const nodes = this.#nodes;
    // Slots are dense, so this fills the gaps of those that are given back.
    while (nodes.length <= slot) nodes.push(undefined);
    if (slot >= this.#versions.length) {
      const larger = new Uint32Array(Math.max(slot + 1, Math.ceil(this.#versions.length * GROWTH)));
      larger.set(this.#versions);
      this.#versions = larger;
    }
    if (nodes[slot] === undefined) this.#count++;
    nodes[slot] = node;
    this.#versions[slot] = (node.changedSeq % VERSIONS) + 1;
  }

  /** Something must be open in this slot. */
  delete(slot: number): void {
    const nodes = this.#nodes;
    this.#count--;
    nodes[slot] = undefined;
    this.#versions[slot] = 0;
    while (nodes.length > 0 && nodes.at(-1) === undefined) nodes.pop();
  }
}
