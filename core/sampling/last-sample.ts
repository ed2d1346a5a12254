import { FIELD_PLANS } from './fields.js';
import type { Subject } from './subject.js';
import type { Table } from './table.js';

/** What the sampler knew last of one entity, kept apart from it, so that it stays when the entity closes. */
export class LastSample {
  /** Monotonic ms. */
  readonly at: number;
  /** No batch has brought it yet, and none will when the entity closes now. */
  readonly isNew: boolean;
  readonly #values: Float64Array;
  readonly #index: Readonly<Record<string, number>>;

  constructor(subject: Subject, table: Table) {
    this.at = subject.sampledAt;
    this.isNew = subject.listed;
    this.#values = table.values.copyOf(subject.slot);
    this.#index = FIELD_PLANS[subject.kind].index;
  }

  /** As `StatsReader.value`, but also while the worker hangs: counters are what they were. `NaN` for a field the kind lacks. */
  value(field: string): number {
    const index = this.#index[field];
    return index === undefined ? Number.NaN : this.#values[index]!;
  }
}
