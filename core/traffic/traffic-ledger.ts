import type { Clock, Timer } from '../clock.js';
import type { Identity } from '../model/entity.js';
import type { MonitorEvent } from '../model/events.js';
import type { AnySampleBatch } from '../model/samples.js';
import type { EventInput } from '../source.js';
import type { Account, TrafficSource } from './account.js';
import { AccountBook } from './account-book.js';
import type { Counts } from './counts.js';
import { DataChannels, type DataMoved } from './data-channels.js';
import type { TrafficOptions } from './options.js';
import { type MeterIdentity, type MeterLedger, SignallingMeter } from './signalling-meter.js';
import type { TrafficCount, TrafficMeter, TrafficReader } from './traffic-meter.js';

interface Dependencies {
  readonly clock: Clock;
  readonly options: TrafficOptions;
  /** Publishes a `peer.trafficReported` of this room and peer. */
  readonly emit: (event: EventInput, whose: Pick<Identity, 'room' | 'peer'>) => void;
}

type Totals = { readonly signalling: TrafficCount; readonly data: TrafficCount };

const NOTHING: TrafficCount = { bytesIn: 0, bytesOut: 0, messagesIn: 0, messagesOut: 0 };

/**
 * Accounts signalling and data channel traffic by peer and room. Everything that is added is reported exactly once:
 * with the flush after it is known whose it is, or at the latest when the meter, the data channel or the ledger ends.
 * What nobody's identity was told for until then is reported with a peer of `null`.
 */
export class TrafficLedger implements TrafficReader {
  readonly #clock: Clock;
  readonly #options: TrafficOptions;
  readonly #emit: Dependencies['emit'];
  readonly #book = new AccountBook();
  readonly #channels = new DataChannels((moved) => this.#countData(moved));
  /** What meters may do, kept apart from what everybody may. */
  readonly #meterLedger: MeterLedger = {
    opened: (meter) => this.#open(meter),
    moved: (meter) => this.#move(meter),
    settled: (meter, last) => this.#settle(meter, last),
  };
  /** Meters with something pending that is somebody's, and those that wait to be identified, oldest first. */
  #known = new Set<SignallingMeter>();
  readonly #unknown = new Set<SignallingMeter>();
  /** Accounts with something pending, their meters' included. */
  #pending = new Set<Account>();
  #flushedAt: number;
  #timer: Timer | undefined;
  #stopped = false;

  constructor({ clock, options, emit }: Dependencies) {
    this.#clock = clock;
    this.#options = options;
    this.#emit = emit;
    this.#flushedAt = clock.monotonic();
  }

  /** Peers whose totals are kept. */
  get peers(): number {
    return this.#book.size;
  }

  /** Peers that were let go because there were too many; a counter. */
  get evicted(): number {
    return this.#book.evicted;
  }

  /** What the peers moved that were let go. */
  get other(): Totals {
    return this.#book.other.copy();
  }

  peer(room: string | null, peer: string): Totals | null {
    return this.#book.find(room, peer)?.totals.copy() ?? null;
  }

  room(room: string): Totals {
    return this.#book.room(room)?.copy() ?? { signalling: NOTHING, data: NOTHING };
  }

  /** A field left out of `identity` is not known yet; `null` says that there is none, as for peers without rooms. */
  meter(identity: MeterIdentity = {}): TrafficMeter {
    return new SignallingMeter(this.#meterLedger, identity);
  }

  observeBatch(batch: AnySampleBatch): void {
    if (!this.#stopped) this.#channels.observeBatch(batch, this.#flushedAt);
  }

  observe(event: MonitorEvent): void {
    if (!this.#stopped) this.#channels.observe(event);
  }

  start(): void {
    if (this.#stopped || this.#timer !== undefined) return;
    this.#flushedAt = this.#clock.monotonic();
    this.#timer = this.#clock.setInterval(() => this.#tick(), this.#options.flushIntervalMs);
  }

  /** Reports everything, also what is nobody's yet. Meters do nothing from then on; totals stay to be read. */
  stop(): void {
    if (this.#stopped) return;
    // First, so that whoever hears of the reports below cannot count what would never be reported.
    this.#stopped = true;
    this.#timer?.cancel();
    this.#channels.clear();
    for (const meter of this.#unknown) this.#settle(meter, true);
    this.#flush();
  }

  #tick(): void {
    this.#channels.rotate();
    this.#flush();
  }

  #flush(): void {
    for (const meter of this.#known) this.#collect(meter);
    this.#known = new Set();
    const accounts = this.#pending;
    // Whoever hears of a report may count something new at once: that goes into the next flush.
    this.#pending = new Set();
    for (const account of accounts) this.#report(account);
    this.#flushedAt = this.#clock.monotonic();
  }

  #open(meter: SignallingMeter): boolean {
    if (this.#stopped) return false;
    // Neither set may grow without bound, whatever the application does with its meters.
    if (this.#known.size >= this.#options.maxPeers) this.#flush();
    const oldest = this.#unknown.values().next().value;
    if (oldest !== undefined && this.#unknown.size >= this.#options.maxPeers) this.#settle(oldest, true);
    meter.isOpen = true;
    meter.since = this.#flushedAt;
    this.#attribute(meter);
    return true;
  }

  #move(meter: SignallingMeter): void {
    for (const counts of meter.account?.totalsOf('signalling') ?? []) counts.merge(meter.pending, -1);
    meter.account = null;
    this.#known.delete(meter);
    this.#unknown.delete(meter);
    this.#attribute(meter);
  }

  /** Finds out whose the meter's pending counts are and adds them to the totals. */
  #attribute(meter: SignallingMeter): void {
    const { room, peer } = meter.identity;
    if (room === undefined || peer == null) this.#unknown.add(meter);
    else this.#assign(meter, this.#account(room, peer, meter.since));
  }

  #assign(meter: SignallingMeter, account: Account): void {
    meter.account = account;
    for (const counts of account.totalsOf('signalling')) counts.merge(meter.pending);
    this.#known.add(meter);
  }

  #settle(meter: SignallingMeter, last: boolean): void {
    if (meter.account === null) {
      if (!last) return;
      this.#unknown.delete(meter);
      this.#assign(meter, this.#account(meter.identity.room ?? null, meter.identity.peer ?? null, meter.since));
    }
    const { account } = meter;
    this.#known.delete(meter);
    this.#collect(meter);
    if (account !== null) this.#report(account);
  }

  /** Takes what the meter holds into its account, which reports it. */
  #collect(meter: SignallingMeter): void {
    meter.account?.pending.signalling.merge(meter.pending);
    meter.pending.clear();
    meter.account = null;
    meter.isOpen = false;
  }

  #countData({ room, peer, direction, bytes, messages, since }: DataMoved): void {
    const account = this.#account(room, peer, since);
    account.pending.data.count(direction, bytes, messages);
    for (const counts of account.totalsOf('data')) counts.count(direction, bytes, messages);
  }

  /** The account to count into; from now on it has something pending. */
  #account(room: string | null, peer: string | null, since: number): Account {
    let account = this.#book.find(room, peer);
    if (account === undefined) {
      this.#makeRoom();
      // Making room may report, and whoever hears of it may have opened the same account.
      account = this.#book.find(room, peer) ?? this.#book.open(room, peer);
    }
    this.#book.touch(account);
    account.since = this.#pending.has(account) ? Math.min(account.since, since) : since;
    this.#pending.add(account);
    return account;
  }

  #makeRoom(): void {
    if (this.#book.size < this.#options.maxPeers) return;
    // Counting makes an account the newest, so when the oldest has something pending, all have.
    const oldest = this.#book.oldest();
    if (oldest !== undefined && this.#pending.has(oldest)) this.#flush();
    const idle = this.#book.oldest();
    if (idle !== undefined) this.#book.evict(idle);
  }

  #report(account: Account): void {
    const whose = { room: account.room, peer: account.peer };
    const intervalMs = Math.max(1, Math.round(this.#clock.monotonic() - account.since));
    for (const source of ['signalling', 'data'] as const satisfies readonly TrafficSource[]) {
      const pending: Counts = account.pending[source];
      if (pending.isEmpty) continue;
      const { bytesIn, bytesOut, messagesIn, messagesOut } = pending.copy();
      pending.clear();
      const common = { source, intervalMs };
      if (messagesIn > 0 || bytesIn > 0) {
        const data = { ...common, direction: 'in' as const, bytes: bytesIn, messages: messagesIn };
        this.#emit({ type: 'peer.trafficReported', data }, whose);
      }
      if (messagesOut > 0 || bytesOut > 0) {
        const data = { ...common, direction: 'out' as const, bytes: bytesOut, messages: messagesOut };
        this.#emit({ type: 'peer.trafficReported', data }, whose);
      }
    }
  }
}
