import type { AnySampleBatch, EntityKey } from '../../core/index.js';
import { type Field, float, integer } from './line.js';

/** What is averaged, by the name of its field; `worst` says which end is bad. */
const VALUES = [
  { field: 'score', name: 'Score', worst: Math.min },
  { field: 'lossRatio', name: 'LossRatio', worst: Math.max },
  { field: 'roundTripTime', name: 'RttMs', worst: Math.max },
  { field: 'jitter', name: 'JitterMs', worst: Math.max },
] as const;

const KINDS = ['producer', 'consumer'] as const;

interface Sum {
  count: number;
  total: number;
  worst: number;
}

type Sums = Record<string, Sum>;

/** Mean and worst of what producers and consumers were sampled with since the last look, by worker and over all. */
export class Quality {
  #sums = new Map<EntityKey | null, Sums>();

  observe(batch: AnySampleBatch): void {
    if (batch.kind !== 'producer' && batch.kind !== 'consumer') return;
    for (const { field, name, worst } of VALUES) {
      const column = batch.columns[field];
      const sum = { count: 0, total: 0, worst: Number.NaN };
      for (let row = 0; row < batch.length; row++) {
        const value = column[row] ?? Number.NaN;
        if (Number.isNaN(value)) continue;
        sum.worst = sum.count === 0 ? value : worst(sum.worst, value);
        sum.count++;
        sum.total += value;
      }
      if (sum.count === 0) continue;
      for (const scope of [batch.worker, null]) this.#add(scope, `${batch.kind}${name}`, sum, worst);
    }
  }

  /** Fields of one worker, or of all with `null`. Nothing was sampled: no fields. */
  fields(worker: EntityKey | null): Readonly<Record<string, Field>> {
    const sums = this.#sums.get(worker) ?? {};
    const fields: Record<string, Field> = {};
    for (const kind of KINDS) {
      for (const { name } of VALUES) {
        const sum = sums[`${kind}${name}`];
        if (sum === undefined) continue;
        fields[`${kind}${name}Mean`] = float(sum.total / sum.count);
        fields[`${kind}${name}Worst`] = float(sum.worst);
        fields[`${kind}${name}Samples`] = integer(sum.count);
      }
    }
    return fields;
  }

  reset(): void {
    this.#sums = new Map();
  }

  #add(
    scope: EntityKey | null,
    name: string,
    { count, total, worst }: Sum,
    worse: (a: number, b: number) => number,
  ): void {
    const sums = this.#sums.get(scope) ?? {};
    this.#sums.set(scope, sums);
    const sum = sums[name];
    if (sum === undefined) sums[name] = { count, total, worst };
    else {
      sum.count += count;
      sum.total += total;
      sum.worst = worse(sum.worst, worst);
    }
  }
}
