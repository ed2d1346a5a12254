import type { AnySampleBatch, EntityKey, EntityNode, SampledKind } from '../../../core/index.js';
import type { Scan } from '../condition/compile.js';
import type { SampledColumns } from '../fields/cursor.js';

/** What is needed of a batch, kept until it is looked at. */
export interface Rows {
  readonly kind: SampledKind;
  readonly worker: EntityKey;
  readonly entities: readonly EntityNode[];
  readonly columns: SampledColumns;
}

export function rowsOf(batch: AnySampleBatch, names: readonly string[]): Rows {
  const columns: Readonly<Record<string, Float64Array>> = batch.columns;
  return {
    kind: batch.kind,
    worker: batch.worker,
    entities: batch.entities.slice(0, batch.length),
    columns: Object.fromEntries(
      names.flatMap((name) => {
        const column = columns[name];
        return column === undefined ? [] : [[name, column.slice(0, batch.length)]];
      }),
    ),
  };
}

/** Rows from `from` to before `to` for which the comparison holds, written to `found`; their number. What is unknown does not hold. */
export function scan(
  column: Float64Array,
  { operator, threshold }: Scan,
  from: number,
  to: number,
  found: Uint32Array,
): number {
  let count = 0;
  switch (operator) {
    case '<':
      for (let row = from; row < to; row++) if (column[row]! < threshold) found[count++] = row;
      return count;
    case '<=':
      for (let row = from; row < to; row++) if (column[row]! <= threshold) found[count++] = row;
      return count;
    case '>':
      for (let row = from; row < to; row++) if (column[row]! > threshold) found[count++] = row;
      return count;
    case '>=':
      for (let row = from; row < to; row++) if (column[row]! >= threshold) found[count++] = row;
      return count;
    case '==':
      for (let row = from; row < to; row++) if (column[row]! === threshold) found[count++] = row;
      return count;
  }
}
