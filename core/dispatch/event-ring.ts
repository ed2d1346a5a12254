import type { MonitorEvent } from '../model/events.js';
import { eventBytes } from './event-size.js';

const INITIAL_SLOTS = 256;

/** The newest events up to a number of bytes, as `eventBytes` estimates them; the oldest make room for new ones. */
export class EventRing {
  readonly capacityBytes: number;
  #events: (MonitorEvent | undefined)[] = new Array<MonitorEvent | undefined>(INITIAL_SLOTS).fill(undefined);
  #sizes = new Float64Array(INITIAL_SLOTS);
  #head = 0;
  #length = 0;
  #usedBytes = 0;

  constructor(capacityBytes: number) {
    this.capacityBytes = capacityBytes;
  }

  get length(): number {
    return this.#length;
  }

  get usedBytes(): number {
    return this.#usedBytes;
  }

  get oldest(): MonitorEvent | undefined {
    return this.at(0);
  }

  /** By age, 0 is the oldest. */
  at(index: number): MonitorEvent | undefined {
    return index < this.#length ? this.#events[(this.#head + index) % this.#events.length] : undefined;
  }

  /** `seq` must rise. An event larger than the whole ring is not kept. */
  push(event: MonitorEvent): void {
    const bytes = eventBytes(event);
    while (this.#length > 0 && this.#usedBytes + bytes > this.capacityBytes) this.#dropOldest();
    if (bytes > this.capacityBytes) return;
    if (this.#length === this.#events.length) this.#grow();
    const slot = (this.#head + this.#length) % this.#events.length;
    this.#events[slot] = event;
    this.#sizes[slot] = bytes;
    this.#length++;
    this.#usedBytes += bytes;
  }

  /** Index of the first event after `seq`; `length` when there is none. */
  indexAfter(seq: number): number {
    let low = 0;
    let high = this.#length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.at(middle)!.seq > seq) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  #dropOldest(): void {
    this.#usedBytes -= this.#sizes[this.#head]!;
    this.#events[this.#head] = undefined;
    this.#head = (this.#head + 1) % this.#events.length;
    this.#length--;
  }

  #grow(): void {
    const slots = this.#events.length * 2;
    const events = new Array<MonitorEvent | undefined>(slots).fill(undefined);
    const sizes = new Float64Array(slots);
    for (let index = 0; index < this.#length; index++) {
      events[index] = this.at(index);
      sizes[index] = this.#sizes[(this.#head + index) % this.#events.length]!;
    }
    this.#events = events;
    this.#sizes = sizes;
    this.#head = 0;
  }
}
