import { LABELS, type LabelName } from '../catalogue/labels.js';

/** What a value becomes when its label has too many already. */
export const OTHER = '__other__';

/** Admits the first values of every label up to its cap. One object per exporter, so that a label means the same in every metric. */
export class LabelLimits {
  readonly #caps: Readonly<Record<string, number>>;
  readonly #groupCap: number;
  readonly #admitted = new Map<string, Set<string>>();
  readonly #listed = new Map<LabelName, ReadonlySet<string>>();

  /** `caps` replaces the caps of the vocabulary; `groupCap` is that of every label of option `groupBy`. */
  constructor(caps: Readonly<Record<string, number>>, groupCap: number) {
    this.#caps = caps;
    this.#groupCap = groupCap;
  }

  /** The value itself, or `__other__`. */
  admit(label: LabelName, value: string): string {
    const { values, max }: { readonly values?: readonly string[]; readonly max: number } = LABELS[label];
    if (values !== undefined) {
      const listed = this.#listed.get(label) ?? new Set(values);
      this.#listed.set(label, listed);
      return listed.has(value) ? value : OTHER;
    }
    // What comes and goes is capped by whoever collects it: here the first ones would hold their places for ever.
    if (max === Number.POSITIVE_INFINITY) return value;
    return this.#admit(label, value, this.#caps[label] ?? max);
  }

  /** The same for a label of the application's. */
  admitGroup(label: string, value: string): string {
    return this.#admit(`group:${label}`, value, this.#groupCap);
  }

  #admit(label: string, value: string, cap: number): string {
    const admitted = this.#admitted.get(label) ?? new Set();
    this.#admitted.set(label, admitted);
    if (admitted.has(value)) return value;
    if (admitted.size >= cap) return OTHER;
    admitted.add(value);
    return value;
  }
}
