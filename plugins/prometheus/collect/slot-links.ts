const FIRST_CAPACITY = 64;

/** Whom each entity of one kind belongs to, slot by slot, and how many belong to each. Takes memory only once somebody belongs to anybody. */
export class SlotLinks {
  /** By slot, that of whom it belongs to and 1 more; 0 for nobody. */
  #owners = new Uint32Array(0);
  #counts = new Uint32Array(0);
  #size = 0;

  /** `owner`: a slot, or -1 for nobody. */
  set(slot: number, owner: number): void {
    const before = this.#owners[slot] ?? 0;
    if (before > 0) {
      this.#counts[before - 1]!--;
      this.#size--;
    } else if (owner < 0) return;
    this.#owners = roomFor(this.#owners, slot);
    this.#owners[slot] = owner + 1;
    if (owner < 0) return;
    this.#counts = roomFor(this.#counts, owner);
    this.#counts[owner]!++;
    this.#size++;
  }

  /** How many belong to anybody. */
  get size(): number {
    return this.#size;
  }

  /** How many belong to the one in this slot. */
  count(owner: number): number {
    return this.#counts[owner] ?? 0;
  }

  clear(): void {
    this.#owners.fill(0);
    this.#counts.fill(0);
    this.#size = 0;
  }
}

function roomFor(numbers: Uint32Array<ArrayBuffer>, slot: number): Uint32Array<ArrayBuffer> {
  if (slot < numbers.length) return numbers;
  const larger = new Uint32Array(Math.max(FIRST_CAPACITY, slot + 1, Math.ceil(numbers.length * 1.25)));
  larger.set(numbers);
  return larger;
}
