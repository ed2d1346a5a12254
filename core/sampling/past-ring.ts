import type { EntityKey } from '../model/entity.js';
import type { SampledKind } from '../model/samples.js';
import { FIELD_PLANS } from './fields.js';
import type { PastSample } from './stats-reader.js';
import type { Table } from './table.js';

interface Remembered {
  readonly key: EntityKey;
  readonly kind: SampledKind;
  readonly at: number;
  readonly values: Float64Array;
}

/** Bytes of a remembered sample besides its values: the objects around them. */
const OVERHEAD_BYTES = 192;

/** The samples of watched entities of the last minutes, of all together no more than fit; the oldest go first. */
export class PastRing {
  readonly capacityBytes: number;
  #samples: (Remembered | undefined)[] = [];
  #first = 0;
  #usedBytes = 0;

  constructor(capacityBytes: number) {
    this.capacityBytes = capacityBytes;
  }

  /** An estimate. */
  get usedBytes(): number {
    return this.#usedBytes;
  }

  /** Remembers the row of `slot` as it is. */
  add(key: EntityKey, table: Table, slot: number, at: number): void {
    const bytes = sizeOf(table.values.stride);
    if (bytes > this.capacityBytes) return;
    while (this.#usedBytes + bytes > this.capacityBytes) this.#dropOldest();
    this.#samples.push({ key, kind: table.kind, at, values: table.values.copyOf(slot) });
    this.#usedBytes += bytes;
  }

  /** Samples of one entity, oldest first, not older than the wall time `sinceMs`; only what was known. */
  of(key: EntityKey, sinceMs: number): PastSample[] {
    const found: PastSample[] = [];
    for (let i = this.#first; i < this.#samples.length; i++) {
      const sample = this.#samples[i];
      if (sample?.key === key && sample.at >= sinceMs) found.push({ at: sample.at, values: namedValues(sample) });
    }
    return found;
  }

  #dropOldest(): void {
    this.#usedBytes -= sizeOf(this.#samples[this.#first]!.values.length);
    this.#samples[this.#first] = undefined;
    this.#first++;
    // The empty places are given up once they are half of the array.
    if (this.#first * 2 < this.#samples.length) return;
    this.#samples = this.#samples.slice(this.#first);
    this.#first = 0;
  }
}

function sizeOf(fields: number): number {
  return OVERHEAD_BYTES + fields * Float64Array.BYTES_PER_ELEMENT;
}

function namedValues({ kind, values }: Remembered): Record<string, number> {
  const named: Record<string, number> = {};
  for (const [i, name] of FIELD_PLANS[kind].names.entries()) if (!Number.isNaN(values[i]!)) named[name] = values[i]!;
  return named;
}
