import { type Alert, labelMatches } from '../../../core/index.js';
import type { InhibitionOptions } from '../options.js';

type Labels = Readonly<Record<string, string>>;

/** Says that one alert explains another; `null` takes it back. */
export type Inhibit = (id: string, by: string | null) => void;

/** The alerts that one rule of inhibition brings together: equal labels, sources and targets. */
interface Bucket {
  readonly sources: Set<string>;
  readonly targets: Set<string>;
  /** Takes it away once nobody is in it. */
  remove(): void;
}

/** Keeps alerts from being told that another one explains. An alert never explains itself. */
export class Inhibitor {
  readonly #rules: readonly { readonly options: InhibitionOptions; readonly buckets: Map<string, Bucket> }[];
  readonly #inhibit: Inhibit;
  /** Who explains an alert, by rule. */
  readonly #explained = new Map<string, string>();
  readonly #places = new Map<string, readonly Bucket[]>();

  constructor(rules: readonly InhibitionOptions[], inhibit: Inhibit) {
    this.#rules = rules.map((options) => ({ options, buckets: new Map() }));
    this.#inhibit = inhibit;
  }

  /** Takes an alert that fires, or has ended. */
  observe({ id, labels, state }: Pick<Alert, 'id' | 'labels' | 'state'>): void {
    if (state === 'firing') this.#enter(id, labels);
    else this.#leave(id);
  }

  #enter(id: string, labels: Labels): void {
    const before = this.#places.get(id);
    if (before !== undefined) return;
    const places: Bucket[] = [];
    for (const { options, buckets } of this.#rules) {
      const isSource = options.source.every((matcher) => labelMatches(matcher, labels));
      const isTarget = options.target.every((matcher) => labelMatches(matcher, labels));
      if (!isSource && !isTarget) continue;
      const key = JSON.stringify(options.equal.map((label) => labels[label] ?? ''));
      const bucket = buckets.get(key) ?? {
        sources: new Set(),
        targets: new Set(),
        remove: () => buckets.delete(key),
      };
      buckets.set(key, bucket);
      if (isSource) bucket.sources.add(id);
      if (isTarget) bucket.targets.add(id);
      places.push(bucket);
    }
    this.#places.set(id, places);
    for (const bucket of places) {
      if (bucket.sources.has(id)) for (const target of bucket.targets) this.#renew(target);
    }
    this.#renew(id);
  }

  #leave(id: string): void {
    const places = this.#places.get(id);
    if (places === undefined) return;
    this.#places.delete(id);
    this.#explained.delete(id);
    for (const bucket of places) {
      bucket.targets.delete(id);
      if (bucket.sources.delete(id)) for (const target of bucket.targets) this.#renew(target);
      if (bucket.sources.size + bucket.targets.size === 0) bucket.remove();
    }
  }

  #renew(id: string): void {
    const by = this.#explanation(id);
    if (by === this.#explained.get(id)) return;
    if (by === undefined) this.#explained.delete(id);
    else this.#explained.set(id, by);
    this.#inhibit(id, by ?? null);
  }

  /** The one that explained it before, as long as it does. */
  #explanation(id: string): string | undefined {
    const sources = (this.#places.get(id) ?? [])
      .filter(({ targets }) => targets.has(id))
      .flatMap((bucket) => [...bucket.sources])
      .filter((source) => source !== id);
    const before = this.#explained.get(id);
    return before !== undefined && sources.includes(before) ? before : sources[0];
  }
}
