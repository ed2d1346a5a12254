/** A field as it stands in a line; `null` for one that is left out. */
export type Field = string | null;
export type Tags = Readonly<Record<string, string | null>>;

/** Longest tag value and text, in UTF-16 units; a key of more than 64 kB would be refused. */
const MAX_TAG = 256;
const MAX_TEXT = 16_384;
const INT64_LIMIT = 2n ** 63n;

/** A whole number: what a field is first decides its type for good, so that every field is made by the same function always. */
export function integer(value: number | null | undefined): Field {
  if (value === null || value === undefined || !Number.isFinite(value)) return null;
  if (Number.isSafeInteger(value)) return `${value}i`;
  const whole = BigInt(Math.trunc(value));
  return whole >= -INT64_LIMIT && whole < INT64_LIMIT ? `${whole}i` : null;
}

/** Any number; what is unknown or infinite is left out, for InfluxDB has no word for it. */
export function float(value: number | null | undefined): Field {
  return value === null || value === undefined || !Number.isFinite(value) ? null : `${value}`;
}

export function boolean(value: boolean): Field {
  return value ? 'true' : 'false';
}

/** Quotes and backslashes are escaped; line breaks become spaces, for which the protocol has no escape. */
export function text(value: string): Field {
  return `"${plain(value.slice(0, MAX_TEXT)).replace(/["\\]/g, '\\$&')}"`;
}

/**
 * One line of InfluxDB's line protocol (docs.influxdata.com, "InfluxDB line protocol reference"); `null` when every field is left out.
 * `ms`: wall time, written in microseconds. Empty tags are left out, for they would be refused.
 */
export function line(
  measurement: string,
  tags: Tags,
  fields: Readonly<Record<string, Field>>,
  ms: number,
): string | null {
  const written: string[] = [];
  for (const [key, field] of Object.entries(fields)) if (field !== null) written.push(`${escaped(key)}=${field}`);
  if (written.length === 0) return null;
  let head = measurement.replace(/[, ]/g, '\\$&');
  // Sorted, as InfluxDB keeps them: it would have to do so itself.
  for (const key of Object.keys(tags).toSorted((a, b) => (a < b ? -1 : 1))) {
    const value = tagValue(tags[key] ?? '');
    if (value !== '') head += `,${escaped(key)}=${escaped(value)}`;
  }
  return `${head} ${written.join()} ${Math.round(ms * 1_000)}`;
}

/**
 * A tag value as InfluxDB will have it. The protocol cannot escape a backslash: one that would come to stand before an escape or at the
 * end would change what follows, and becomes a slash.
 */
export function tagValue(value: string): string {
  return plain(value.slice(0, MAX_TAG))
    .replace(/\\(?=[,= "\\]|$)/g, '/')
    .trim();
}

function escaped(value: string): string {
  return value.replace(/[,= ]/g, '\\$&');
}

/** Without control characters, and with U+FFFD for halves of characters, as UTF-8 has it. */
function plain(value: string): string {
  return Buffer.from(value)
    .toString()
    .replace(/\p{Cc}+/gu, ' ');
}
