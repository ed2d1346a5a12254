import type { ConsumerNode, FieldOf, ProducerNode, StatsReader } from '../../../core/index.js';
import type { Collection } from '../collect/collector.js';
import { codecName, type WorkerNames } from '../collect/names.js';
import type { PageWriter } from '../expose/page-writer.js';
import type { PrometheusOptions } from '../options.js';
import { labelsText } from '../series/text.js';
import { choose } from './choose.js';
import { LineGroup } from './line-group.js';
import { BY_ID, SERIES_PER_ENTITY } from './metrics.js';

type Node = ProducerNode | ConsumerNode;
type Options = Pick<PrometheusOptions, 'byId' | 'node'>;

/**
 * Entities stand in one group when they opened within so many changes of the graph. Cut by that and not by their number, so that one
 * that closes changes the lines of its own group only.
 */
const GROUP_CHANGES = 512;

interface GroupOfNodes {
  readonly nodes: readonly Node[];
  readonly lines: LineGroup;
}

interface Labels {
  readonly openedSeq: number;
  readonly room: string | null;
  readonly peer: string | null;
  readonly text: string;
}

/** Series of single producers and consumers. Nothing is kept of an entity but its labels and lines, while it is on the page. */
export class ById {
  readonly #options: Options;
  readonly #stats: StatsReader;
  readonly #workers: WorkerNames;
  /** By slot, so that a page need not put a text together for every entity again. */
  readonly #labels: Record<Node['kind'], (Labels | undefined)[]> = { producer: [], consumer: [] };
  /** Lines of the last page, by where their entities stand in the order of opening. */
  readonly #groups: Record<Node['kind'], Map<number, LineGroup>> = { producer: new Map(), consumer: new Map() };
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
    this.#groups.producer.clear();
    this.#groups.consumer.clear();
  }

  async #choose<N extends Node>(nodes: readonly N[], most: number, { slices }: Collection): Promise<readonly N[]> {
    return await choose(nodes, Math.max(0, most), this.#options.byId.choose, slices);
  }

  async #writeKind(writer: PageWriter, kind: Node['kind'], nodes: readonly Node[]): Promise<void> {
    this.#forget(kind, nodes);
    const groups = await this.#group(writer, kind, nodes);
    for (const [name, metric] of Object.entries(BY_ID)) {
      if (metric.kind !== kind) continue;
      writer.family(name, metric.type, metric.help);
      for (const { nodes: members, lines } of groups) {
        const values = new Float64Array(members.length);
        // What has closed since the page was begun has no value any more.
        for (let i = 0; i < members.length; i++) {
          values[i] = this.#stats.value(members[i] as ConsumerNode, metric.field as FieldOf<'consumer'>) * metric.unit;
        }
        const block = lines.block(name);
        const bytes = block.update(values);
        writer.bytes(bytes, block.lines);
        await writer.breathe();
      }
    }
  }

  /** The nodes in groups, each with what is kept of the last page's if that had the same. */
  async #group(writer: PageWriter, kind: Node['kind'], nodes: readonly Node[]): Promise<readonly GroupOfNodes[]> {
    const before = new Map(this.#groups[kind]);
    const kept = this.#groups[kind];
    kept.clear();
    const groups: GroupOfNodes[] = [];
    for (let from = 0; from < nodes.length; ) {
      const place = placeOf(nodes[from]!);
      let to = from + 1;
      while (to < nodes.length && placeOf(nodes[to]!) === place) to++;
      const members = nodes.slice(from, to);
      const labels = members.map((node) => this.#labelsOf(node));
      const known = before.get(place);
      const lines = known?.is(labels) === true ? known : new LineGroup(labels);
      kept.set(place, lines);
      groups.push({ nodes: members, lines });
      from = to;
      await writer.breathe();
    }
    return groups;
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

function placeOf({ openedSeq }: Node): number {
  return Math.floor(openedSeq / GROUP_CHANGES);
}
