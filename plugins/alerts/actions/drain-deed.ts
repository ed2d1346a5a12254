import type { Alert, DrainSwitch } from '../../../core/index.js';
import type { Deed, Occasion } from './deed.js';
import type { DrainOrder } from './options.js';

/** Drains this node, unless it drains already, and takes that back when it was this that did it. */
export class DrainDeed implements Deed {
  readonly #drain: DrainSwitch;
  readonly #options: DrainOrder;
  /** What this said. */
  #said: string | null = null;
  #because: Alert | null = null;

  constructor(drain: DrainSwitch, options: DrainOrder) {
    this.#drain = drain;
    this.#options = options;
  }

  plan(occasion: Occasion): string {
    return `drain this node: ${this.#reason(occasion)}`;
  }

  needless(): string | null {
    const { current } = this.#drain;
    return current === null ? null : `the node drains already: ${current.reason}`;
  }

  async perform(occasion: Occasion): Promise<string> {
    this.#drain.drain(this.#reason(occasion));
    this.#said = this.#drain.current?.reason ?? null;
    this.#because = occasion.alert;
    return `this node drains: ${this.#said}`;
  }

  /** Takes work again unless somebody else has said since that the node shall drain. False when there was nothing to take back. */
  resume(): boolean {
    const isOwn = this.#said !== null && this.#drain.current?.reason === this.#said;
    this.#said = null;
    if (!isOwn || !this.#options.resume) return false;
    this.#drain.resume();
    return true;
  }

  /** The alert that the node drains for; `null` when it does not drain because of this. */
  get because(): Alert | null {
    return this.#said === null ? null : this.#because;
  }

  #reason({ alert }: Occasion): string {
    return this.#options.reason ?? `${alert.name}: ${alert.annotations.summary}`;
  }
}
