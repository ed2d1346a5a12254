import { type Counts, CountsBySource } from './counts.js';

export type TrafficSource = 'signalling' | 'data';

/** What one peer moved. A peer of `null` stands for traffic that ended before anybody knew whose it was. */
export class Account {
  readonly room: string | null;
  readonly peer: string | null;
  /** Everything, what is pending included. */
  readonly totals = new CountsBySource();
  /** Counted and not yet reported; what meters hold themselves comes in at the flush. */
  readonly pending = new CountsBySource();
  /** Totals of the room, shared by its accounts; `null` without a room. */
  readonly roomTotals: CountsBySource | null;
  /** Monotonic time in ms since when something is pending. */
  since = 0;

  constructor(room: string | null, peer: string | null, roomTotals: CountsBySource | null) {
    this.room = room;
    this.peer = peer;
    this.roomTotals = roomTotals;
  }

  /** The counts that everything of this source goes into. */
  totalsOf(source: TrafficSource): readonly Counts[] {
    return this.roomTotals === null ? [this.totals[source]] : [this.totals[source], this.roomTotals[source]];
  }
}
