import { LineBlock } from './line-block.js';

/** Entities of one kind whose lines are kept together, for every metric: they opened one after the other. */
export class LineGroup {
  /** Text of the labels of each. */
  readonly labels: readonly string[];
  readonly #blocks = new Map<string, LineBlock>();

  constructor(labels: readonly string[]) {
    this.labels = labels;
  }

  /** Whether these are the same entities with the same labels. */
  is(labels: readonly string[]): boolean {
    return labels.length === this.labels.length && labels.every((text, i) => text === this.labels[i]);
  }

  block(metric: string): LineBlock {
    const known = this.#blocks.get(metric);
    if (known !== undefined) return known;
    const made = new LineBlock(this.labels.length, (entity) => `${metric}{${this.labels[entity]}} `);
    this.#blocks.set(metric, made);
    return made;
  }
}
