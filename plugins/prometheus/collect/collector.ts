import type { GraphReader, GraphSnapshot } from '../../../core/index.js';
import type { MetricName } from '../catalogue/catalogue.js';
import type { Slices } from './slices.js';

/** What is read once per scrape. */
export interface Collection {
  /** As it is at any time while the page is made. Its rows cost no more than what has changed since the last page. */
  readonly graph: GraphReader;
  /** Of the moment in which it was first asked for: after many changes it is made in one turn, so only what cannot do without asks for it. */
  readonly snapshot: GraphSnapshot;
  readonly slices: Slices;
  /** Wall time in ms. */
  readonly now: number;
}

/** Writes gauges and follows counters at a scrape. One that throws costs only its own metrics, and is counted. */
export interface Collector {
  readonly name: string;
  /** Gauges it writes; they are forgotten when it fails. */
  readonly gauges: readonly MetricName[];
  collect(collection: Collection): Promise<void> | void;
  /** Forgets what it keeps of entities, if anything. */
  clear?(): void;
}

/** What a page that is begun now reads. */
export function beginCollection(graph: GraphReader, slices: Slices, now: number): Collection {
  let snapshot: GraphSnapshot | undefined;
  return {
    graph,
    get snapshot() {
      snapshot ??= graph.snapshot();
      return snapshot;
    },
    slices,
    now,
  };
}
