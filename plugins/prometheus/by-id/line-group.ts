import type { ConsumerNode, NodeRows, ProducerNode, RowReader } from '../../../core/index.js';
import type { Slices } from '../collect/slices.js';
import type { PageMemory } from '../expose/page-memory.js';
import type { LabelBytes } from './label-bytes.js';
import { LineBlock, type NewLabels } from './line-block.js';
import type { ByIdMetric } from './metrics.js';

type Node = ProducerNode | ConsumerNode;

/** Entities of one group: so many that a block of their lines is some tens of kilobytes. */
export const GROUP_SIZE = 512;
/** Places between the first values of two metrics: not a power of two, or all would want the same place in the processor's cache. */
const COLUMN = GROUP_SIZE + 8;
/** Labels made between two looks at the clock. */
const LABELS = 16;
/** Lines of one metric between two looks at the clock where more of them are new. */
const LINES = 128;

export interface GroupPlan {
  /** With their names. */
  readonly metrics: readonly (readonly [string, ByIdMetric])[];
  /** Reads the fields of the metrics, in their order. */
  readonly rows: RowReader<'consumer'>;
  /** Those of the group that is being written. */
  readonly labels: LabelBytes;
  /** Adds an entity's labels to them. */
  readonly addLabels: (line: number, node: Node) => void;
  readonly memory: PageMemory;
  /** Labels of an entity that may change while it is open. */
  readonly changing: readonly ('room' | 'peer')[];
}

/**
 * The lines of entities whose slots lie side by side, for every metric. A slot is used again after a close, so lines come and go in
 * their place and the other ones of the group stay.
 */
export class LineGroup implements NewLabels {
  /** One for each metric, in their order. */
  readonly blocks: readonly LineBlock[];
  readonly others = new Uint8Array(GROUP_SIZE);
  readonly #plan: GroupPlan;
  readonly #first: number;
  /** Of the coming page, metric by metric in their order. */
  readonly #values: Float64Array;
  /** Of the entity as it was last seen, 0 for nobody; and `openedSeq` of whose the lines are, -1 for nobody. */
  readonly #versions = new Uint32Array(GROUP_SIZE);
  readonly #owners = new Float64Array(GROUP_SIZE).fill(-1);
  /** Who is on the coming page; nobody between pages. */
  readonly #nodes = Array.from<Node | undefined>({ length: GROUP_SIZE });
  readonly #changing: (string | null)[][];
  #size = 0;
  #others = 0;

  /** `first`: the slot of the first line. */
  constructor(plan: GroupPlan, first: number) {
    this.#plan = plan;
    this.#first = first;
    this.blocks = plan.metrics.map(([name, { number }]) => new LineBlock(name, number, GROUP_SIZE, plan.memory));
    this.#values = new Float64Array(plan.metrics.length * COLUMN).fill(Number.NaN);
    this.#changing = plan.changing.map(() => []);
  }

  /** Entities on the last page, or on the coming one once it was read. */
  get size(): number {
    return this.#size;
  }

  /**
   * Puts those whose slots are of this group on the coming page, with their values of this moment: all that are open, or those
   * for whose line `chosen` has 1. Who is not put on it has no lines any more.
   */
  read(rows: NodeRows<Node>, chosen: Uint8Array | null): void {
    const first = this.#first;
    const versions = this.#versions;
    const nodes = this.#nodes;
    this.#plan.rows.read(rows as NodeRows<ConsumerNode>, first, GROUP_SIZE, this.#values, 0, COLUMN);
    let size = 0;
    for (let line = 0; line < GROUP_SIZE; line++) {
      const version = chosen === null || chosen[line] === 1 ? rows.version(first + line) : 0;
      const node = version === 0 ? undefined : rows.at(first + line);
      if (node === undefined) this.#leaveOut(line);
      else size++;
      nodes[line] = node;
      if (versions[line] !== version) this.#changed(line, version, node);
    }
    this.#size = size;
  }

  /** Makes the blocks anew. */
  async update(slices: Slices): Promise<void> {
    this.#plan.labels.clear();
    if (this.#others > 0) await this.#makeLabels(slices);
    const lines = this.#others > LINES ? LINES : GROUP_SIZE;
    for (let i = 0; i < this.blocks.length; i++) {
      for (let first = 0; first < GROUP_SIZE; first += lines) {
        if (slices.isOver) await slices.pause();
        this.blocks[i]!.update(this.#values, i * COLUMN, this, first, first + lines);
      }
    }
    this.#nodes.fill(undefined);
    if (this.#others === 0) return;
    this.others.fill(0);
    this.#others = 0;
  }

  length(line: number): number {
    this.#makeLabel(line);
    return this.#plan.labels.length(line);
  }

  copy(line: number, into: Uint8Array, at: number): void {
    this.#makeLabel(line);
    this.#plan.labels.copy(line, into, at);
  }

  #makeLabel(line: number): void {
    const { labels, addLabels } = this.#plan;
    if (!labels.has(line)) addLabels(line, this.#nodes[line]!);
  }

  #leaveOut(line: number): void {
    for (let at = line; at < this.#values.length; at += COLUMN) this.#values[at] = Number.NaN;
  }

  #changed(line: number, version: number, node: Node | undefined): void {
    this.#versions[line] = version;
    if (node === undefined) this.#owners[line] = -1;
    else if (this.#owners[line] === node.openedSeq && this.#isUnchanged(line, node)) return;
    else {
      this.#owners[line] = node.openedSeq;
      for (const [i, label] of this.#plan.changing.entries()) this.#changing[i]![line] = node[label];
    }
    this.others[line] = 1;
    this.#others++;
  }

  #isUnchanged(line: number, node: Node): boolean {
    return this.#plan.changing.every((label, i) => this.#changing[i]![line] === node[label]);
  }

  /** Those of new lines, a few at a time. */
  async #makeLabels(slices: Slices): Promise<void> {
    if (slices.isOver) await slices.pause();
    let made = 0;
    for (let line = 0; line < GROUP_SIZE; line++) {
      if (this.others[line] === 0 || this.#nodes[line] === undefined) continue;
      this.#makeLabel(line);
      if (++made % LABELS === 0 && slices.isOver) await slices.pause();
    }
  }
}
