import type { FlatTable } from './flat-table.js';

const MAX_KNOWN = 64;

interface Known {
  readonly text: string;
  readonly bytes: Uint8Array;
}

/** Texts that come again and again, as MIME types do: each is made once. Bounded; what is known no more is made anew. */
export class KnownTexts {
  readonly #known: Known[] = [];
  readonly #decoder = new TextDecoder();

  /** `null` when the field is left out. */
  read(table: FlatTable, field: number): string | null {
    for (const { text, bytes } of this.#known) if (table.isText(field, bytes)) return text;
    const bytes = table.text(field);
    if (bytes === null) return null;
    const text = this.#decoder.decode(bytes);
    if (this.#known.length >= MAX_KNOWN) this.#known.shift();
    this.#known.push({ text, bytes: bytes.slice() });
    return text;
  }
}
