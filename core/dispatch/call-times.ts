/** A shorter call is taken as it is: looking closer would cost more than most calls, and no limit is that low. */
const SUSPECT_MS = 1;

/**
 * Tells how long calls took that follow one another without a pause, less the time in which others had the processor. That time is
 * looked at when the calls begin and after each long one, so at most what short calls before it waited is counted in its favour.
 */
export class CallTimes {
  readonly #monotonic: () => number;
  readonly #heldUpMs: () => number;
  /** What others had of the processor when that was last looked at. */
  #heldUpMark = 0;

  /** Both in ms; `heldUpMs` is a total, of which only differences mean something. */
  constructor(monotonic: () => number, heldUpMs: () => number) {
    this.#monotonic = monotonic;
    this.#heldUpMs = heldUpMs;
  }

  /** Before the first of some calls. */
  begin(): void {
    this.#heldUpMark = this.#heldUpMs();
  }

  /** Monotonic time in ms, which `since` takes. */
  now(): number {
    return this.#monotonic();
  }

  /** Time in ms of the call that began at `from` and has just ended. */
  since(from: number): number {
    const took = this.#monotonic() - from;
    if (took < SUSPECT_MS) return took;
    const heldUp = this.#heldUpMs();
    const others = heldUp - this.#heldUpMark;
    this.#heldUpMark = heldUp;
    return Math.max(0, took - others);
  }
}
