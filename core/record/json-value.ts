import type { JsonValue } from './record.js';

/** What is deeper is `null`: also the end of what contains itself. */
const DEEPEST = 8;
/** Values in one record; what comes after is `null`. The largest that is meant, a worker's death, has about 5,000. */
const MOST_VALUES = 20_000;
const LONGEST_TEXT = 8_192;

type JsonObject = { readonly [key: string]: JsonValue };

/** A copy that JSON can say, bounded in depth, number and length. Unknown numbers become `null`. */
export function jsonObject(value: object, edit?: (text: string) => string): JsonObject {
  return new Copier(edit).object(value, 0);
}

class Copier {
  readonly #edit: ((text: string) => string) | undefined;
  #left = MOST_VALUES;

  constructor(edit: ((text: string) => string) | undefined) {
    this.#edit = edit;
  }

  object(value: object, depth: number): JsonObject {
    const copy: Record<string, JsonValue> = {};
    for (const key of Object.keys(value)) {
      const item = (value as Readonly<Record<string, unknown>>)[key];
      if (item === undefined || typeof item === 'function' || key === '__proto__') continue;
      copy[key] = this.#value(item, depth + 1);
    }
    return copy;
  }

  #value(value: unknown, depth: number): JsonValue {
    if (this.#left-- <= 0) return null;
    switch (typeof value) {
      case 'string':
        return this.#text(value);
      case 'number':
        return Number.isFinite(value) ? value : null;
      case 'boolean':
        return value;
      case 'bigint':
        return value.toString();
      case 'object':
        return value === null || depth >= DEEPEST ? null : this.#compound(value, depth);
      default:
        return null;
    }
  }

  #compound(value: object, depth: number): JsonValue {
    if (Array.isArray(value)) return value.map((item) => this.#value(item, depth + 1));
    if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
    if (ArrayBuffer.isView(value)) return `${value.byteLength} bytes`;
    return this.object(value, depth);
  }

  #text(text: string): string {
    const cut = text.length > LONGEST_TEXT ? `${text.slice(0, LONGEST_TEXT - 1)}…` : text;
    return this.#edit === undefined ? cut : this.#edit(cut);
  }
}
