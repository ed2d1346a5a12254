import type { z } from 'zod';
import { type OptionSchema, optionSchema, wordsFor } from './option-schema.js';

/** One option, as documentation and `--help` show it. */
export interface OptionRow {
  /** For example `breaker.coolDownMs`, `rules[].name`, `labels.<name>`. */
  readonly path: string;
  /** In words, with its bounds: `a whole number from 1 to 65535`. */
  readonly type: string;
  /** As JSON; `null` when there is none. */
  readonly default: string | null;
  readonly required: boolean;
  readonly description: string;
  readonly secret: boolean;
}

/** Every option of a schema in its order; a group is told by its members. */
export function describeOptions(schema: z.ZodType): readonly OptionRow[] {
  return rowsOf(optionSchema(schema), '', false);
}

function rowsOf(schema: OptionSchema, path: string, required: boolean): readonly OptionRow[] {
  const inner = members(schema, path);
  if (inner.length > 0) return inner;
  if (path === '') return [];
  return [
    {
      path,
      type: wordsFor(schema) ?? 'see the description',
      default: schema.default === undefined ? null : JSON.stringify(schema.default),
      required,
      description: schema.description ?? '',
      secret: schema.secret === true,
    },
  ];
}

function members(schema: OptionSchema, path: string): readonly OptionRow[] {
  if (schema.secret === true) return [];
  const prefix = path === '' ? '' : `${path}.`;
  const named = Object.entries(schema.properties ?? {}).flatMap(([key, property]) =>
    rowsOf(property, `${prefix}${key}`, schema.required?.includes(key) === true),
  );
  if (named.length > 0) return named;
  if (schema.items?.properties !== undefined) return members(schema.items, `${path}[]`);
  const rest = schema.additionalProperties;
  return typeof rest === 'object' && rest.properties !== undefined ? members(rest, `${prefix}<name>`) : [];
}
