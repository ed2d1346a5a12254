import { type Clock, withDeadline } from '../../../core/index.js';
import type { Deed, Occasion } from './deed.js';
import type { OnAlert } from './options.js';

const LONGEST = 200;

/** Calls a function of the application, which may throw, reject or never come back. */
export class CallDeed implements Deed {
  readonly #clock: Clock;
  readonly #action: string;
  readonly #onAlert: OnAlert;
  readonly #timeoutMs: number;

  constructor(clock: Clock, action: string, onAlert: OnAlert, timeoutMs: number) {
    this.#clock = clock;
    this.#action = action;
    this.#onAlert = onAlert;
    this.#timeoutMs = timeoutMs;
  }

  plan(): string {
    return 'call onAlert';
  }

  async perform(occasion: Occasion, outer: AbortSignal): Promise<string> {
    const call = { action: this.#action, ...occasion };
    const given = await withDeadline((signal) => this.#onAlert(call, signal), {
      clock: this.#clock,
      ms: this.#timeoutMs,
      signal: outer,
    });
    return typeof given === 'string' && given !== '' ? `onAlert: ${given.slice(0, LONGEST)}` : 'onAlert was called';
  }
}
