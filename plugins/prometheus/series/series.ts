import { labelsText, numberText, boundText } from './text.js';

/** What identifies the entity an observation came from. Never the node itself: an exemplar outlives it. */
export interface ExemplarSource {
  readonly kind: string;
  readonly key: string;
}

export interface Exemplar {
  kind: string;
  key: string;
  value: number;
  /** Wall time in ms. */
  at: number;
}

/** One line of a counter or gauge. */
export class Series {
  /** Name, labels and the blank before the value; the same in both formats. */
  readonly line: string;
  /** `NaN` is unknown, and then the line is left out. */
  value: number;
  /** The collection that wrote it last, see `GaugeFamily`. */
  epoch = 0;
  #raw = 0;

  constructor(name: string, labels: string, value: number) {
    this.line = labels === '' ? `${name} ` : `${name}{${labels}} `;
    this.value = value;
  }

  /** Another one when its line is another. */
  get state(): number {
    return this.value;
  }

  /** Adds growth; anything but growth, unknown included, changes nothing. */
  add(growth: number): void {
    if (growth > 0) this.value += growth;
  }

  /** Follows another counter, which may start again but is never followed down. */
  follow(raw: number | null): void {
    if (raw === null || Number.isNaN(raw)) return;
    this.add(raw >= this.#raw ? raw - this.#raw : raw);
    this.#raw = raw;
  }
}

/** All lines of one histogram. */
export class HistogramSeries {
  readonly bucketLines: readonly string[];
  readonly sumLine: string;
  readonly countLine: string;
  /** Not cumulative; the last one is `+Inf`. */
  readonly counts: Float64Array;
  readonly exemplars: (Readonly<Exemplar> | undefined)[] = [];
  sum = 0;
  #observed = 0;
  readonly #bounds: readonly number[];

  constructor(name: string, labels: string, bounds: readonly number[]) {
    const before = labels === '' ? '' : `${labels},`;
    this.#bounds = bounds;
    this.counts = new Float64Array(bounds.length + 1);
    this.bucketLines = [...bounds, Infinity].map(
      (bound) => `${name}_bucket{${before}${labelsText(['le'], [boundText(bound)])}} `,
    );
    this.sumLine = labels === '' ? `${name}_sum ` : `${name}_sum{${labels}} `;
    this.countLine = labels === '' ? `${name}_count ` : `${name}_count{${labels}} `;
  }

  /** Counts `value` as often as `weight` says, a whole number. Unknown values are left out. */
  observe(value: number, weight = 1, from?: ExemplarSource, at = 0): void {
    if (Number.isNaN(value)) return;
    this.#observed++;
    const bounds = this.#bounds;
    let bucket = 0;
    while (bucket < bounds.length && value > bounds[bucket]!) bucket++;
    this.counts[bucket]! += weight;
    this.sum += value * weight;
    if (from === undefined) return;
    const exemplar: Exemplar | undefined = this.exemplars[bucket];
    if (exemplar === undefined) {
      this.exemplars[bucket] = { kind: from.kind, key: from.key, value, at };
      return;
    }
    // Written over: nearly every sample is one for a moment.
    exemplar.kind = from.kind;
    exemplar.key = from.key;
    exemplar.value = value;
    exemplar.at = at;
  }

  /** Another one when its lines are others. */
  get state(): number {
    return this.#observed;
  }

  get count(): number {
    let count = 0;
    for (const one of this.counts) count += one;
    return count;
  }

  /** All its lines; `exemplar` adds what follows a bucket's value in OpenMetrics. */
  text(exemplar: ((exemplar: Readonly<Exemplar>) => string) | null): string {
    let text = '';
    let cumulated = 0;
    for (const [i, line] of this.bucketLines.entries()) {
      cumulated += this.counts[i]!;
      const shown = exemplar === null ? undefined : this.exemplars[i];
      text += `${line}${numberText(cumulated)}${shown === undefined ? '' : exemplar!(shown)}\n`;
    }
    return `${text}${this.sumLine}${numberText(this.sum)}\n${this.countLine}${numberText(cumulated)}\n`;
  }
}
