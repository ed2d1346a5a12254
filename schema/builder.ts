import SchemaBuilder from '@pothos/core';
import ComplexityPlugin from '@pothos/plugin-complexity';
import type { SchemaContext } from './context.js';

/** Types are added to it by the files under `types`, `live` and `mutations.ts`; this file defines none. */
export const builder = new SchemaBuilder<{
  Context: SchemaContext;
  DefaultFieldNullability: false;
  Scalars: {
    ID: { Input: string; Output: string };
    DateTime: { Input: number; Output: number };
    Counter: { Input: number; Output: number };
    JSON: { Input: unknown; Output: unknown };
  };
}>({
  defaultFieldNullability: false,
  plugins: [ComplexityPlugin],
  complexity: {
    // The plugin keeps the cost of each field. It would check a subscription only at its first message, when leases are
    // already held, and report once per root field; `guard` checks every operation once, before anything runs.
    disabled: true,
    defaultComplexity: 1,
    defaultListMultiplier: 4,
  },
});

/** The type parameters of `builder`, for what must name them. */
export type Types = (typeof builder)['$inferSchemaTypes'];
