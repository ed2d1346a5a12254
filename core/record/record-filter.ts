import { z } from 'zod';
import { RECORD_LEVELS, type RecordLevel, type SfuRecord } from './record.js';

const typePattern = z
  .string()
  .refine(
    (type) => /^(\*|[a-zA-Z]+\.(\*|[a-zA-Z]+))$/.test(type),
    "must be like 'producer.stalled', 'producer.*' or '*'",
  );

/** Which records a sink takes; a plugin has these among its own options: `z.strictObject({ url, ...recordFilter.shape })`. */
export const recordFilter = z.strictObject({
  minLevel: z.enum(RECORD_LEVELS).default('INFO').describe('Least level of the records that are sent.'),
  types: z
    .array(typePattern)
    .min(1)
    .max(200)
    .default(['*'])
    .describe('Types that are sent: names of docs/events.md, or the beginning of them as `producer.*`.'),
  except: z.array(typePattern).max(200).default([]).describe('Types that are not sent, whatever `types` says.'),
});

export type RecordFilterOptions = z.output<typeof recordFilter>;

/** Says of records whether a sink takes them. */
export class RecordFilter {
  readonly #levels: ReadonlySet<RecordLevel>;
  readonly #types: ReadonlySet<string>;
  readonly #except: ReadonlySet<string>;

  constructor({ minLevel, types, except }: RecordFilterOptions) {
    this.#levels = new Set(RECORD_LEVELS.slice(RECORD_LEVELS.indexOf(minLevel)));
    this.#types = new Set(types);
    this.#except = new Set(except);
  }

  takes({ level, type }: Pick<SfuRecord, 'level' | 'type'>): boolean {
    return this.#levels.has(level) && matches(this.#types, type) && !matches(this.#except, type);
  }
}

function matches(patterns: ReadonlySet<string>, type: string): boolean {
  if (patterns.size === 0) return false;
  return patterns.has('*') || patterns.has(type) || patterns.has(`${type.slice(0, type.indexOf('.'))}.*`);
}
