import type { EntityKey, NodeOf } from '../model/entity.js';
import type { AnySampleBatch, Columns, SampleBatch, SampledKind } from '../model/samples.js';
import { FIELD_PLANS } from './fields.js';
import { roomFor } from './room-for.js';
import type { Subject } from './subject.js';
import type { Table } from './table.js';

export interface BatchFacts {
  readonly worker: EntityKey;
  readonly tick: number;
  readonly at: number;
  /** Share of the open entities of the kind in that worker that the tick sampled. */
  readonly coverage: number;
}

/** A batch whose columns are filled again for the next one; they are longer than `length`. */
class ReusedBatch<K extends SampledKind> implements SampleBatch<K> {
  readonly kind: K;
  readonly entities: NodeOf<K>[] = [];
  worker!: EntityKey;
  tick = 0;
  at = 0;
  length = 0;
  coverage = 0;
  columns: Columns<K>;
  /** The same columns in the order of the table. */
  ordered: readonly Float64Array[];
  #capacity = 64;

  constructor(kind: K) {
    this.kind = kind;
    this.columns = columnsOf(kind, this.#capacity);
    this.ordered = Object.values(this.columns);
  }

  reserve(rows: number): void {
    if (rows <= this.#capacity) return;
    this.#capacity = roomFor(rows, this.#capacity);
    this.columns = columnsOf(this.kind, this.#capacity);
    this.ordered = Object.values(this.columns);
  }

  copy(): SampleBatch<K> {
    const copy = new ReusedBatch(this.kind);
    copy.worker = this.worker;
    copy.tick = this.tick;
    copy.at = this.at;
    copy.length = this.length;
    copy.coverage = this.coverage;
    copy.entities.push(...this.entities);
    copy.columns = Object.fromEntries(
      Object.entries<Float64Array>(this.columns).map(([name, column]) => [name, column.slice(0, this.length)]),
    ) as Columns<K>;
    copy.ordered = Object.values(copy.columns);
    return copy;
  }
}

/** Makes batches of one kind out of the table, always in the same columns. */
export class BatchFiller {
  readonly #table: Table;
  readonly #batch: ReusedBatch<SampledKind>;

  constructor(table: Table) {
    this.#table = table;
    this.#batch = new ReusedBatch(table.kind);
  }

  /** Valid until the next call. Entities that have closed since they were sampled are left out. */
  fill(subjects: readonly Subject[], facts: BatchFacts): AnySampleBatch {
    const batch = this.#batch;
    batch.reserve(subjects.length);
    batch.entities.length = 0;
    const { values } = this.#table;
    const columns = batch.ordered;
    let row = 0;
    for (const subject of subjects) {
      if (subject.closed || !subject.known) continue;
      values.readAcross(subject.slot, columns, row);
      batch.entities.push(subject.node);
      row++;
    }
    batch.worker = facts.worker;
    batch.tick = facts.tick;
    batch.at = facts.at;
    batch.length = row;
    batch.coverage = facts.coverage;
    return batch as unknown as AnySampleBatch;
  }

  /** Lets go of the nodes, so that a batch does not keep closed entities. */
  clear(): void {
    this.#batch.entities.length = 0;
    this.#batch.length = 0;
  }
}

function columnsOf<K extends SampledKind>(kind: K, rows: number): Columns<K> {
  return Object.fromEntries(FIELD_PLANS[kind].names.map((name) => [name, new Float64Array(rows)])) as Columns<K>;
}
