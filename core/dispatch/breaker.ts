import type { PluginHostOptions } from './options.js';

/** The two hooks that deliver. */
export type Hook = 'onEvents' | 'onSamples';

/** Decides when a plugin has misbehaved enough. Each verdict is a reason to suspend it, or `null`. */
export class Breaker {
  readonly #options: PluginHostOptions;
  readonly #throwsInRow: Record<Hook, number> = { onEvents: 0, onSamples: 0 };
  /** Monotonic times of the last slow calls. */
  #slowAt: number[] = [];
  #onTrial = false;

  constructor(options: PluginHostOptions) {
    this.#options = options;
  }

  succeeded(hook: Hook): void {
    this.#throwsInRow[hook] = 0;
    this.#onTrial = false;
  }

  threw(hook: Hook): string | null {
    const inRow = ++this.#throwsInRow[hook];
    if (this.#onTrial) return `${hook} threw again after the cool-down`;
    return inRow < this.#options.breaker.throws ? null : `${hook} threw ${inRow} times in a row`;
  }

  /** Every call, with its duration and the monotonic time of its end. */
  took(hook: Hook, durationMs: number, now: number): string | null {
    const { slowCallMs, breaker } = this.#options;
    if (durationMs <= slowCallMs) return null;
    this.#slowAt = [...this.#slowAt, now].filter((at) => now - at < breaker.slowWindowMs).slice(-breaker.slowCalls);
    if (this.#slowAt.length < breaker.slowCalls) return null;
    return `${breaker.slowCalls} slow calls, the last of ${hook} took ${Math.round(durationMs)} ms`;
  }

  /** After a cool-down: begins anew, but the first throw suspends again. */
  giveTrial(): void {
    this.#throwsInRow.onEvents = 0;
    this.#throwsInRow.onSamples = 0;
    this.#slowAt = [];
    this.#onTrial = true;
  }
}
