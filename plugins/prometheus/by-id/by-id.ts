import type { ConsumerNode, FieldOf, GraphSnapshot, ProducerNode, StatsReader } from '../../../core/index.js';
import type { Collection, Visitor } from '../collect/collector.js';
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

/** In the order in which they are shown. */
const KINDS = ['producer', 'consumer'] as const;

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
  /** Labels that many entities share, by what they are made of; empty between pages. */
  readonly #shared = new Map<string, string>();
  /** Whether all of a kind were taken along already for the coming page, and whether that has failed. */
  #seen: Record<Node['kind'], boolean> = { producer: false, consumer: false };
  #failed = false;
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

  /** Begins a page. What is given may go along with whoever goes through the entities. */
  begin(snapshot: GraphSnapshot): Visitor {
    this.#failed = false;
    this.#seen = { producer: false, consumer: false };
    return {
      producer: this.#visit('producer', snapshot),
      consumer: this.#visit('consumer', snapshot),
      seen: (kind) => {
        this.#seen[kind] = !this.#failed;
      },
    };
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
      leftOut += collection.snapshot.count(kind) - shown;
    }
    this.leftOut = leftOut;
  }

  /** Tells how many entities are shown. */
  async #writeKind(writer: PageWriter, kind: Node['kind'], { snapshot, slices }: Collection): Promise<number> {
    const most = this.#mostOf(kind, snapshot);
    const isWhole = snapshot.count(kind) <= most;
    if (!(isWhole && this.#seen[kind])) {
      const by = this.#options.byId.choose;
      const chosen = isWhole ? inRouters(snapshot, kind) : [await choose(snapshot, kind, most, by, slices)];
      for (const nodes of chosen) await slices.each(nodes, ITEMS, (node) => this.#add(kind, node));
    }
    const groups = this.#used(kind);
    let shown = 0;
    for (const group of groups) {
      shown += group.size;
      await group.update(slices);
    }
    for (const [i, [name, { type, help }]] of this.#plans[kind].metrics.entries()) {
      writer.family(name, type, help);
      for (const { blocks } of groups) writer.bytes(blocks[i]!.bytes, blocks[i]!.lines);
    }
    return shown;
  }

  #isShown(kind: Node['kind']): boolean {
    const { producers, consumers } = this.#options.byId;
    return kind === 'producer' ? producers : consumers;
  }

  /** How many may be shown. Producers come first: there are fewer, and a bad one is seen by many. */
  #mostOf(kind: Node['kind'], snapshot: GraphSnapshot): number {
    const most = Math.floor(this.#options.byId.maxSeries / SERIES_PER_ENTITY);
    if (kind === 'producer' || !this.#isShown('producer')) return most;
    return Math.max(0, most - snapshot.count('producer'));
  }

  /** Takes those of a kind along that will all be shown. */
  #visit(kind: Node['kind'], snapshot: GraphSnapshot): (node: Node) => void {
    if (!this.#isShown(kind) || snapshot.count(kind) > this.#mostOf(kind, snapshot)) return () => {};
    return (node) => {
      if (this.#failed) return;
      try {
        this.#add(kind, node);
      } catch {
        // It will be tried once more when they are written, and told then.
        this.#failed = true;
      }
    };
  }

  #add(kind: Node['kind'], node: Node): void {
    const place = Math.floor(node.slot / GROUP_SIZE);
    const group = this.#groups[kind][place] ?? this.#newGroup(kind, place);
    group.add(node);
  }

  /** The groups that have somebody on the coming page; forgets the others. */
  #used(kind: Node['kind']): readonly LineGroup[] {
    const groups = this.#groups[kind];
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
    const { labels } = this.#options.byId;
    let key = `${node.router} ${node.mediaKind} ${node.mimeType}`;
    for (const label of labels) key += ` ${node[label]?.length}:${node[label]}`;
    let rest = this.#shared.get(key);
    if (rest === undefined) {
      rest = this.#sharedLabels(node);
      this.#shared.set(key, rest);
    }
    return `${labelsText(['id'], [node.id])},${rest}`;
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
