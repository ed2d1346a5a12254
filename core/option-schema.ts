import { z } from 'zod';

/** The part of JSON Schema that options are described with. Made by zod, so it always agrees with what is parsed. */
export interface OptionSchema {
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly default?: unknown;
  /** From `.meta({ secret: true })`. */
  readonly secret?: boolean;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly format?: string;
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly items?: OptionSchema;
  readonly properties?: Readonly<Record<string, OptionSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | OptionSchema;
  readonly anyOf?: readonly OptionSchema[];
  readonly oneOf?: readonly OptionSchema[];
  readonly allOf?: readonly OptionSchema[];
}

/** What a zod schema takes as its input. Parts that JSON cannot express (functions, own checks) are empty schemas. */
export function optionSchema(schema: z.ZodType): OptionSchema {
  return z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as OptionSchema;
}

/** The schema itself and every alternative in it. */
export function alternatives(schema: OptionSchema): readonly OptionSchema[] {
  const inner = [...(schema.anyOf ?? []), ...(schema.oneOf ?? []), ...(schema.allOf ?? [])];
  return [schema, ...inner.flatMap(alternatives)];
}

/** Every schema that may hold for what lies at `key`; none when the key is unknown. */
function below(schema: OptionSchema, key: PropertyKey): readonly OptionSchema[] {
  return alternatives(schema).flatMap((one) => {
    if (typeof key === 'number') return one.items === undefined ? [] : [one.items];
    const property = one.properties?.[String(key)];
    if (property !== undefined) return [property];
    return typeof one.additionalProperties === 'object' ? [one.additionalProperties] : [];
  });
}

/** The schema of what lies at a path: several alternatives become one with `anyOf`. `undefined` when the path is unknown. */
export function schemaAt(schema: OptionSchema, path: readonly PropertyKey[]): OptionSchema | undefined {
  let here: OptionSchema | undefined = schema;
  for (const key of path) {
    const found: readonly OptionSchema[] = here === undefined ? [] : below(here, key);
    here = found.length > 1 ? { anyOf: found } : found[0];
  }
  return here;
}

export function knownKeys(schema: OptionSchema): readonly string[] {
  return [...new Set(alternatives(schema).flatMap((one) => Object.keys(one.properties ?? {})))];
}

export function isSecret(schema: OptionSchema): boolean {
  return alternatives(schema).some((one) => one.secret === true);
}

/** Whether it, or anything below it, is secret. */
export function holdsSecret(schema: OptionSchema): boolean {
  if (isSecret(schema)) return true;
  return alternatives(schema).some((one) => {
    const below = [...Object.values(one.properties ?? {}), one.items, one.additionalProperties];
    return below.some((part) => typeof part === 'object' && holdsSecret(part));
  });
}

/** What the schema takes, in words: `a whole number from 1 to 65535`. `null` when the schema says nothing. */
export function wordsFor(schema: OptionSchema): string | null {
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices !== undefined) return either(choices.map(wordsFor));
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum !== undefined) return `one of ${schema.enum.map((value) => JSON.stringify(value)).join(', ')}`;
  const types = typeof schema.type === 'string' ? [schema.type] : (schema.type ?? []);
  return either(types.map((type) => wordsForType(type, schema)));
}

function either(words: readonly (string | null)[]): string | null {
  return words.length === 0 || words.includes(null) ? null : [...new Set(words)].join(' or ');
}

function wordsForType(type: string, schema: OptionSchema): string | null {
  switch (type) {
    case 'integer':
      return `a whole number${range(schema)}`;
    case 'number':
      return `a number${range(schema)}`;
    case 'string':
      return wordsForText(schema);
    case 'boolean':
      return 'true or false';
    case 'array':
      return `a list${size(schema.minItems, schema.maxItems, 'items')}${each(schema.items)}`;
    case 'object': {
      const rest = schema.additionalProperties;
      return schema.properties === undefined && typeof rest === 'object'
        ? `a group of names${each(rest)}`
        : 'a group of options';
    }
    case 'null':
      return 'null';
    default:
      return null;
  }
}

function wordsForText(schema: OptionSchema): string {
  if (schema.format === 'uri') return 'a URL';
  if (schema.format !== undefined) return `text of the form ${schema.format}`;
  if (schema.pattern !== undefined) return `text that matches /${schema.pattern}/`;
  return `text${size(schema.minLength, schema.maxLength, 'characters')}`;
}

function each(item: OptionSchema | undefined): string {
  const words = item === undefined ? null : wordsFor(item);
  return words === null ? '' : `, each ${words}`;
}

function size(min: number | undefined, max: number | undefined, unit: string): string {
  if (min !== undefined && max !== undefined) return ` of ${min} to ${max} ${unit}`;
  if (min !== undefined) return ` of at least ${min} ${unit}`;
  return max === undefined ? '' : ` of at most ${max} ${unit}`;
}

function range(schema: OptionSchema): string {
  // zod bounds every whole number by what a double holds exactly; that is no news to anybody.
  const min = schema.minimum === Number.MIN_SAFE_INTEGER ? undefined : schema.minimum;
  const max = schema.maximum === Number.MAX_SAFE_INTEGER ? undefined : schema.maximum;
  const low = min === undefined ? bound(' above', schema.exclusiveMinimum) : ` from ${min}`;
  const high = max === undefined ? bound(' below', schema.exclusiveMaximum) : ` to ${max}`;
  return `${low}${low !== '' && high.startsWith(' below') ? ' and' : ''}${high}`;
}

function bound(word: string, value: number | undefined): string {
  return value === undefined ? '' : `${word} ${value}`;
}
