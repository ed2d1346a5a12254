import type { Cursor } from './cursor.js';

/** What a condition can read. `read` gives `NaN` or `null` for what is unknown. */
export type Field = NumberField | TextField | FlagField;

interface FieldBase {
  /** One sentence for docs/alerts.md. */
  readonly help: string;
}

export interface NumberField extends FieldBase {
  readonly type: 'double';
  readonly unit: string;
  /** The column of the entity's own batch that holds it. */
  readonly sample?: string;
  readonly read: (cursor: Cursor) => number;
}

export interface TextField extends FieldBase {
  readonly type: 'string';
  readonly read: (cursor: Cursor) => string | null;
}

export interface FlagField extends FieldBase {
  readonly type: 'bool';
  readonly read: (cursor: Cursor) => boolean | null;
}

/** Fields of one variable of a condition, by name. */
export type Fields = Readonly<Record<string, Field>>;

export function numberField(
  unit: string,
  help: string,
  read: (cursor: Cursor) => number | null | undefined,
): NumberField {
  return { type: 'double', unit, help, read: (cursor) => read(cursor) ?? Number.NaN };
}

export function textField(help: string, read: (cursor: Cursor) => string | null | undefined): TextField {
  return { type: 'string', help, read: (cursor) => read(cursor) ?? null };
}

export function flagField(help: string, read: (cursor: Cursor) => boolean | null | undefined): FlagField {
  return { type: 'bool', help, read: (cursor) => read(cursor) ?? null };
}
