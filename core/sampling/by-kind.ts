import { SAMPLED_KINDS, type SampledKind } from '../model/samples.js';

/** One thing for every kind that has statistics. */
export type ByKind<T> = Readonly<Record<SampledKind, T>>;

export function byKind<T>(make: (kind: SampledKind) => T): Record<SampledKind, T> {
  return Object.fromEntries(SAMPLED_KINDS.map((kind) => [kind, make(kind)])) as Record<SampledKind, T>;
}
