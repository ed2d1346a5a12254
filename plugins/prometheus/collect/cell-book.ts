import type { EntityKey, EntityKind, NodeOf, NodeRows } from '../../../core/index.js';
import type { Slices } from './slices.js';

/** Slots between two looks at the clock: all may have changed, and then each takes some microseconds. */
const SLOTS = 256;
const FIRST_CAPACITY = 64;

/** What entities are counted in: its labels, and how many there are. */
interface Cell {
  readonly worker: EntityKey;
  count: number;
}

/**
 * Which cell each open entity of one kind is counted in: entities with the same labels share one. An entity is looked at only when it has
 * changed since the last time, so that to count ten thousand is to compare ten thousand numbers. Nothing else is kept of an entity, and
 * no cell in which there is none.
 */
export class CellBook<K extends EntityKind, C extends Cell> {
  readonly #make: (node: NodeOf<K>) => C;
  readonly #moved: (slot: number, node: NodeOf<K> | undefined, cell: C | undefined) => void;
  readonly #cells: (C | undefined)[] = [];
  readonly #names: (string | undefined)[] = [];
  readonly #byName = new Map<string, number>();
  /** Numbers of cells that are used again. */
  readonly #free: number[] = [];
  /** By slot: the version that was counted, 0 for nobody, and the number of its cell. */
  #versions = new Uint32Array(FIRST_CAPACITY);
  #numbers = new Uint32Array(FIRST_CAPACITY);
  #end = 0;

  /**
   * `make` gives the cell of a node with a count of 0; nodes for which it is the same share the first. `moved` is told who is in a slot
   * when it is another or has changed, and nobody when it has closed.
   */
  constructor(
    make: (node: NodeOf<K>) => C,
    moved: (slot: number, node: NodeOf<K> | undefined, cell: C | undefined) => void = () => {},
  ) {
    this.#make = make;
    this.#moved = moved;
  }

  /** Counts what has changed. */
  async follow(rows: NodeRows<NodeOf<K>>, slices: Slices): Promise<void> {
    const end = Math.max(rows.end, this.#end);
    this.#reserve(end);
    this.#end = end;
    await slices.spans(end, SLOTS, (from, to) => {
      const versions = this.#versions;
      for (let slot = from; slot < to; slot++) {
        const version = rows.version(slot);
        if (version !== versions[slot]) this.#follow(slot, version, rows.at(slot));
      }
    });
    while (this.#end > 0 && this.#versions[this.#end - 1] === 0) this.#end--;
  }

  /** Every slot in which somebody was counted is below this. */
  get end(): number {
    return this.#end;
  }

  /** Where the entity in this slot was counted; `undefined` when there was none. */
  at(slot: number): C | undefined {
    return slot < this.#versions.length && this.#versions[slot] !== 0 ? this.#cells[this.#numbers[slot]!] : undefined;
  }

  *cells(): Generator<C> {
    for (const cell of this.#cells) if (cell !== undefined) yield cell;
  }

  clear(): void {
    this.#cells.length = 0;
    this.#names.length = 0;
    this.#free.length = 0;
    this.#byName.clear();
    this.#versions.fill(0);
    this.#end = 0;
  }

  #follow(slot: number, version: number, node: NodeOf<K> | undefined): void {
    // What cannot be told where it belongs stays where it was, and is tried once more the next time.
    const number = node === undefined ? -1 : this.#numberOf(this.#make(node));
    if (this.#versions[slot] !== 0) this.#leave(this.#numbers[slot]!);
    this.#versions[slot] = version;
    if (number >= 0) this.#numbers[slot] = number;
    this.#moved(slot, node, this.#cells[number]);
  }

  /** Counts one more in the cell that is like this one. */
  #numberOf(made: C): number {
    const name = JSON.stringify(made);
    let number = this.#byName.get(name);
    if (number === undefined) {
      number = this.#free.pop() ?? this.#cells.length;
      this.#byName.set(name, number);
      this.#names[number] = name;
      this.#cells[number] = made;
    }
    this.#cells[number]!.count++;
    return number;
  }

  #leave(number: number): void {
    const cell = this.#cells[number]!;
    if (--cell.count > 0) return;
    this.#byName.delete(this.#names[number]!);
    this.#cells[number] = undefined;
    this.#names[number] = undefined;
    this.#free.push(number);
  }

  #reserve(end: number): void {
    if (end <= this.#versions.length) return;
    const capacity = Math.max(end, Math.ceil(this.#versions.length * 1.25));
    const versions = new Uint32Array(capacity);
    const numbers = new Uint32Array(capacity);
    versions.set(this.#versions);
    numbers.set(this.#numbers);
    this.#versions = versions;
    this.#numbers = numbers;
  }
}
