import type { Clock, Timer } from '../clock.js';
import type { EntityKey } from '../model/entity.js';
import type { Leases } from './leases.js';
import { MIN_EVERY_MS } from './leases.js';
import type { Lease } from './stats-reader.js';

const MAX_SECONDS = 300;

interface Watch {
  readonly lease: Lease;
  readonly timer: Timer;
  readonly until: number;
}

/** Time-boxed leases at the fastest pace, one per entity. */
export class Watches {
  readonly #clock: Clock;
  readonly #leases: Leases;
  readonly #watches = new Map<EntityKey, Watch>();

  constructor(clock: Clock, leases: Leases) {
    this.#clock = clock;
    this.#leases = leases;
  }

  /** Returns the wall time in ms when it ends; a second watch never shortens the first. Throws `RangeError` outside 1 to 300 s. */
  watch(key: EntityKey, seconds: number): number {
    if (!(seconds >= 1 && seconds <= MAX_SECONDS)) {
      throw new RangeError(`a watch lasts 1 to ${MAX_SECONDS} seconds, got ${seconds}`);
    }
    const running = this.#watches.get(key);
    const until = this.#clock.now() + seconds * 1000;
    if (running !== undefined && running.until >= until) return running.until;
    running?.timer.cancel();
    const lease = running?.lease ?? this.#leases.lease({ entities: [key], everyMs: MIN_EVERY_MS });
    const timer = this.#clock.setTimeout(() => this.end(key), seconds * 1000);
    this.#watches.set(key, { lease, timer, until });
    return until;
  }

  end(key: EntityKey): void {
    const watch = this.#watches.get(key);
    if (watch === undefined) return;
    this.#watches.delete(key);
    watch.timer.cancel();
    watch.lease.release();
  }

  endAll(): void {
    for (const key of this.#watches.keys()) this.end(key);
  }
}
