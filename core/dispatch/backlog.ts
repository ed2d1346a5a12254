import type { Clock } from '../clock.js';
import type { MonitorEvent } from '../model/events.js';

/**
 * Events that wait for one plugin, in order. Bounded: from the first event that finds no room on, events are missed and counted
 * until what waits has been taken; then a `monitor.resync` stands in the place of the gap.
 */
export class Backlog {
  readonly #capacity: number;
  readonly #clock: Clock;
  #events: MonitorEvent[] = [];
  #closed = false;
  #resyncDue = false;
  #gap = 0;
  #missed = 0;
  #lastSeq = 0;

  constructor(capacity: number, clock: Clock) {
    this.#capacity = capacity;
    this.#clock = clock;
  }

  /** Events missed since creation; a counter. */
  get missed(): number {
    return this.#missed;
  }

  /** Events missed since the last that was taken. */
  get gap(): number {
    return this.#gap;
  }

  /** Share of the room that is taken, 0–1. */
  get fill(): number {
    return this.#events.length / this.#capacity;
  }

  get isEmpty(): boolean {
    return this.#events.length === 0 && !this.#resyncDue;
  }

  offer(event: MonitorEvent): void {
    this.#lastSeq = event.seq;
    if (!this.#closed && !this.#resyncDue && this.#events.length < this.#capacity) {
      this.#events.push(event);
      return;
    }
    this.#miss(1);
    this.#resyncDue = true;
  }

  /** The oldest events, at most `limit`; empty when nothing waits. */
  take(limit: number): readonly MonitorEvent[] {
    if (this.#events.length > limit) return this.#events.splice(0, limit);
    if (this.#events.length > 0) {
      const all = this.#events;
      this.#events = [];
      return all;
    }
    return this.#resyncDue && !this.#closed ? [this.#resync()] : [];
  }

  /** Misses what waits and all that comes, until `reopen`. */
  close(): void {
    this.#closed = true;
    this.#miss(this.#events.length);
    this.#events = [];
  }

  /** Takes events again; the first will be a `monitor.resync`. */
  reopen(): void {
    this.#closed = false;
    this.#resyncDue = true;
  }

  /** Forgets what waits, uncounted: for a plugin that begins anew and will read the graph. */
  clear(): void {
    this.#events = [];
    this.#resyncDue = false;
    this.#gap = 0;
  }

  #miss(count: number): void {
    this.#gap += count;
    this.#missed += count;
  }

  #resync(): MonitorEvent {
    const missedEvents = this.#gap;
    this.#gap = 0;
    this.#resyncDue = false;
    return {
      type: 'monitor.resync',
      seq: this.#lastSeq,
      at: this.#clock.now(),
      severity: 'info',
      entity: null,
      ancestors: [],
      room: null,
      peer: null,
      labels: {},
      data: { missedEvents },
    };
  }
}
