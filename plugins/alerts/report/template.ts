import { nearestName } from '../../../core/index.js';
import { ConditionError } from '../condition/rule-error.js';
import type { Cursor } from '../fields/cursor.js';
import type { Field } from '../fields/field.js';
import { type Scope, type Variable, VARIABLES } from '../fields/scopes.js';
import { FIELDS } from '../fields/table.js';
import { shown } from './values.js';

/** Longer texts are cut. */
const MAX_LENGTH = 4_000;

export interface Filling {
  readonly cursor: Cursor;
  /** The field that `{{value}}` shows; `null` when the condition reads no number. */
  readonly value: Field | null;
  readonly labels: Readonly<Record<string, string>>;
}

type Part = (filling: Filling) => string;

/** A text with places to fill in: `{{value}}`, `{{labels.room}}`, `{{producer.bitrate}}`. */
export class Template {
  readonly #parts: readonly Part[];

  private constructor(parts: readonly Part[]) {
    this.#parts = parts;
  }

  /** Throws `ConditionError` for a placeholder that does not exist. */
  static parse(text: string, scope: Scope): Template {
    const parts = text
      .split(/\{\{(.*?)\}\}/)
      .map((piece, index) => (index % 2 === 0 ? (): string => piece : placeholder(piece.trim(), scope)));
    return new Template(parts);
  }

  fill(filling: Filling): string {
    return this.#parts
      .map((part) => part(filling))
      .join('')
      .slice(0, MAX_LENGTH);
  }
}

function placeholder(name: string, scope: Scope): Part {
  if (name === 'value') return ({ value, cursor }) => (value === null ? 'the condition holds' : shown(value, cursor));
  const [owner = '', key = ''] = name.split('.');
  if (owner === 'labels' && key !== '') return ({ labels }) => labels[key] ?? 'unknown';
  const variable = VARIABLES[scope].find((one): one is Variable => one === owner);
  const field = variable === undefined ? undefined : FIELDS[variable][key];
  if (field !== undefined) return ({ cursor }) => shown(field, cursor);
  const known = [
    'value',
    ...VARIABLES[scope].flatMap((one) => Object.keys(FIELDS[one]).map((each) => `${one}.${each}`)),
  ];
  const near = nearestName(name, known);
  const help = near === undefined ? '' : `; did you mean {{${near}}}?`;
  throw new ConditionError(`annotations have no placeholder {{${name}}}${help}`, -1);
}
