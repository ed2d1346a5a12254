const NS_PER_MS = 1_000_000n;
/** A wall clock that was set back by more than this is believed; Loki takes lines up to an hour behind the newest of their stream. */
const TOLERANCE_NS = 60_000n * NS_PER_MS;
/** Streams are bounded by their labels; a clock that was set back costs nothing worse than an order if one is forgotten. */
const MAX_STREAMS = 1_000;

/**
 * Gives every line of a stream a time of its own, in ns: never that of the line before, so that Loki neither takes two lines of one
 * millisecond for the same one nor shows them in another order. Rises within a stream unless the wall clock was set back for over a minute.
 */
export class Stamps {
  readonly #last = new Map<string, bigint>();

  /** `ms`: wall time of the line. */
  next(stream: string, ms: number): string {
    const own = BigInt(Math.trunc(ms)) * NS_PER_MS;
    const last = this.#last.get(stream);
    const isBehind = last !== undefined && own <= last && last - own < TOLERANCE_NS;
    const stamp = isBehind ? last + 1n : own;
    if (last === undefined && this.#last.size >= MAX_STREAMS) this.#last.clear();
    this.#last.set(stream, stamp);
    return `${stamp}`;
  }
}
