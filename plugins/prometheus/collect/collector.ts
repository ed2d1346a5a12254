import type { ConsumerNode, GraphSnapshot, ProducerNode } from '../../../core/index.js';
import type { MetricName } from '../catalogue/catalogue.js';
import type { Slices } from './slices.js';

/**
 * Sees the producers and consumers that somebody else goes through: to look at each once more would be to wait for memory once more.
 * Never throws.
 */
export interface Visitor {
  readonly producer: (node: ProducerNode) => void;
  readonly consumer: (node: ConsumerNode) => void;
  /** To be called when all of a kind were seen. */
  readonly seen: (kind: 'producer' | 'consumer') => void;
}

/** What is read once per scrape. All collectors see the same graph. */
export interface Collection {
  readonly snapshot: GraphSnapshot;
  readonly slices: Slices;
  /** Wall time in ms. */
  readonly now: number;
  readonly visitor?: Visitor;
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
