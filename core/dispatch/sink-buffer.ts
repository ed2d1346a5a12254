import { Mailbox, type Overflow } from './mailbox.js';

export interface BufferedItem<T> {
  /** Counts up from 1 in order of arrival; a batch that is sent again holds the same. */
  readonly id: number;
  readonly value: T;
  readonly bytes: number;
}

export interface BatchLimits {
  readonly items: number;
  readonly bytes: number;
}

/**
 * Where a sink keeps what is not delivered yet. In memory here; on disk it survives a restart. What was taken stays in the count, and
 * stays safe from overflow, until it is settled.
 */
export interface SinkBuffer<T> {
  /** Items kept, those taken included. */
  readonly length: number;
  readonly bytes: number;
  /** Keeps an item; returns how many were lost for it: the item itself, or older ones. */
  push(item: BufferedItem<T>): number;
  /** The oldest items, at least one unless it is empty. The same ones again until they are settled. */
  take(limits: BatchLimits): readonly BufferedItem<T>[] | Promise<readonly BufferedItem<T>[]>;
  /** What was taken is delivered or given up: forget it. */
  settle(): void | Promise<void>;
  /** Forgets what may be forgotten when the process ends; returns how many items were lost. */
  close(): number | Promise<number>;
}

export interface MemoryBufferOptions {
  /** Most items. */
  readonly capacity: number;
  /** Most bytes, all items together. */
  readonly capacityBytes: number;
  readonly overflow: Overflow;
}

export class MemoryBuffer<T> implements SinkBuffer<T> {
  readonly #options: MemoryBufferOptions;
  readonly #waiting: Mailbox<BufferedItem<T>>;
  #taken: readonly BufferedItem<T>[] = [];
  #next: BufferedItem<T> | undefined;
  #bytes = 0;

  constructor(options: MemoryBufferOptions) {
    this.#options = options;
    this.#waiting = new Mailbox(options.capacity, 'dropNewest');
  }

  get length(): number {
    return this.#waiting.size + this.#taken.length + (this.#next === undefined ? 0 : 1);
  }

  get bytes(): number {
    return this.#bytes;
  }

  push(item: BufferedItem<T>): number {
    let lost = 0;
    while (!this.#fits(item)) {
      const oldest = this.#options.overflow === 'dropOldest' ? this.#shift() : undefined;
      if (oldest === undefined) return lost + 1;
      this.#bytes -= oldest.bytes;
      lost++;
    }
    this.#waiting.push(item);
    this.#bytes += item.bytes;
    return lost;
  }

  take(limits: BatchLimits): readonly BufferedItem<T>[] {
    if (this.#taken.length > 0) return this.#taken;
    const taken: BufferedItem<T>[] = [];
    let bytes = 0;
    while (taken.length < limits.items) {
      const item = this.#shift();
      if (item === undefined) break;
      if (taken.length > 0 && bytes + item.bytes > limits.bytes) {
        this.#next = item;
        break;
      }
      taken.push(item);
      bytes += item.bytes;
    }
    this.#taken = taken;
    return taken;
  }

  settle(): void {
    for (const { bytes } of this.#taken) this.#bytes -= bytes;
    this.#taken = [];
  }

  close(): number {
    const lost = this.length;
    while (this.#shift() !== undefined);
    this.#taken = [];
    this.#bytes = 0;
    return lost;
  }

  #fits(item: BufferedItem<T>): boolean {
    return this.length < this.#options.capacity && this.#bytes + item.bytes <= this.#options.capacityBytes;
  }

  /** The oldest waiting item: one that was too large for the last batch comes first. */
  #shift(): BufferedItem<T> | undefined {
    const next = this.#next;
    if (next === undefined) return this.#waiting.shift();
    this.#next = undefined;
    return next;
  }
}
