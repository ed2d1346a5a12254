import type { z } from 'zod';
import { MonitorError } from './errors.js';
import { nearestName } from './nearest-name.js';
import {
  alternatives,
  holdsSecret,
  isSecret,
  knownKeys,
  type OptionSchema,
  optionSchema,
  schemaAt,
  wordsFor,
} from './option-schema.js';
import { withoutCredentials } from './secrets.js';

export type CheckedOptions<T> =
  | { readonly ok: true; readonly output: T }
  /** One sentence per problem, each beginning with the path of the option. */
  | { readonly ok: false; readonly problems: readonly string[] };

/** Longest value that is quoted in a message, in characters. */
const QUOTED = 60;
/** Most names that are listed when none is near the wrong one. */
const LISTED = 12;

/**
 * Parses options; `path` is where they stand in the configuration, for example `plugins.webhook`, or empty for the root.
 * Throws `SFUSCOPE_OPTIONS_INVALID` with every problem: the path of the key, what was expected, what was found, and the
 * nearest valid name of an unknown key. Values of fields marked `.meta({ secret: true })` are never shown.
 */
export function parseOptions<S extends z.ZodType>(schema: S, input: unknown, path: string): z.output<S> {
  const checked = checkOptions(schema, input, path);
  if (!checked.ok) throw optionsError(checked.problems);
  return checked.output;
}

/** As `parseOptions`, but gives the problems back, so that those of several parts can be told together. */
export function checkOptions<S extends z.ZodType>(
  schema: S,
  input: unknown,
  path: string,
): CheckedOptions<z.output<S>> {
  const result = schema.safeParse(input);
  if (result.success) return { ok: true, output: result.data };
  const described = optionSchema(schema);
  return {
    ok: false,
    problems: result.error.issues.flatMap((issue) => explain(issue, [], { described, input, path })),
  };
}

export function optionsError(problems: readonly string[]): MonitorError {
  const message =
    problems.length === 1
      ? `${problems[0]}${problems[0]?.endsWith('?') === true ? '' : '.'}`
      : `${problems.length} options are wrong:\n- ${problems.join('\n- ')}\n`;
  return new MonitorError('SFUSCOPE_OPTIONS_INVALID', message);
}

interface Question {
  readonly described: OptionSchema;
  readonly input: unknown;
  readonly path: string;
}

type Issue = z.core.$ZodIssue;

function explain(issue: Issue, above: readonly PropertyKey[], question: Question): readonly string[] {
  const keys = [...above, ...issue.path];
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => explainUnknown(key, keys, question));
  if (issue.code === 'invalid_union') {
    const nearest = nearestBranch(issue.errors);
    if (nearest !== undefined) return nearest.flatMap((inner) => explain(inner, keys, question));
  }
  const schema = schemaAt(question.described, keys);
  const value = valueAt(question.input, keys);
  return [
    `${pathText(question.path, keys)}: ${expectation(issue, schema, value)}, found ${wordsForValue(value, schema)}`,
  ];
}

/** The branch of a union that was meant: the one whose outer type fits and in which the least is wrong. */
function nearestBranch(branches: readonly (readonly Issue[])[]): readonly Issue[] | undefined {
  const fitting = branches.filter((issues) =>
    issues.every(({ code, path }) => path.length > 0 || code === 'unrecognized_keys'),
  );
  return fitting.toSorted((a, b) => a.length - b.length)[0];
}

function explainUnknown(key: string, above: readonly PropertyKey[], { described, input, path }: Question): string {
  const schema = schemaAt(described, above);
  const known = schema === undefined ? [] : knownKeys(schema);
  const present = valueAt(input, above);
  const free = known.filter((name) => typeof present !== 'object' || present === null || !(name in present));
  const near = nearestName(key, free.length === 0 ? known : free);
  const subject = `${pathText(path, [...above, key])}: unknown option`;
  if (near !== undefined) return `${subject}; did you mean "${near}"?`;
  if (known.length === 0) return `${subject}; there are no options here`;
  const rest = known.length > LISTED ? `, and ${known.length - LISTED} more` : '';
  return `${subject}; known here: ${known.slice(0, LISTED).join(', ')}${rest}`;
}

function expectation(issue: Issue, schema: OptionSchema | undefined, value: unknown): string {
  const words = schema === undefined ? null : wordsFor(schema);
  if (issue.code === 'custom' && issue.message !== 'Invalid input') return ownWords(issue.message, schema, value);
  const expected = words ?? (issue.code === 'invalid_type' ? `a ${issue.expected}` : null);
  if (expected === null) return ownWords(issue.message, schema, value);
  return `expected ${expected}${suggestion(value, schema)}`;
}

/** The message of the schema's author, unless it tells a secret. */
function ownWords(message: string, schema: OptionSchema | undefined, value: unknown): string {
  const tells = schema !== undefined && isSecret(schema) && message.includes(String(value));
  return tells ? 'not valid' : message.replace(/\.$/, '');
}

function suggestion(value: unknown, schema: OptionSchema | undefined): string {
  if (typeof value !== 'string' || schema === undefined || holdsSecret(schema)) return '';
  const words = alternatives(schema).flatMap((one) => [...(one.enum ?? []), one.const]);
  const near = nearestName(
    value,
    words.filter((word) => typeof word === 'string'),
  );
  return near === undefined ? '' : ` (did you mean "${near}"?)`;
}

function wordsForValue(value: unknown, schema: OptionSchema | undefined): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === 'function') return 'a function';
  if (typeof value === 'object') return 'a group of options';
  if (schema === undefined || holdsSecret(schema)) return `a ${typeof value} that is not shown`;
  if (typeof value !== 'string') return `${value as number | boolean | bigint}`;
  const text = withoutCredentials(value);
  return JSON.stringify(text.length > QUOTED ? `${text.slice(0, QUOTED)}…` : text);
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  let here = input;
  for (const key of path) {
    if (typeof here !== 'object' || here === null) return undefined;
    here = (here as Record<PropertyKey, unknown>)[key];
  }
  return here;
}

function pathText(prefix: string, path: readonly PropertyKey[]): string {
  let text = prefix;
  for (const key of path) {
    if (typeof key === 'number') text += `[${key}]`;
    else if (/^[\w-]+$/.test(String(key))) text += text === '' ? String(key) : `.${String(key)}`;
    else text += `[${JSON.stringify(String(key))}]`;
  }
  return text === '' ? 'options' : text;
}
