import type { Clock, Timer } from '../clock.js';
import { Mailbox } from '../dispatch/mailbox.js';

/** Longest turn on the event loop, in ms. */
const TURN_MS = 2;
/** Told in a turn before the time is looked at again. */
const TOLD_AT_ONCE = 8;
/** Least wait in ms when the rate is used up. */
const LEAST_WAIT_MS = 20;

/**
 * Tells one thing after another, in turns that are short, and no more in a second than is allowed. First in, first out. Holds a
 * timer only while something waits.
 */
export class Outbox<T> {
  readonly #clock: Clock;
  readonly #perSecond: number;
  readonly #tell: (item: T) => void;
  readonly #waiting: Mailbox<T>;
  /** How many may be told now; grows with time up to a second's worth. */
  #allowed: number;
  #countedAt: number;
  #timer: Timer | null = null;

  constructor(parts: {
    readonly clock: Clock;
    readonly perSecond: number;
    readonly capacity: number;
    readonly tell: (item: T) => void;
  }) {
    this.#clock = parts.clock;
    this.#perSecond = parts.perSecond;
    this.#tell = parts.tell;
    this.#waiting = new Mailbox<T>(parts.capacity, 'dropNewest');
    this.#allowed = parts.perSecond;
    this.#countedAt = parts.clock.monotonic();
  }

  get size(): number {
    return this.#waiting.size;
  }

  /** Whether what comes now waits for longer than a second. */
  get isBehind(): boolean {
    return this.#waiting.size >= this.#perSecond;
  }

  /** False when it is full: the item was not taken. */
  push(item: T): boolean {
    if (!this.#waiting.push(item)) return false;
    this.#timer ??= this.#clock.setTimeout(() => this.#turn(), 0);
    return true;
  }

  /** Tells all that waits, however much it is, with the event loop let go between the turns. */
  async finish(): Promise<void> {
    this.#timer?.cancel();
    this.#timer = null;
    while (this.#tellSome(Number.POSITIVE_INFINITY) > 0 && this.#waiting.size > 0) {
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  #turn(): void {
    this.#timer = null;
    const now = this.#clock.monotonic();
    this.#allowed = Math.min(this.#perSecond, this.#allowed + ((now - this.#countedAt) / 1_000) * this.#perSecond);
    this.#countedAt = now;
    this.#allowed -= this.#tellSome(Math.floor(this.#allowed));
    if (this.#waiting.size === 0) return;
    const missing = Math.max(0, 1 - this.#allowed) / this.#perSecond;
    const waitMs = missing === 0 ? 0 : Math.max(LEAST_WAIT_MS, missing * 1_000);
    this.#timer ??= this.#clock.setTimeout(() => this.#turn(), waitMs);
  }

  #tellSome(most: number): number {
    const from = this.#clock.monotonic();
    let told = 0;
    while (told < most) {
      const item = this.#waiting.shift();
      if (item === undefined) break;
      this.#tell(item);
      told++;
      if (told % TOLD_AT_ONCE === 0 && this.#clock.monotonic() - from >= TURN_MS) break;
    }
    return told;
  }
}
