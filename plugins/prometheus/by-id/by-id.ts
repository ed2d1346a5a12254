import type { ConsumerNode, FieldOf, ProducerNode, StatsReader } from '../../../core/index.js';
import type { Collection } from '../collect/collector.js';
import { inRouters } from '../collect/in-routers.js';
import { codecName, type WorkerNames } from '../collect/names.js';
import { PageMemory } from '../expose/page-memory.js';
import type { PageWriter } from '../expose/page-writer.js';
import type { PrometheusOptions } from '../options.js';
import { labelsText } from '../series/text.js';
import { choose } from './choose.js';
import { GROUP_SIZE, type GroupPlan, LineGroup } from './line-group.js';
import { BY_ID, SERIES_PER_ENTITY } from './metrics.js';

type Node = ProducerNode | ConsumerNode;
type Options = Pick<PrometheusOptions, 'byId' | 'node'>;

/** Entities between two looks at the clock. */
const ITEMS = 256;

/** Series of single producers and consumers. Nothing is kept of an entity but its lines, while it is on the page. */
export class ById {
  readonly #options: Options;
  readonly #stats: StatsReader;
  readonly #workers: WorkerNames;
  /** Of the pages that the lines stand on. */
  readonly memory = new PageMemory();
  readonly #plans: Record<Node['kind'], GroupPlan>;
  /** By the slots of their entities. */
  readonly #groups: Record<Node['kind'], (LineGroup | undefined)[]> = { producer: [], consumer: [] };
  /** Entities that were left out of the last page. */
  leftOut = 0;

  constructor(options: Options, stats: StatsReader, workers: WorkerNames) {
    this.#options = options;
    this.#stats = stats;
    this.#workers = workers;
    this.#plans = { producer: this.#planOf('producer'), consumer: this.#planOf('consumer') };
  }

  get isOn(): boolean {
    return this.#options.byId.producers || this.#options.byId.consumers;
  }

  async write(writer: PageWriter, collection: Collection): Promise<void> {
    try {
      await this.#writeKinds(writer, collection);
    } catch (error) {
      // Half of the groups are of this page, and half of the last one.
      this.clear();
      throw error;
    }
  }

  clear(): void {
    this.#groups.producer.length = 0;
    this.#groups.consumer.length = 0;
    this.memory.clear();
  }

  async #writeKinds(writer: PageWriter, collection: Collection): Promise<void> {
    const { producers, consumers, maxSeries } = this.#options.byId;
    const most = Math.floor(maxSeries / SERIES_PER_ENTITY);
    // Producers come first: there are fewer, and a bad one is seen by many.
    const chosenProducers = producers ? await this.#writeKind(writer, 'producer', most, collection) : 0;
    const left = most - chosenProducers;
    const chosenConsumers = consumers ? await this.#writeKind(writer, 'consumer', left, collection) : 0;
    const { snapshot } = collection;
    const shown = (producers ? snapshot.count('producer') : 0) + (consumers ? snapshot.count('consumer') : 0);
    this.leftOut = shown - chosenProducers - chosenConsumers;
  }

  /** Tells how many entities are shown. */
  async #writeKind(writer: PageWriter, kind: Node['kind'], most: number, collection: Collection): Promise<number> {
    const { snapshot, slices } = collection;
    const chosen =
      snapshot.count(kind) <= most
        ? inRouters(snapshot, kind)
        : [await choose(snapshot, kind, Math.max(0, most), this.#options.byId.choose, slices)];
    const groups = await this.#group(kind, chosen, collection);
    for (const group of groups) await group.update(slices);
    for (const [i, [name, { type, help }]] of this.#plans[kind].metrics.entries()) {
      writer.family(name, type, help);
      for (const { blocks } of groups) writer.bytes(blocks[i]!.bytes, blocks[i]!.lines);
    }
    return chosen.reduce((sum, nodes) => sum + nodes.length, 0);
  }

  /** Puts the nodes in the groups of their slots, and forgets the groups that have none. */
  async #group(
    kind: Node['kind'],
    chosen: readonly (readonly Node[])[],
    { slices }: Collection,
  ): Promise<readonly LineGroup[]> {
    const groups = this.#groups[kind];
    for (const nodes of chosen) {
      await slices.each(nodes, ITEMS, (node) => {
        const place = Math.floor(node.slot / GROUP_SIZE);
        const group = groups[place] ?? this.#newGroup(kind, place);
        group.add(node);
      });
    }
    for (const [place, group] of groups.entries()) if (group?.size === 0) groups[place] = undefined;
    return groups.filter((group) => group !== undefined);
  }

  #newGroup(kind: Node['kind'], place: number): LineGroup {
    const groups = this.#groups[kind];
    while (groups.length <= place) groups.push(undefined);
    const group = new LineGroup(this.#plans[kind]);
    groups[place] = group;
    return group;
  }

  #planOf(kind: Node['kind']): GroupPlan {
    const metrics = Object.entries(BY_ID).filter(([, metric]) => metric.kind === kind);
    const fields = metrics.map(([, { field }]) => field as FieldOf<'consumer'>);
    return {
      metrics,
      rows: this.#stats.rows(kind as 'consumer', fields),
      labels: (node) => `{${this.#labelsOf(node)}} `,
      memory: this.memory,
      changing: this.#options.byId.labels,
    };
  }

  #labelsOf(node: Node): string {
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
    return labelsText(names, values);
  }
}
