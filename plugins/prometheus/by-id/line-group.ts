import type { ConsumerNode, ProducerNode, RowReader } from '../../../core/index.js';
import type { Slices } from '../collect/slices.js';
import type { PageMemory } from '../expose/page-memory.js';
import { LineBlock, type NewLabels } from './line-block.js';
import type { ByIdMetric } from './metrics.js';

type Node = ProducerNode | ConsumerNode;

/** Entities of one group: so many that a block of their lines is some tens of kilobytes. */
export const GROUP_SIZE = 512;
/** Labels made between two looks at the clock. */
const LABELS = 16;

export interface GroupPlan {
  /** With their names. */
  readonly metrics: readonly (readonly [string, ByIdMetric])[];
  /** Reads the fields of the metrics, in their order. */
  readonly rows: RowReader<'consumer'>;
  /** From the opening brace to the blank before the value. */
  readonly labels: (node: Node) => string;
  readonly memory: PageMemory;
  /** Where values are read to, metric by metric: groups are made anew one after the other. */
  readonly values: Float64Array;
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
  /** Who is on the coming page, by slot within the group; empty between pages. */
  readonly #nodes: (Node | undefined)[] = [];
  readonly #plan: GroupPlan;
  /** `openedSeq` of whose the lines are; -1 for nobody. */
  readonly #owners = new Float64Array(GROUP_SIZE).fill(-1);
  readonly #changing: (string | null)[][];
  readonly others = new Uint8Array(GROUP_SIZE);
  #labels: (Uint8Array | undefined)[] = [];

  constructor(plan: GroupPlan) {
    this.#plan = plan;
    this.blocks = plan.metrics.map(([name, { number }]) => new LineBlock(name, number, GROUP_SIZE, plan.memory));
    this.#changing = plan.changing.map(() => []);
  }

  /** Puts an entity on the coming page. */
  add(node: Node): void {
    this.#nodes[node.slot % GROUP_SIZE] = node;
  }

  /** Makes the blocks anew, each of them from values of one moment. Who was not put on this page has no lines any more. */
  async update(slices: Slices): Promise<void> {
    await this.#compareOwners(slices);
    this.#read();
    for (const [i, block] of this.blocks.entries()) {
      if (slices.isOver) await slices.pause();
      block.update(this.#plan.values, i * GROUP_SIZE, this);
    }
    this.#nodes.length = 0;
    this.#labels = [];
  }

  bytes(line: number): Uint8Array {
    const known = this.#labels[line];
    if (known !== undefined) return known;
    const made = Buffer.from(this.#plan.labels(this.#nodes[line]!));
    this.#labels[line] = made;
    return made;
  }

  async #compareOwners(slices: Slices): Promise<void> {
    let made = 0;
    this.others.fill(0);
    for (let line = 0; line < GROUP_SIZE; line++) {
      const node = this.#nodes[line];
      const owner = node?.openedSeq ?? -1;
      if (this.#owners[line] === owner && (node === undefined || this.#isUnchanged(line, node))) continue;
      this.#owners[line] = owner;
      this.others[line] = 1;
      for (const [i, label] of this.#plan.changing.entries()) this.#changing[i]![line] = node?.[label] ?? null;
      if (node === undefined) continue;
      this.bytes(line);
      if (++made % LABELS === 0 && slices.isOver) await slices.pause();
    }
  }

  #isUnchanged(line: number, node: Node): boolean {
    const { changing } = this.#plan;
    for (let i = 0; i < changing.length; i++) {
      if (this.#changing[i]![line] !== node[changing[i]!]) return false;
    }
    return true;
  }

  #read(): void {
    const { rows, values } = this.#plan;
    values.fill(Number.NaN);
    for (let line = 0; line < GROUP_SIZE; line++) {
      const node = this.#nodes[line];
      // What has closed since the page was begun has no value any more.
      if (node !== undefined) rows.read(node as ConsumerNode, values, line, GROUP_SIZE);
    }
  }
}
