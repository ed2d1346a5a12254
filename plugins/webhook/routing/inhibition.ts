import { type Alert, labelMatches } from '../../../core/index.js';
import type { InhibitionOptions } from '../options.js';
import { isSame, type Labels } from './labels.js';

/** Says that one alert explains another; `null` takes it back. */
export type Inhibit = (id: string, by: string | null) => void;

/** The firing alerts that one rule of inhibition brings together, for they have the same values of the labels of `equal`. */
interface Bucket {
  /** Those that are sources alone. */
  readonly sources: Set<string>;
  readonly targets: Set<string>;
  /** Sources and targets at once: as in Alertmanager they do not explain one another, or two could hide each other. */
  readonly both: Set<string>;
  /** Takes it away once nobody is in it. */
  remove(): void;
}

interface Place {
  readonly labels: Labels;
  readonly buckets: readonly Bucket[];
}

/** Keeps alerts from being told that another one explains. */
export class Inhibitor {
  readonly #rules: readonly { readonly options: InhibitionOptions; readonly buckets: Map<string, Bucket> }[];
  readonly #inhibit: Inhibit;
  /** Who explains an alert. */
  readonly #explained = new Map<string, string>();
  readonly #places = new Map<string, Place>();

  constructor(rules: readonly InhibitionOptions[], inhibit: Inhibit) {
    this.#rules = rules.map((options) => ({ options, buckets: new Map() }));
    this.#inhibit = inhibit;
  }

  /** Takes an alert that fires, or has ended. */
  observe({ id, labels, state }: Pick<Alert, 'id' | 'labels' | 'state'>): void {
    const place = this.#places.get(id);
    if (state !== 'firing') {
      if (place !== undefined) this.#leave(id, place);
      this.#explained.delete(id);
      return;
    }
    if (place !== undefined && isSame(place.labels, labels)) return;
    if (place !== undefined) this.#leave(id, place);
    this.#enter(id, labels);
  }

  /** Takes back all it has said. */
  release(): void {
    for (const id of this.#explained.keys()) this.#inhibit(id, null);
    this.#explained.clear();
  }

  #enter(id: string, labels: Labels): void {
    const buckets = this.#rules.flatMap(({ options, buckets: all }) => {
      const isSource = options.source.every((matcher) => labelMatches(matcher, labels));
      const isTarget = options.target.every((matcher) => labelMatches(matcher, labels));
      if (!isSource && !isTarget) return [];
      const bucket = bucketOf(all, JSON.stringify(options.equal.map((label) => labels[label] ?? '')));
      bucket[isSource && isTarget ? 'both' : isSource ? 'sources' : 'targets'].add(id);
      return [bucket];
    });
    this.#places.set(id, { labels, buckets });
    for (const { sources, targets, both } of buckets) {
      // The first to explain the others; where there was one before, they are explained already.
      if (sources.has(id) && sources.size === 1) this.#renewAll([targets, both], undefined);
      else if (both.has(id) && both.size === 1 && sources.size === 0) this.#renewAll([targets], undefined);
    }
    this.#renew(id);
  }

  #leave(id: string, { buckets }: Place): void {
    this.#places.delete(id);
    for (const bucket of buckets) {
      const { sources, targets, both } = bucket;
      targets.delete(id);
      if (sources.delete(id)) this.#renewAll([targets, both], id);
      else if (both.delete(id)) this.#renewAll([targets], id);
      if (sources.size + targets.size + both.size === 0) bucket.remove();
    }
  }

  /** Those that are explained by `before`. */
  #renewAll(sets: readonly ReadonlySet<string>[], before: string | undefined): void {
    for (const set of sets) {
      for (const id of set) if (this.#explained.get(id) === before) this.#renew(id);
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
    const before = this.#explained.get(id);
    let first: string | undefined;
    for (const { sources, targets, both } of this.#places.get(id)?.buckets ?? []) {
      const eligible = targets.has(id) ? [sources, both] : both.has(id) ? [sources] : [];
      for (const set of eligible) {
        if (before !== undefined && set.has(before)) return before;
        first ??= set.values().next().value;
      }
    }
    return first;
  }
}

function bucketOf(buckets: Map<string, Bucket>, key: string): Bucket {
  const found = buckets.get(key);
  if (found !== undefined) return found;
  const bucket: Bucket = {
    sources: new Set(),
    targets: new Set(),
    both: new Set(),
    remove: () => buckets.delete(key),
  };
  buckets.set(key, bucket);
  return bucket;
}
