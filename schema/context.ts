import type { GraphSnapshot, Lease, Monitor } from '../core/index.js';
import { SAMPLED_KINDS } from '../core/index.js';
import type { Waiting } from './compiled/execution.js';
import { schemaError } from './errors.js';
import { LIMITS } from './limits.js';
import { Turns } from './turns.js';

/** `read` is needed for queries and subscriptions, `control` for mutations. */
export type Scope = 'read' | 'control';

/** What may be shown of the users of the SFU. */
export interface Exposure {
  /** Whether `inspect` keeps fields named `appData`. They are the application's own and may hold secrets. */
  readonly appData: boolean;
  /** `masked` hides the last half of every IP address. */
  readonly addresses: 'full' | 'masked';
}

/** What one worker is reckoned to carry, for `Worker.load` and `Sfu.capacity`. */
export interface CapacityOptions {
  /** Consumers a worker should not exceed. @default 500 */
  readonly consumersPerWorker: number;
  /** Share of its core a worker should not exceed, 0–1. @default 0.8 */
  readonly maxCpuRatio: number;
}

export interface ContextOptions {
  /** @default only `read` */
  readonly scopes?: Iterable<Scope>;
  /** @default `{ appData: false, addresses: 'full' }` */
  readonly exposure?: Partial<Exposure>;
  readonly capacity?: Partial<CapacityOptions>;
  /** Who acts, as alerts and silences will tell. @default 'api' */
  readonly actor?: string;
  /** @default LIMITS.maxItems */
  readonly maxItems?: number;
  /** Wall time in ms, for ages and for "the last so many seconds". @default Date.now */
  readonly now?: () => number;
  /** How long making a response may hold the event loop before it lets others have a turn, ms. @default LIMITS.maxTurnMs */
  readonly maxTurnMs?: number;
}

/**
 * The moment one response shows. The first access pins a snapshot and every field reads from it; a subscription pins
 * anew for each message. It also holds what is computed once per response, and counts the items of its lists.
 */
class Pin {
  readonly #monitor: Monitor;
  readonly #maxItems: number;
  readonly #clock: () => number;
  readonly #maxTurnMs: number;
  #client: Waiting | undefined;
  #turns: Turns;
  #snapshot: GraphSnapshot | undefined;
  #now: number | undefined;
  #memo = new Map<unknown, unknown>();
  #items = 0;
  #gathers = false;

  constructor(monitor: Monitor, now: () => number, maxItems: number, maxTurnMs: number) {
    this.#monitor = monitor;
    this.#maxTurnMs = maxTurnMs;
    this.#turns = new Turns(maxTurnMs);
    this.#clock = now;
    this.#maxItems = maxItems;
  }

  get snapshot(): GraphSnapshot {
    this.#snapshot ??= this.#monitor.graph.snapshot();
    return this.#snapshot;
  }

  /**
   * Wall time of this response in ms. Not the time of the snapshot, which is that of the last change and stands still
   * while nothing opens or closes.
   */
  get now(): number {
    this.#now ??= this.#clock();
    return this.#now;
  }

  /** Begins a new response, of the given snapshot or of the newest. */
  renew(snapshot?: GraphSnapshot): void {
    this.#snapshot = snapshot;
    this.#now = undefined;
    this.#turns = new Turns(this.#maxTurnMs, this.#client);
    this.#memo = new Map();
    this.#items = 0;
  }

  /** Computes a value once per response. */
  memo<T extends object>(key: unknown, make: () => T): T {
    const known = this.#memo.get(key) as T | undefined;
    if (known !== undefined) return known;
    const made = make();
    this.#memo.set(key, made);
    return made;
  }

  /** Tells who waits for the response. Once it has gone, long lists are given no further, and the response is an error. */
  madeFor(client: Waiting): void {
    this.#client = client;
    this.#turns = new Turns(this.#maxTurnMs, client);
  }

  /** The items of a list that may be long, none of them `null`, given so that making the response lets others have their turn. */
  spread<T>(items: readonly T[]): Iterable<T | Promise<T>> {
    return this.#gathers ? items : this.#turns.spread(items);
  }

  /** What making the response may take of one turn, ms. */
  get maxTurnMs(): number {
    return this.#maxTurnMs;
  }

  /** From now on lists are given whole: who makes the response lets others have their turn by itself. */
  gather(): void {
    this.#gathers = true;
  }

  /** Begins the same response again, of the same moment, with lists as `spread` tells. */
  again(): void {
    this.#gathers = false;
    this.#items = 0;
    this.#turns = new Turns(this.#maxTurnMs, this.#client);
  }

  /** Counts items of a list. Throws when the response would grow beyond the limit. */
  spend(items: number): void {
    this.#items += items;
    if (this.#items <= this.#maxItems) return;
    throw schemaError(
      'LIMIT',
      `This response would have more than ${this.#maxItems} list items in all; ask for smaller pages or filter.`,
    );
  }
}

/** What every resolver gets. One for each operation. */
export interface SchemaContext {
  readonly monitor: Monitor;
  readonly scopes: ReadonlySet<Scope>;
  readonly exposure: Exposure;
  readonly capacity: CapacityOptions;
  readonly actor: string;
  readonly pin: Pin;
}

export function createContext(monitor: Monitor, options: ContextOptions = {}): SchemaContext {
  return {
    monitor,
    scopes: new Set(options.scopes ?? ['read']),
    exposure: { appData: false, addresses: 'full', ...options.exposure },
    capacity: { consumersPerWorker: 500, maxCpuRatio: 0.8, ...options.capacity },
    actor: options.actor ?? 'api',
    pin: new Pin(
      monitor,
      options.now ?? Date.now,
      options.maxItems ?? LIMITS.maxItems,
      options.maxTurnMs ?? LIMITS.maxTurnMs,
    ),
  };
}

/**
 * Asks for the sampling of every kind, within the budget, so that queries have numbers to show. A query lives too short
 * to ask for itself: whoever serves the schema holds this lease while it serves.
 */
export function standingDemand(monitor: Monitor): Lease {
  return monitor.stats.lease({ kinds: SAMPLED_KINDS });
}
