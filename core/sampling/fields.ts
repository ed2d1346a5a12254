import { type FieldOf, SAMPLE_FIELDS, type SampledKind } from '../model/samples.js';
import { type ByKind, byKind } from './by-kind.js';

/** The fields of one kind as positions in a row, so that the hot path never looks a name up. */
export interface FieldPlan {
  readonly names: readonly string[];
  readonly isCounter: readonly boolean[];
  readonly index: Readonly<Record<string, number>>;
}

function planOf(kind: SampledKind): FieldPlan {
  const entries = Object.entries(SAMPLE_FIELDS[kind]);
  return {
    names: entries.map(([name]) => name),
    isCounter: entries.map(([, info]) => info.type === 'counter'),
    index: Object.fromEntries(entries.map(([name], position) => [name, position])),
  };
}

export const FIELD_PLANS: ByKind<FieldPlan> = byKind(planOf);

/** Position of a field in the rows of its kind. */
export function position<K extends SampledKind>(kind: K, field: FieldOf<K>): number {
  return FIELD_PLANS[kind].index[field]!;
}
