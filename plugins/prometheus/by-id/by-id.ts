import type { ConsumerNode, FieldOf, ProducerNode, StatsReader } from '../../../core/index.js';
import type { Collection } from '../collect/collector.js';
import { codecName, type WorkerNames } from '../collect/names.js';
import type { PageWriter } from '../expose/page-writer.js';
import type { PrometheusOptions } from '../options.js';
import { labelsText, numberText } from '../series/text.js';
import { choose } from './choose.js';
import { BY_ID, SERIES_PER_ENTITY } from './metrics.js';

type Node = ProducerNode | ConsumerNode;
type Options = Pick<PrometheusOptions, 'byId' | 'node'>;

/** Lines between two looks at the clock. */
const LINES = 64;

interface Labels {
  readonly openedSeq: number;
  readonly room: string | null;
  readonly peer: string | null;
  readonly text: string;
}

/** Series of single producers and consumers. Nothing is kept of an entity but the text of its labels, while it is open. */
export class ById {
  readonly #options: Options;
  readonly #stats: StatsReader;
  readonly #workers: WorkerNames;
  /** By slot, so that a page need not put a text together for every entity again. */
  readonly #labels: Record<Node['kind'], (Labels | undefined)[]> = { producer: [], consumer: [] };
  /** Entities that were left out of the last page. */
  leftOut = 0;

  constructor(options: Options, stats: StatsReader, workers: WorkerNames) {
    this.#options = options;
    this.#stats = stats;
    this.#workers = workers;
  }

  get isOn(): boolean {
    return this.#options.byId.producers || this.#options.byId.consumers;
  }

  async write(writer: PageWriter, collection: Collection): Promise<void> {
    const { producers, consumers, maxSeries } = this.#options.byId;
    const most = Math.floor(maxSeries / SERIES_PER_ENTITY);
    const { snapshot } = collection;
    const shown = {
      producer: producers ? snapshot.all('producer') : [],
      consumer: consumers ? snapshot.all('consumer') : [],
    };
    // Producers come first: there are fewer, and a bad one is seen by many.
    const chosenProducers = await this.#choose(shown.producer, most, collection);
    const chosenConsumers = await this.#choose(shown.consumer, most - chosenProducers.length, collection);
    this.leftOut = shown.producer.length + shown.consumer.length - chosenProducers.length - chosenConsumers.length;
    if (producers) await this.#writeKind(writer, 'producer', chosenProducers);
    if (consumers) await this.#writeKind(writer, 'consumer', chosenConsumers);
  }

  clear(): void {
    this.#labels.producer.length = 0;
    this.#labels.consumer.length = 0;
  }

  async #choose<N extends Node>(nodes: readonly N[], most: number, { slices }: Collection): Promise<readonly N[]> {
    return await choose(nodes, Math.max(0, most), this.#options.byId.choose, slices);
  }

  async #writeKind(writer: PageWriter, kind: Node['kind'], nodes: readonly Node[]): Promise<void> {
    this.#forget(kind, nodes);
    for (const [name, metric] of Object.entries(BY_ID)) {
      if (metric.kind !== kind) continue;
      writer.family(name, metric.type, metric.help);
      for (let from = 0; from < nodes.length; from += LINES) {
        let text = '';
        let count = 0;
        for (const node of nodes.slice(from, from + LINES)) {
          // What has closed since the page was begun has no value any more.
          const value = this.#stats.value(node as ConsumerNode, metric.field as FieldOf<'consumer'>);
          if (Number.isNaN(value)) continue;
          text += `${name}{${this.#labelsOf(node)}} ${numberText(value * metric.unit)}\n`;
          count++;
        }
        writer.lines(text, count);
        await writer.breathe();
      }
    }
  }

  /** Lets go of the nodes that are not on the page. */
  #forget(kind: Node['kind'], nodes: readonly Node[]): void {
    const kept = this.#labels[kind];
    const before = kept.slice();
    kept.length = 0;
    for (const { slot } of nodes) kept[slot] = before[slot];
  }

  #labelsOf(node: Node): string {
    const known = this.#labels[node.kind][node.slot];
    const { openedSeq, room, peer } = node;
    if (known?.openedSeq === openedSeq && known.room === room && known.peer === peer) return known.text;
    const names = ['id', 'router', 'worker', 'kind', 'codec'];
    const values = [
      node.id,
      node.router ?? '',
      this.#workers.name(node.worker),
      node.mediaKind,
      codecName(node.mimeType),
    ];
    for (const label of this.#options.byId.labels) {
      names.push(label);
      values.push(node[label] ?? '');
    }
    if (this.#options.node !== undefined) {
      names.push('node');
      values.push(this.#options.node);
    }
    const text = labelsText(names, values);
    this.#labels[node.kind][node.slot] = { openedSeq, room, peer, text };
    return text;
  }
}
