import type { Clock } from '../clock.js';
import type { Logger } from '../logger.js';
import type { MonitorEvent } from '../model/events.js';
import type { EventInput } from '../source.js';
import { copyReport } from './report-copy.js';
import type { ReportOptions } from './report-options.js';

/** Whose report it is. */
export interface Reporter {
  readonly room?: string | null;
  readonly peer: string;
}

const MINUTE_MS = 60_000;
const LONGEST_NAME = 256;
/** Peers whose pace is kept; the one that was quiet the longest makes room. */
const MOST_PEERS = 10_000;

interface Pace {
  allowance: number;
  /** Monotonic ms. */
  at: number;
}

/** Makes events of what clients tell of themselves, bounded in size and pace: what a client sends is nothing to rely on. */
export class PeerReports {
  readonly #options: ReportOptions;
  readonly #clock: Clock;
  readonly #emit: (event: EventInput, whose: { readonly room: string | null; readonly peer: string }) => void;
  /** By room and peer, the quiet ones first. */
  readonly #paces = new Map<string, Pace>();
  readonly #logger: Logger;
  #refused = 0;

  constructor(parts: {
    readonly options: ReportOptions;
    readonly clock: Clock;
    readonly logger: Logger;
    readonly emit: (event: EventInput, whose: { readonly room: string | null; readonly peer: string }) => void;
  }) {
    this.#options = parts.options;
    this.#clock = parts.clock;
    this.#logger = parts.logger;
    this.#emit = parts.emit;
  }

  /** Reports that were not taken since start; a counter. */
  get refused(): number {
    return this.#refused;
  }

  /** Whether it was taken. Never throws. */
  report(whose: Reporter, record: unknown): boolean {
    const { room = null, peer } = Object(whose) as Reporter;
    if (!isName(peer) || (room !== null && !isName(room))) return this.#refuse('names no peer', null);
    if (!this.#mayReport(nameOf(room, peer))) return this.#refuse('comes too soon', peer);
    const { report, fault } = copyReport(record, this.#options);
    if (report === null) return this.#refuse(fault, peer);
    this.#emit({ type: 'peer.reported', data: { report } }, { room, peer });
    return true;
  }

  /** Forgets peers that have left. */
  observe({ type, room, peer }: MonitorEvent): void {
    if (type === 'peer.left' && peer !== null) this.#paces.delete(nameOf(room, peer));
  }

  #mayReport(name: string): boolean {
    const { perPeerPerMinute: most } = this.#options;
    const now = this.#clock.monotonic();
    const { allowance, at } = this.#paces.get(name) ?? { allowance: most, at: now };
    const left = Math.min(most, allowance + ((now - at) * most) / MINUTE_MS);
    this.#paces.delete(name);
    if (this.#paces.size >= MOST_PEERS) this.#paces.delete(this.#paces.keys().next().value!);
    this.#paces.set(name, { allowance: left < 1 ? left : left - 1, at: now });
    return left >= 1;
  }

  #refuse(reason: string, peer: string | null): false {
    this.#refused++;
    this.#logger.debug('a report of a client was refused', { reason, peer });
    return false;
  }
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= LONGEST_NAME;
}

function nameOf(room: string | null, peer: string): string {
  return JSON.stringify([room, peer]);
}
