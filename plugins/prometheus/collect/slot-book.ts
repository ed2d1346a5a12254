import type { NodeOf, SampledKind } from '../../../core/index.js';
import { CounterPage } from './counter-page.js';

/** After so many ticks without a sample a stream counts as seen for this long only. */
const MOST_WEIGHT = 60;
/** Slots of a page. So growing copies nothing, and little more memory is taken than entities need. */
const PAGE_SLOTS = 512;
/** More groups are forgotten, and made anew for who is still there: labels of the application, and workers, come and go. */
const MOST_GROUPS = 4_096;

/** What is remembered of the entities in the slots of one page. */
class Page {
  /** `changedSeq` of the entity when it was last seen. */
  readonly versions = new Float64Array(PAGE_SLOTS).fill(-1);
  /** When it was last seen; -1 for a stream that begins. */
  readonly ticks = new Int32Array(PAGE_SLOTS).fill(-1);
  /** Number of its group and 1 more; 0 when it is to be looked for. */
  readonly groups = new Uint16Array(PAGE_SLOTS);
  readonly counters: CounterPage;

  constructor(fields: number) {
    this.counters = new CounterPage(PAGE_SLOTS, fields);
  }
}

/**
 * What is remembered of every open entity of one kind: its last counters, what it belongs to, and when it was last seen. Kept by
 * slot, so that a lookup is an index and the memory is that of the most entities there ever were at once. What entities belong to is
 * shared by all that have the same labels.
 */
export class SlotBook<N extends NodeOf<SampledKind>, G> {
  readonly #fields: number;
  readonly #nameOf: (node: N) => string;
  readonly #make: (node: N) => G;
  readonly #pages: (Page | undefined)[] = [];
  readonly #groups: G[] = [];
  readonly #byName = new Map<string, number>();

  /** `fields`: number of counters to remember. Nodes of one name belong to one group, which `make` makes of the first. */
  constructor(fields: number, nameOf: (node: N) => string, make: (node: N) => G) {
    this.#fields = fields;
    this.#nameOf = nameOf;
    this.#make = make;
  }

  /** The group of the entity in this slot. */
  group(node: N): G {
    const { slot, changedSeq } = node;
    const page = this.#pageOf(slot);
    const row = slot % PAGE_SLOTS;
    const before = page.versions[row]!;
    if (before !== changedSeq) {
      page.versions[row] = changedSeq;
      page.groups[row] = 0;
      // What was seen in this slot before the entity opened was another.
      if (before < node.openedSeq) {
        page.counters.forget(row);
        page.ticks[row] = -1;
      }
    }
    const number = page.groups[row]!;
    if (number > 0) return this.#groups[number - 1]!;
    return this.#groups[this.#find(node, page, row)]!;
  }

  /** What a counter of the entity has grown by since the last time; 0 while it is unknown. Only after `group`. */
  growth(slot: number, field: number, value: number): number {
    if (!(value >= 0)) return 0;
    const before = this.#pageOf(slot).counters.exchange(slot % PAGE_SLOTS, field, value);
    return value >= before ? value - before : value;
  }

  /**
   * How many ticks the present sample stands for: 1, or more when the entity was not sampled in some. 0: seen in this tick already. Only
   * after `group`.
   */
  weight(slot: number, tick: number): number {
    const { ticks } = this.#pageOf(slot);
    const row = slot % PAGE_SLOTS;
    const before = ticks[row]!;
    ticks[row] = tick;
    return before < 0 ? 1 : Math.min(MOST_WEIGHT, Math.max(0, tick - before));
  }

  /** What comes next stands for itself alone: the time before it was a pause. */
  restart(slot: number): void {
    const page = this.#pages[Math.floor(slot / PAGE_SLOTS)];
    if (page !== undefined) page.ticks[slot % PAGE_SLOTS] = -1;
  }

  clear(): void {
    this.#pages.length = 0;
    this.#forgetGroups();
  }

  #find(node: N, page: Page, row: number): number {
    const name = this.#nameOf(node);
    let number = this.#byName.get(name);
    if (number === undefined) {
      if (this.#groups.length >= MOST_GROUPS) this.#forgetGroups();
      number = this.#groups.push(this.#make(node)) - 1;
      this.#byName.set(name, number);
    }
    page.groups[row] = number + 1;
    return number;
  }

  #forgetGroups(): void {
    this.#groups.length = 0;
    this.#byName.clear();
    for (const page of this.#pages) page?.groups.fill(0);
  }

  #pageOf(slot: number): Page {
    const place = Math.floor(slot / PAGE_SLOTS);
    const page = this.#pages[place];
    if (page !== undefined) return page;
    while (this.#pages.length < place) this.#pages.push(undefined);
    const made = new Page(this.#fields);
    this.#pages[place] = made;
    return made;
  }
}
