import { Deque } from './deque.js';
import type { BatchLimits, BufferedItem, MemoryBufferOptions, OnLost, SinkBuffer } from './sink-buffer.js';

/** Keeps items in memory; a newer item with the key of one that waits takes its place. */
export class MemoryBuffer<T> implements SinkBuffer<T> {
  readonly spool = null;
  readonly #options: MemoryBufferOptions;
  readonly #onLost: OnLost;
  readonly #waiting = new Deque<BufferedItem<T>>();
  /** Where in `#waiting`. */
  readonly #byKey = new Map<string, number>();
  /** In the order they were taken. */
  readonly #taken = new Set<BufferedItem<T>>();
  #waitingBytes = 0;
  #takenBytes = 0;

  constructor(options: MemoryBufferOptions, onLost: OnLost) {
    this.#options = options;
    this.#onLost = onLost;
  }

  get length(): number {
    return this.#waiting.size + this.#taken.size;
  }

  get bytes(): number {
    return this.#waitingBytes + this.#takenBytes;
  }

  get waiting(): number {
    return this.#waiting.size;
  }

  get waitingBytes(): number {
    return this.#waitingBytes;
  }

  get nextOrder(): number {
    return this.#waiting.first?.order ?? Number.POSITIVE_INFINITY;
  }

  get oldestOrder(): number {
    return this.#oldest?.order ?? Number.POSITIVE_INFINITY;
  }

  get oldestAt(): number | null {
    return this.#oldest?.at ?? null;
  }

  push(item: BufferedItem<T>): void {
    if (item.key !== undefined && this.#replace(item, item.key)) return;
    while (!this.#fits(item)) {
      const isLost = this.#options.overflow === 'dropNewest' || this.#shift() === undefined;
      this.#onLost('overflow', 1);
      if (isLost) return;
    }
    const position = this.#waiting.push(item);
    this.#waitingBytes += item.bytes;
    if (item.key !== undefined) this.#byKey.set(item.key, position);
  }

  take(limits: BatchLimits): readonly BufferedItem<T>[] {
    const taken: BufferedItem<T>[] = [];
    let bytes = 0;
    for (;;) {
      const next = this.#waiting.first;
      if (next === undefined || taken.length >= limits.items) break;
      if (taken.length > 0 && bytes + next.bytes > limits.bytes) break;
      this.#shift();
      taken.push(next);
      bytes += next.bytes;
      this.#taken.add(next);
    }
    this.#takenBytes += bytes;
    return taken;
  }

  stillWanted(items: readonly BufferedItem<T>[]): readonly BufferedItem<T>[] {
    return items.filter((item) => {
      if (item.key === undefined || !this.#byKey.has(item.key)) return true;
      this.settle(item);
      this.#onLost('conflated', 1);
      return false;
    });
  }

  settle(item: BufferedItem<T>): void {
    if (this.#taken.delete(item)) this.#takenBytes -= item.bytes;
  }

  close(): number {
    const lost = this.length;
    this.#waiting.clear();
    this.#byKey.clear();
    this.#taken.clear();
    this.#waitingBytes = 0;
    this.#takenBytes = 0;
    return lost;
  }

  get #oldest(): BufferedItem<T> | undefined {
    const [oldest] = this.#taken;
    return oldest ?? this.#waiting.first;
  }

  #fits(item: BufferedItem<T>): boolean {
    return this.length < this.#options.capacity && this.bytes + item.bytes <= this.#options.capacityBytes;
  }

  /** False when none of its key waits, or there is no room for a larger one. */
  #replace(item: BufferedItem<T>, key: string): boolean {
    const position = this.#byKey.get(key);
    const older = position === undefined ? undefined : this.#waiting.at(position);
    if (position === undefined || older === undefined) return false;
    if (this.bytes - older.bytes + item.bytes > this.#options.capacityBytes) return false;
    // Whoever waits for the older one waits for this one now.
    this.#waiting.replace(position, { ...item, order: older.order });
    this.#waitingBytes += item.bytes - older.bytes;
    this.#onLost('conflated', 1);
    return true;
  }

  #shift(): BufferedItem<T> | undefined {
    const item = this.#waiting.shift();
    if (item === undefined) return undefined;
    this.#waitingBytes -= item.bytes;
    if (item.key !== undefined) this.#byKey.delete(item.key);
    return item;
  }
}
