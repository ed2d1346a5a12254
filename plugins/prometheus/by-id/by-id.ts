import type { ConsumerNode, FieldOf, GraphReader, NodeRows, ProducerNode, StatsReader } from '../../../core/index.js';
import type { Collection } from '../collect/collector.js';
import { codecName, type WorkerNames } from '../collect/names.js';
import { PageMemory } from '../expose/page-memory.js';
import type { PageWriter } from '../expose/page-writer.js';
import type { PrometheusOptions } from '../options.js';
import { labelsText, labelValueText } from '../series/text.js';
import { choose } from './choose.js';
import { LabelBytes } from './label-bytes.js';
import { GROUP_SIZE, type GroupPlan, LineGroup } from './line-group.js';
import { BY_ID, SERIES_PER_ENTITY } from './metrics.js';
import { SharedLabels } from './shared-labels.js';

type Node = ProducerNode | ConsumerNode;
type Options = Pick<PrometheusOptions, 'byId' | 'node'>;

/** In the order in which they are shown. */
const KINDS = ['producer', 'consumer'] as const;

/** Entities between two looks at the clock. */
const ITEMS = 256;

/** Series of single producers and consumers. Nothing is kept of an entity but its lines, while it is on the page. */
export class ById {
  readonly #options: Options;
  readonly #graph: GraphReader;
  readonly #stats: StatsReader;
  readonly #workers: WorkerNames;
  /** Of the pages that the lines stand on. */
  readonly memory = new PageMemory();
  readonly #plans: Record<Node['kind'], GroupPlan>;
  /** By the slots of their entities. */
  readonly #groups: Record<Node['kind'], (LineGroup | undefined)[]> = { producer: [], consumer: [] };
  readonly #heads = new Map<string, readonly Buffer[]>();
  /** Empty between pages. */
  readonly #shared = new SharedLabels();
  /** Entities that were left out of the last page. */
  leftOut = 0;

  constructor(options: Options, graph: GraphReader, stats: StatsReader, workers: WorkerNames) {
    this.#options = options;
    this.#graph = graph;
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
    } finally {
      this.#shared.clear();
    }
  }

  clear(): void {
    this.#groups.producer.length = 0;
    this.#groups.consumer.length = 0;
    this.memory.clear();
  }

  async #writeKinds(writer: PageWriter, collection: Collection): Promise<void> {
    let leftOut = 0;
    for (const kind of KINDS) {
      if (!this.#isShown(kind)) continue;
      const shown = await this.#writeKind(writer, kind, collection);
      leftOut += Math.max(0, this.#graph.rows(kind).count - shown);
    }
    this.leftOut = leftOut;
  }

  /** Tells how many entities are shown. */
  async #writeKind(writer: PageWriter, kind: Node['kind'], collection: Collection): Promise<number> {
    const { slices } = collection;
    const rows: NodeRows<Node> = this.#graph.rows(kind);
    const most = this.#mostOf(kind);
    const chosen = rows.count <= most ? null : await this.#chosen(kind, most, collection);
    let shown = 0;
    for (let place = 0; place * GROUP_SIZE < rows.end; place++) {
      const inGroup = chosen?.get(place) ?? null;
      if (chosen !== null && inGroup === null) {
        this.#groups[kind][place] = undefined;
        continue;
      }
      const group = this.#groupOf(kind, place);
      if (slices.isOver) await slices.pause();
      // One after the other, so that values are still in the processor's cache when they are written.
      group.read(rows, inGroup);
      shown += group.size;
      await group.update(slices);
    }
    const groups = this.#used(kind, rows.end);
    for (const [i, head] of this.#headsOf(kind, writer).entries()) {
      if (slices.isOver) await slices.pause();
      writer.bytes(head, 0);
      for (const { blocks } of groups) writer.bytes(blocks[i]!.bytes, blocks[i]!.lines);
    }
    return shown;
  }

  /** What the families of a kind begin with in the writer's format. */
  #headsOf(kind: Node['kind'], writer: PageWriter): readonly Buffer[] {
    const name = `${kind} ${writer.format}`;
    let heads = this.#heads.get(name);
    if (heads === undefined) {
      const { metrics } = this.#plans[kind];
      heads = metrics.map(([metric, { type, help }]) => Buffer.from(writer.head(metric, type, help)));
      this.#heads.set(name, heads);
    }
    return heads;
  }

  #isShown(kind: Node['kind']): boolean {
    const { producers, consumers } = this.#options.byId;
    return kind === 'producer' ? producers : consumers;
  }

  /** How many may be shown. Producers come first: there are fewer, and a bad one is seen by many. */
  #mostOf(kind: Node['kind']): number {
    const most = Math.floor(this.#options.byId.maxSeries / SERIES_PER_ENTITY);
    if (kind === 'producer' || !this.#isShown('producer')) return most;
    return Math.max(0, most - this.#graph.rows('producer').count);
  }

  /** Who is shown where not all can be: 1 for their lines in each group that has any. */
  async #chosen(
    kind: Node['kind'],
    most: number,
    { snapshot, slices }: Collection,
  ): Promise<ReadonlyMap<number, Uint8Array>> {
    const rows: NodeRows<Node> = this.#graph.rows(kind);
    const chosen = await choose(snapshot, kind, most, this.#options.byId.choose, slices);
    const byPlace = new Map<number, Uint8Array>();
    await slices.each(chosen, ITEMS, ({ slot, key }) => {
      // It may have closed since, and have left its slot to another.
      if (rows.at(slot)?.key !== key) return;
      const place = Math.floor(slot / GROUP_SIZE);
      const lines = byPlace.get(place) ?? new Uint8Array(GROUP_SIZE);
      byPlace.set(place, lines);
      lines[slot % GROUP_SIZE] = 1;
    });
    return byPlace;
  }

  #groupOf(kind: Node['kind'], place: number): LineGroup {
    const groups = this.#groups[kind];
    while (groups.length <= place) groups.push(undefined);
    const group = groups[place] ?? new LineGroup(this.#plans[kind], place * GROUP_SIZE);
    groups[place] = group;
    return group;
  }

  /** The groups that have somebody on the coming page; forgets the others. `end`: every slot in use is below it. */
  #used(kind: Node['kind'], end: number): readonly LineGroup[] {
    const groups = this.#groups[kind];
    for (const [place, group] of groups.entries()) {
      if (group?.size === 0 || place * GROUP_SIZE >= end) groups[place] = undefined;
    }
    return groups.filter((group) => group !== undefined);
  }

  #planOf(kind: Node['kind']): GroupPlan {
    const metrics = Object.entries(BY_ID).filter(([, metric]) => metric.kind === kind);
    const fields = metrics.map(([, { field }]) => field as FieldOf<'consumer'>);
    const labels = new LabelBytes(GROUP_SIZE);
    return {
      metrics,
      rows: this.#stats.rows(kind as 'consumer', fields),
      labels,
      addLabels: (line, node) => labels.add(line, labelValueText(node.id), this.#sharedBytes(node)),
      memory: this.memory,
      changing: this.#options.byId.labels,
    };
  }

  /** From the end of the id to the blank before the value. */
  #sharedBytes(node: Node): Uint8Array {
    let shared = this.#shared.with(node.router).with(node.mediaKind).with(node.mimeType);
    for (const label of this.#options.byId.labels) shared = shared.with(node[label]);
    shared.bytes ??= Buffer.from(`",${this.#sharedLabels(node)}} `);
    return shared.bytes;
  }

  #sharedLabels(node: Node): string {
    const { labels } = this.#options.byId;
    const names = ['router', 'worker', 'kind', 'codec', ...labels];
    const values = [
      node.router ?? '',
      this.#workers.name(node.worker),
      node.mediaKind,
      codecName(node.mimeType),
      ...labels.map((label) => node[label] ?? ''),
    ];
    if (this.#options.node !== undefined) {
      names.push('node');
      values.push(this.#options.node);
    }
    return labelsText(names, values);
  }
}
