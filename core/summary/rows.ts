import type { EntityKey } from '../model/entity.js';
import type { AnySampleBatch } from '../model/samples.js';
import { GAUGES, type SummarizedKind } from './gauges.js';
import { Page, PAGE_ROWS } from './page.js';

/** One row of a page. */
export interface Row {
  readonly page: Page;
  readonly row: number;
}

/** The rows of all open entities of one kind, and of those closed ones whose summary was not told yet. */
export class Rows {
  readonly #kind: SummarizedKind;
  readonly #gauges: readonly string[];
  readonly #pages: (Page | null)[] = [];
  readonly #numbers = new Map<EntityKey, number>();
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
  open(key: EntityKey, now: number, flags: number): Row | null {
    if (this.#numbers.has(key)) return null;
    if (this.#free.length === 0) this.#addPage();
    const number = this.#free.pop()!;
    this.#numbers.set(key, number);
    const found = this.at(number);
    if (found.page.used++ === 0) this.#emptyPages--;
    found.page.open(found.row, now, flags);
    return found;
  }

  find(key: EntityKey): Row | null {
    const number = this.#numbers.get(key);
    return number === undefined ? null : this.at(number);
  }

  at(number: number): Row {
    return { page: this.#pages[Math.floor(number / PAGE_ROWS)]!, row: number % PAGE_ROWS };
  }

  /** From now on the key has no row, but the row stays until it is freed. Returns its number; `null` when there is none. */
  take(key: EntityKey): number | null {
    const number = this.#numbers.get(key);
    if (number === undefined) return null;
    this.#numbers.delete(key);
    return number;
  }

  free(number: number): void {
    this.#free.push(number);
    const index = Math.floor(number / PAGE_ROWS);
    if (--this.#pages[index]!.used > 0) return;
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
      const number = this.#numbers.get(batch.entities[i]!.key);
      if (number === undefined) continue;
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

  #addPage(): void {
    const place = this.#pages.indexOf(null);
    const index = place === -1 ? this.#pages.length : place;
    this.#pages[index] = new Page({
      sketches: this.#gauges.length,
      scores: this.#kind === 'producer' || this.#kind === 'consumer',
      layers: this.#kind === 'consumer',
    });
    this.#emptyPages++;
    for (let row = PAGE_ROWS - 1; row >= 0; row--) this.#free.push(index * PAGE_ROWS + row);
  }
}
