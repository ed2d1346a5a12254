import type { SinkBatch } from './sink-api.js';
import type { BufferedItem } from './sink-buffer.js';
import type { SinkClass } from './sink-counts.js';

export interface OpenBatchPorts<T> {
  delivered(item: BufferedItem<T>): void;
  refused(item: BufferedItem<T>, reason: string): void;
}

/** A batch until every item of it is settled, over all attempts. */
export class OpenBatch<T> {
  readonly class: SinkClass;
  /** Counts up in the order in which batches were first sent. */
  readonly number: number;
  readonly #ports: OpenBatchPorts<T>;
  readonly #open: Set<BufferedItem<T>>;
  #attempts = 0;

  constructor(which: SinkClass, number: number, items: readonly BufferedItem<T>[], ports: OpenBatchPorts<T>) {
    this.class = which;
    this.number = number;
    this.#open = new Set(items);
    this.#ports = ports;
  }

  /** So far. */
  get attempts(): number {
    return this.#attempts;
  }

  /** Items that are not settled, in order. */
  get left(): readonly BufferedItem<T>[] {
    return [...this.#open];
  }

  /** What the next attempt sends. */
  attempt(): SinkBatch<T> {
    const items = this.left;
    return {
      id: items[0]?.id ?? '',
      attempt: ++this.#attempts,
      class: this.class,
      items: items.map(({ value }) => value),
      ids: items.map(({ id }) => id),
      bytes: items.reduce((sum, { bytes }) => sum + bytes, 0),
      ack: (index) => {
        const item = items[index];
        if (item !== undefined && this.forget(item)) this.#ports.delivered(item);
      },
      reject: (index, reason) => {
        const item = items[index];
        if (item !== undefined && this.forget(item)) this.#ports.refused(item, reason);
      },
    };
  }

  /** False when it was settled before. */
  forget(item: BufferedItem<T>): boolean {
    return this.#open.delete(item);
  }

  /** What is left is delivered. */
  ackAll(): void {
    for (const item of this.left) if (this.forget(item)) this.#ports.delivered(item);
  }
}
