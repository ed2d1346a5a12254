const NS_PER_MS = 1_000_000;
/** A wall clock that was set back by more than this is believed; Loki takes lines up to an hour behind the newest of their stream. */
const TOLERANCE_MS = 60_000;
/** Streams are bounded by their labels; if one is forgotten, no more than an order is lost. */
const MAX_STREAMS = 1_000;

/**
 * Gives every line of a stream a time of its own, in ns: never that of the line before, so that Loki neither takes two lines of one
 * millisecond for the same one nor shows them in another order. Rises within a stream unless the wall clock was set back for over a minute.
 */
export class Stamps {
  /** Of the last line: its millisecond, and its place in it. A number cannot hold both. */
  readonly #last = new Map<string, { ms: number; ns: number }>();

  /** `ms`: wall time of the line. */
  next(stream: string, ms: number): string {
    const own = Math.trunc(ms);
    let last = this.#last.get(stream);
    if (last === undefined) {
      if (this.#last.size >= MAX_STREAMS) this.#last.clear();
      last = { ms: own, ns: -1 };
      this.#last.set(stream, last);
    }
    if (own > last.ms || last.ms - own >= TOLERANCE_MS) {
      last.ms = own;
      last.ns = 0;
    } else if (++last.ns === NS_PER_MS) {
      last.ms++;
      last.ns = 0;
    }
    return last.ms === 0 ? `${last.ns}` : `${last.ms}${`${last.ns}`.padStart(6, '0')}`;
  }
}
