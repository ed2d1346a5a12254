import type { ReportOptions } from './report-options.js';

type Limits = Pick<ReportOptions, 'maxBytes' | 'maxDepth' | 'maxValues'>;
type Report = Readonly<Record<string, unknown>>;

type Answer = { readonly report: Report; readonly fault: null } | { readonly report: null; readonly fault: string };

/** Says what is wrong with a report. */
class Refused extends Error {}

/**
 * A copy of its own of what a client sent, or why there is none. It costs no more than the limits allow, whatever is given, and
 * never throws.
 */
export function copyReport(given: unknown, limits: Limits): Answer {
  try {
    if (typeof given !== 'object' || given === null || Array.isArray(given)) throw new Refused('is no object');
    const report = new Copier(limits).object(given, 1);
    if (Buffer.byteLength(JSON.stringify(report)) > limits.maxBytes) throw new Refused('is too large');
    return { report, fault: null };
  } catch (error) {
    return { report: null, fault: error instanceof Refused ? error.message : 'cannot be read' };
  }
}

class Copier {
  readonly #limits: Limits;
  #values = 0;
  #characters = 0;

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  object(given: object, depth: number): Report {
    if (depth > this.#limits.maxDepth) throw new Refused('is too deep');
    const copy: Record<string, unknown> = {};
    // Not Object.entries, which would list all of an object that is too large.
    for (const key in given) {
      if (!Object.hasOwn(given, key) || key === '__proto__') continue;
      const value = this.#value((given as Report)[key], depth);
      this.#spend(key.length);
      if (value !== undefined) copy[key] = value;
    }
    return copy;
  }

  #value(value: unknown, depth: number): unknown {
    if (++this.#values > this.#limits.maxValues) throw new Refused('has too many values');
    switch (typeof value) {
      case 'string':
        this.#spend(value.length);
        return value;
      case 'number':
        return Number.isFinite(value) ? value : null;
      case 'boolean':
        return value;
      case 'object':
        if (value === null) return null;
        return Array.isArray(value) ? this.#list(value, depth + 1) : this.object(value, depth + 1);
      default:
        return undefined;
    }
  }

  #list(given: readonly unknown[], depth: number): readonly unknown[] {
    if (depth > this.#limits.maxDepth) throw new Refused('is too deep');
    if (given.length > this.#limits.maxValues) throw new Refused('has too many values');
    return given.map((item) => this.#value(item, depth) ?? null);
  }

  #spend(characters: number): void {
    this.#characters += characters;
    if (this.#characters > this.#limits.maxBytes) throw new Refused('is too large');
  }
}
