import type { Account } from './account.js';
import { Counts } from './counts.js';
import type { Direction, TrafficCount, TrafficMeter } from './traffic-meter.js';

/** `undefined` is not told yet; `null` is told to be none. */
export interface MeterIdentity {
  readonly room?: string | null;
  readonly peer?: string | null;
}

/** Clients often choose these names, and every account and report keeps them. */
const LONGEST_NAME = 256;

/** What a meter tells its ledger. */
export interface MeterLedger {
  /** It is about to hold something pending. False when the ledger has stopped and counts no more. */
  opened(meter: SignallingMeter): boolean;
  /** Its identity changed while it holds something. */
  moved(meter: SignallingMeter): void;
  /** What it holds is to be reported now; what is nobody's yet only when it is the `last` chance. */
  settled(meter: SignallingMeter, last: boolean): void;
}

/** The ledger knows a meter only while something is pending, so one that is forgotten is not kept alive for long. */
export class SignallingMeter implements TrafficMeter {
  readonly #ledger: MeterLedger;
  readonly #session = new Counts();
  #identity: MeterIdentity;
  #stopped = false;
  /** Counted and not yet reported. */
  readonly pending = new Counts();
  /** Monotonic time in ms since when something is pending. */
  since = 0;
  /** Whether the ledger knows of it. */
  isOpen = false;
  /** Whose totals hold what is pending; `null` while that is not known. */
  account: Account | null = null;

  constructor(ledger: MeterLedger, identity: MeterIdentity) {
    this.#ledger = ledger;
    this.#identity = told(identity, {});
  }

  get identity(): MeterIdentity {
    return this.#identity;
  }

  get totals(): TrafficCount {
    return this.#session.copy();
  }

  add(bytes: number, direction: Direction): void {
    if (!Number.isSafeInteger(bytes) || bytes < 0) {
      throw new RangeError(`bytes must be a whole number from 0, got ${bytes}`);
    }
    if (direction !== 'in' && direction !== 'out') {
      throw new RangeError(`direction must be 'in' or 'out', got ${String(direction)}`);
    }
    if (this.#stopped || (!this.isOpen && !this.#ledger.opened(this))) return;
    this.#session.count(direction, bytes, 1);
    this.pending.count(direction, bytes, 1);
    if (this.account === null) return;
    this.account.totals.signalling.count(direction, bytes, 1);
    this.account.roomTotals?.signalling.count(direction, bytes, 1);
  }

  identify(identity: MeterIdentity): void {
    if (this.#stopped) return;
    this.#identity = told(identity, this.#identity);
    if (this.isOpen) this.#ledger.moved(this);
  }

  reset(): void {
    if (this.#stopped) return;
    if (this.isOpen) this.#ledger.settled(this, false);
    this.#session.clear();
  }

  stop(): void {
    if (this.#stopped) return;
    this.#stopped = true;
    if (this.isOpen) this.#ledger.settled(this, true);
  }
}

/** The identity with what is new. A field that is left out, or holds what is no name, stays as it was. */
function told(news: MeterIdentity, before: MeterIdentity): MeterIdentity {
  const room = named(news.room, before.room);
  const peer = named(news.peer, before.peer);
  return { ...(room !== undefined && { room }), ...(peer !== undefined && { peer }) };
}

/** As with entities, a number is a name, because applications number their peers; nothing empty or very long is one. */
function named(value: unknown, before: string | null | undefined): string | null | undefined {
  if (value === null) return null;
  if (typeof value === 'number' && Number.isFinite(value)) return String(value);
  return typeof value === 'string' && value !== '' && value.length <= LONGEST_NAME ? value : before;
}
