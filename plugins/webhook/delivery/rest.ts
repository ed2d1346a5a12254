import type { Clock, Timer } from '../../../core/index.js';

/** The time until the next attempt. A back-off may be cut short; what the receiver asked for, and its pace, may not. */
export class Rest {
  readonly #clock: Clock;
  readonly #paceMs: () => number;
  #backoffUntil = 0;
  #askedUntil = 0;
  #timer: Timer | undefined;
  #wake: (() => void) | undefined;
  #hasEnded = false;

  /** `paceMs` tells how long the pace asks to wait, ms. */
  constructor(clock: Clock, paceMs: () => number) {
    this.#clock = clock;
    this.#paceMs = paceMs;
  }

  /** After a failure, ms from now. */
  add({ backoffMs, askedMs }: { readonly backoffMs: number; readonly askedMs: number }): void {
    const now = this.#clock.monotonic();
    this.#backoffUntil = now + backoffMs;
    this.#askedUntil = now + askedMs;
  }

  cutBackoff(): void {
    this.#backoffUntil = 0;
    this.#wake?.();
  }

  /** Resolves when the next attempt may be made, or after `end`. */
  async until(): Promise<void> {
    for (let ms = this.#ms(); ms > 0; ms = this.#ms()) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
        this.#timer = this.#clock.setTimeout(resolve, ms);
      });
      this.#timer?.cancel();
      this.#wake = undefined;
    }
  }

  end(): void {
    this.#hasEnded = true;
    this.#wake?.();
  }

  #ms(): number {
    const until = Math.max(this.#backoffUntil, this.#askedUntil) - this.#clock.monotonic();
    return this.#hasEnded ? 0 : Math.max(until, this.#paceMs());
  }
}
