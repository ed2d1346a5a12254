import type { NodeOf } from '../model/entity.js';
import {
  type AnySampleBatch,
  type Columns,
  type FieldInfo,
  type FieldOf,
  SAMPLE_FIELDS,
  SAMPLED_KINDS,
  type SampleBatch,
  type SampledKind,
} from '../model/samples.js';
import { sampleNode } from './sample-nodes.js';

/** A believable value per unit. */
const VALUES: Readonly<Record<FieldInfo['unit'], number>> = {
  bytes: 1_250_000,
  packets: 1000,
  messages: 40,
  count: 3,
  'bits/s': 1_000_000,
  'bytes/s': 125_000,
  '1/s': 100,
  ms: 25,
  ratio: 0.02,
  score: 3,
};

export interface SampleBatchOptions<K extends SampledKind> {
  /** @default one sample entity */
  readonly entities?: readonly NodeOf<K>[];
  /** Value of every row of these columns. */
  readonly values?: { readonly [F in FieldOf<K>]?: number };
  /** Value of all other columns; left out: a believable one by unit. */
  readonly fill?: number;
  /** @default 1 */
  readonly tick?: number;
}

/** A batch of one kind with every column. */
export function sampleBatch<K extends SampledKind>(kind: K, options: SampleBatchOptions<K> = {}): SampleBatch<K> {
  const { entities = [sampleNode(kind)], values = {}, fill, tick = 1 } = options;
  const given: Readonly<Record<string, number | undefined>> = values;
  const fields: readonly [string, FieldInfo][] = Object.entries(SAMPLE_FIELDS[kind]);
  const columns = Object.fromEntries(
    fields.map(([field, { unit }]) => [
      field,
      new Float64Array(entities.length).fill(given[field] ?? fill ?? VALUES[unit]),
    ]),
  ) as Columns<K>;
  return batchOf({
    kind,
    worker: sampleNode('worker').key,
    tick,
    at: 1_700_000_060_000,
    coverage: 1,
    entities,
    columns,
  });
}

/** Of every kind: a usual batch, one of unknown values (`NaN`) only, and an empty one. */
export function sampleBatches(): readonly AnySampleBatch[] {
  return SAMPLED_KINDS.flatMap((kind) => [
    sampleBatch(kind),
    sampleBatch(kind, { fill: Number.NaN, tick: 2 }),
    sampleBatch(kind, { entities: [], tick: 3 }),
  ]) as readonly AnySampleBatch[];
}

function batchOf<K extends SampledKind>(content: Omit<SampleBatch<K>, 'length' | 'copy'>): SampleBatch<K> {
  return {
    ...content,
    length: content.entities.length,
    copy: () => batchOf({ ...content, entities: [...content.entities], columns: copyOf(content.columns) }),
  };
}

function copyOf<K extends SampledKind>(columns: Columns<K>): Columns<K> {
  const entries: readonly [string, Float64Array][] = Object.entries(columns);
  return Object.fromEntries(entries.map(([field, column]) => [field, column.slice()])) as Columns<K>;
}
