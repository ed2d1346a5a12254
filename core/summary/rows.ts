import { Interned } from '../interned.js';
import type { AnySampleBatch } from '../model/samples.js';
import { GAUGES, type SummarizedKind } from './gauges.js';
import { Page, PAGE_ROWS } from './page.js';

const NONE = -1;
/** Slots to make room for at a time. */
const MORE_SLOTS = 256;

/** One row of a page. */
export interface Row {
  readonly page: Page;
  readonly row: number;
}

/** The rows of all open entities of one kind, found by slot, and of those closed ones whose summary was not told yet. */
export class Rows {
  readonly #kind: SummarizedKind;
  readonly #gauges: readonly string[];
  readonly #names = new Interned();
  readonly #pages: (Page | null)[] = [];
  /** Number of the row of each slot. */
  #numbers = new Int32Array(0);
  #free: number[] = [];
  #emptyPages = 0;

  constructor(kind: SummarizedKind) {
    this.#kind = kind;
    this.#gauges = GAUGES[kind];
  }

  /** Rows there is memory for. */
  get capacity(): number {
    return this.#pages.filter((page) => page !== null).length * PAGE_ROWS;
  }

  /** `null` when it has a row already. */
  open(slot: number, now: number, flags: number): Row | null {
    if (this.#numberOf(slot) !== NONE) return null;
    if (this.#free.length === 0) this.#addPage();
    const number = this.#free.pop()!;
    this.#reserve(slot);
    this.#numbers[slot] = number;
    const found = this.at(number);
    if (found.page.used++ === 0) this.#emptyPages--;
    found.page.open(found.row, now, flags);
    return found;
  }

  find(slot: number): Row | null {
    const number = this.#numberOf(slot);
    return number === NONE ? null : this.at(number);
  }

  at(number: number): Row {
    return { page: this.#pages[Math.floor(number / PAGE_ROWS)]!, row: number % PAGE_ROWS };
  }

  /** From now on the slot has no row, but the row stays until it is freed. Returns its number; `null` when there is none. */
  take(slot: number): number | null {
    const number = this.#numberOf(slot);
    if (number === NONE) return null;
    this.#numbers[slot] = NONE;
    return number;
  }

  free(number: number): void {
    this.#free.push(number);
    const { page, row } = this.at(number);
    page.close(row);
    if (--page.used > 0) return;
    const index = Math.floor(number / PAGE_ROWS);
    // One empty page is kept, lest an entity that comes and goes make and drop one every time.
    if (++this.#emptyPages === 1) return;
    this.#emptyPages--;
    this.#pages[index] = null;
    this.#free = this.#free.filter((free) => Math.floor(free / PAGE_ROWS) !== index);
  }

  observeBatch(batch: AnySampleBatch): void {
    const columns = batch.columns as Readonly<Record<string, Float64Array>>;
    const gauges = this.#gauges.map((name) => columns[name]!);
    for (let i = 0; i < batch.length; i++) {
      const number = this.#numberOf(batch.entities[i]!.slot);
      if (number === NONE) continue;
      const page = this.#pages[Math.floor(number / PAGE_ROWS)]!;
      const row = number % PAGE_ROWS;
      page.samples[row]!++;
      // What does not move for a pause would only look bad.
      if (page.isPaused(row)) continue;
      for (let gauge = 0; gauge < gauges.length; gauge++) page.sketches[gauge]!.add(row, gauges[gauge]![i]!);
    }
  }

  /** Takes in one sample that no batch has brought. */
  sample(number: number, valueIn: (field: string) => number): void {
    const { page, row } = this.at(number);
    page.samples[row]!++;
    if (page.isPaused(row)) return;
    for (const [gauge, name] of this.#gauges.entries()) page.sketches[gauge]!.add(row, valueIn(name));
  }

  #numberOf(slot: number): number {
    return this.#numbers[slot] ?? NONE;
  }

  #reserve(slot: number): void {
    const known = this.#numbers;
    if (slot < known.length) return;
    this.#numbers = new Int32Array(Math.max(slot + 1, Math.ceil(known.length * 1.25)) + MORE_SLOTS).fill(NONE);
    this.#numbers.set(known);
  }

  #addPage(): void {
    const place = this.#pages.indexOf(null);
    const index = place === -1 ? this.#pages.length : place;
    this.#pages[index] = new Page(
      {
        sketches: this.#gauges.length,
        scores: this.#kind === 'producer' || this.#kind === 'consumer',
        handshakes: this.#kind === 'transport',
      },
      this.#names,
    );
    this.#emptyPages++;
    for (let row = PAGE_ROWS - 1; row >= 0; row--) this.#free.push(index * PAGE_ROWS + row);
  }
}
