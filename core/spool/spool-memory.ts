import { Deque } from '../dispatch/deque.js';
import type { Position } from './segment.js';
import type { SpoolEntry } from './spool-entry.js';

/** What a spool has in memory, in order: taken, to be taken, and, behind what is on disk only, what has yet to get there. */
export class SpoolMemory<T> {
  readonly taken = new Deque<SpoolEntry<T>>();
  readonly ready = new Deque<SpoolEntry<T>>();
  readonly tail = new Deque<SpoolEntry<T>>();
  /** Of all entries that are not settled. */
  bytes = 0;
  #readyBytes = 0;
  #tailBytes = 0;

  /** Of the items that are not taken. */
  get waitingBytes(): number {
    return this.#readyBytes + this.#tailBytes;
  }

  addReady(entry: SpoolEntry<T>): void {
    entry.isTail = false;
    this.ready.push(entry);
    this.#readyBytes += entry.item.bytes;
  }

  addTail(entry: SpoolEntry<T>): void {
    entry.isTail = true;
    this.tail.push(entry);
    this.#tailBytes += entry.item.bytes;
  }

  /** What leaves `ready` is acknowledged in order, so it goes where the order is kept. */
  shiftReady(): SpoolEntry<T> | undefined {
    const entry = this.ready.shift();
    if (entry === undefined) return undefined;
    this.#readyBytes -= entry.item.bytes;
    this.taken.push(entry);
    return entry;
  }

  shiftTail(): void {
    this.#tailBytes -= this.tail.shift()?.item.bytes ?? 0;
  }

  /** Up to the first one that is being written: it will be on disk only. */
  tailToReady(): void {
    for (let entry = this.tail.first; entry !== undefined && !entry.isWriting; entry = this.tail.first) {
      this.shiftTail();
      this.addReady(entry);
    }
  }

  readyToTail(): void {
    const entries = [...this.ready, ...this.tail];
    this.ready.clear();
    this.tail.clear();
    this.#readyBytes = 0;
    this.#tailBytes = 0;
    for (const entry of entries) this.addTail(entry);
  }

  /** Forgets the oldest taken ones that are settled; returns where the records end that are settled with them. */
  shiftSettled(): Position | null {
    let end: Position | null = null;
    for (let entry = this.taken.first; entry?.isSettled === true && !entry.isWriting; entry = this.taken.first) {
      this.taken.shift();
      end = entry.end ?? end;
    }
    return end;
  }

  clear(): void {
    for (const queue of [this.taken, this.ready, this.tail]) queue.clear();
    this.bytes = 0;
    this.#readyBytes = 0;
    this.#tailBytes = 0;
  }
}
