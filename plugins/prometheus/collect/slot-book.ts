import type { NodeOf, SampledKind } from '../../../core/index.js';

/** After so many ticks without a sample a stream counts as seen for this long only. */
const MOST_WEIGHT = 60;

/**
 * What is remembered of every open entity of one kind: its last counters, what it belongs to, and when it was last seen. Kept by
 * slot, so that a lookup is an index and the memory is that of the most entities there ever were at once.
 */
export class SlotBook<G> {
  readonly #fields: number;
  #last: Float64Array;
  #owners: Float64Array;
  #ticks: Float64Array;
  readonly #groups: (G | undefined)[] = [];
  readonly #labels: (Readonly<Record<string, string>> | undefined)[] = [];

  /** `fields`: number of counters to remember. */
  constructor(fields: number) {
    this.#fields = fields;
    this.#last = new Float64Array(64 * fields);
    this.#owners = new Float64Array(64).fill(-1);
    this.#ticks = new Float64Array(64);
  }

  /** The group of the entity in this slot; made when it is new there, or its labels have changed. */
  group<N extends NodeOf<SampledKind>>(node: N, make: (node: N) => G): G {
    const { slot, openedSeq, labels } = node;
    if (slot >= this.#owners.length) this.#grow(slot);
    if (this.#owners[slot] !== openedSeq) {
      this.#owners[slot] = openedSeq;
      this.#last.fill(0, slot * this.#fields, (slot + 1) * this.#fields);
      this.#ticks[slot] = -1;
    } else if (this.#labels[slot] === labels) return this.#groups[slot]!;
    const group = make(node);
    this.#groups[slot] = group;
    this.#labels[slot] = labels;
    return group;
  }

  /** What a counter of the entity has grown by since the last time; 0 while it is unknown. Only after `group`. */
  growth(slot: number, field: number, value: number): number {
    if (!(value >= 0)) return 0;
    const i = slot * this.#fields + field;
    const before = this.#last[i]!;
    this.#last[i] = value;
    return value >= before ? value - before : value;
  }

  /** How many ticks the present sample stands for: 1, or more when the entity was not sampled in some. 0: seen in this tick already. */
  weight(slot: number, tick: number): number {
    const before = this.#ticks[slot]!;
    this.#ticks[slot] = tick;
    return before < 0 ? 1 : Math.min(MOST_WEIGHT, Math.max(0, tick - before));
  }

  /** What comes next stands for itself alone: the time before it was a pause. */
  restart(slot: number): void {
    if (slot < this.#ticks.length) this.#ticks[slot] = -1;
  }

  clear(): void {
    this.#owners.fill(-1);
    this.#groups.length = 0;
    this.#labels.length = 0;
  }

  #grow(slot: number): void {
    let capacity = this.#owners.length;
    while (capacity <= slot) capacity *= 2;
    this.#last = grown(this.#last, capacity * this.#fields, 0);
    this.#owners = grown(this.#owners, capacity, -1);
    this.#ticks = grown(this.#ticks, capacity, -1);
  }
}

function grown(old: Float64Array, length: number, fill: number): Float64Array {
  const array = new Float64Array(length).fill(fill);
  array.set(old);
  return array;
}
