import { Abandoned } from './abandoned.js';

/** What JSON writes differently from how it stands: quotation marks, backslashes, control characters and lone surrogates. */
const SPECIAL = /["\\\p{Cc}\ud800-\udfff]/u;

/** `JSON.stringify` of a text. */
export function quoted(text: string): string {
  return SPECIAL.test(text) ? JSON.stringify(text) : `"${text}"`;
}

/** A value as `JSON.stringify` writes it when it stands in an object. Throws `Abandoned` where its place would matter. */
export function jsonText(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return quoted(value);
    case 'number':
      return Number.isFinite(value) ? `${value}` : 'null';
    case 'boolean':
      return value ? 'true' : 'false';
    case 'object':
      // It would be told the name of its field.
      if (value !== null && 'toJSON' in value) break;
      return JSON.stringify(value);
    default:
  }
  throw new Abandoned(`JSON of a ${typeof value}`);
}
