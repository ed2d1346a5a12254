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

/**
 * Rows from `from` to before `to` for which one of the comparisons holds, written to `found` in order; their number. What is unknown does not
 * hold. -1 when a column is missing or there is nothing to look for: then every row may be meant.
 */
export function scanRows(
  columns: SampledColumns,
  scans: readonly Scan[],
  from: number,
  to: number,
  found: Uint32Array,
): number {
  const [first] = scans;
  if (first === undefined || scans.some(({ column }) => columns[column] === undefined)) return -1;
  if (scans.length === 1) return scan(columns[first.column]!, first, from, to, found);
  const isMeant = new Uint8Array(to - from);
  for (const one of scans) {
    const count = scan(columns[one.column]!, one, from, to, found);
    for (let index = 0; index < count; index++) isMeant[found[index]! - from] = 1;
  }
  let count = 0;
  for (let index = 0; index < isMeant.length; index++) if (isMeant[index] === 1) found[count++] = from + index;
  return count;
}

function scan(
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
