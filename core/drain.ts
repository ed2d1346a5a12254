import type { Clock } from './clock.js';
import type { EventInput } from './source.js';

/** Longer reasons are cut. */
const MAX_REASON = 200;

/** Why and since when this node shall get no new work. */
export interface Draining {
  /** Wall time in ms. */
  readonly since: number;
  readonly reason: string;
}

export interface DrainSwitch {
  /** `null` while the node takes work. */
  readonly current: Draining | null;
  /** The node shall get no new work. While it drains already, only the reason changes. A reason is cut at 200 characters. */
  drain(reason: string): void;
  /** The node takes work again. Nothing happens when it does. */
  resume(): void;
}

/** Whether this node takes new work. It is only said: nothing in the SFU changes. */
export class Drain implements DrainSwitch {
  readonly #clock: Clock;
  readonly #emit: (event: EventInput) => void;
  #current: Draining | null = null;
  #began = 0;

  constructor(clock: Clock, emit: (event: EventInput) => void) {
    this.#clock = clock;
    this.#emit = emit;
  }

  get current(): Draining | null {
    return this.#current;
  }

  drain(reason: string): void {
    const cut = reason.slice(0, MAX_REASON);
    if (this.#current !== null) {
      this.#current = { ...this.#current, reason: cut };
      return;
    }
    this.#current = { since: this.#clock.now(), reason: cut };
    this.#began = this.#clock.monotonic();
    this.#emit({ type: 'monitor.drainStarted', data: { reason: cut } });
  }

  resume(): void {
    if (this.#current === null) return;
    this.#current = null;
    this.#emit({ type: 'monitor.drainEnded', data: { drainedMs: this.#clock.monotonic() - this.#began } });
  }
}
