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

/** How often any line of a family has changed, so that nobody need look at each. */
export interface Changes {
  count: number;
}

/** One line of a counter or gauge. */
export class Series {
  /** Name, labels and the blank before the value; the same in both formats. */
  readonly line: string;
  /** `NaN` is unknown, and then the line is left out. */
  value: number;
  /** The collection that wrote it last, and what it wrote, see `GaugeFamily`. */
  epoch = 0;
  next: number;
  #raw = 0;
  readonly #changes: Changes;

  constructor(name: string, labels: string, value: number, changes: Changes) {
    this.line = labels === '' ? `${name} ` : `${name}{${labels}} `;
    this.value = value;
    this.next = value;
    this.#changes = changes;
  }

  /** Adds growth; anything but growth, unknown included, changes nothing. */
  add(growth: number): void {
    if (!(growth > 0)) return;
    this.value += growth;
    this.#changes.count++;
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
  readonly #changes: Changes;
  readonly #bounds: readonly number[];

  constructor(name: string, labels: string, bounds: readonly number[], changes: Changes) {
    this.#changes = changes;
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
    this.#changes.count++;
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

  get count(): number {
    let count = 0;
    for (const one of this.counts) count += one;
    return count;
  }

  /** Adds all its lines; `exemplar` tells what follows a bucket's value in OpenMetrics. */
  write(parts: string[], exemplar: ((exemplar: Readonly<Exemplar>) => string) | null): void {
    let cumulated = 0;
    for (let i = 0; i < this.bucketLines.length; i++) {
      cumulated += this.counts[i]!;
      parts.push(this.bucketLines[i]!, numberText(cumulated));
      const shown = exemplar === null ? undefined : this.exemplars[i];
      if (shown !== undefined) parts.push(exemplar!(shown));
      parts.push('\n');
    }
    parts.push(this.sumLine, numberText(this.sum), '\n', this.countLine, numberText(cumulated), '\n');
  }
}
