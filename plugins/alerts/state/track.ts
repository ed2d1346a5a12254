import { FALSE, TRUE, type Truth, UNKNOWN } from '../condition/truth.js';

/** How a rule wants its condition judged over time. All in ms. */
export interface Timing {
  readonly forMs: number;
  readonly keepFiringForMs: number;
  readonly minSamples: number;
}

export type Phase = 'watched' | 'pending' | 'firing' | 'ended';

/**
 * One subject of one rule over time: inactive, pending, firing, resolved. What is unknown changes nothing: it neither begins an alert nor
 * ends one, and time counts only while the condition was last known to be what the step needs.
 */
export class Track {
  phase: Phase = 'watched';
  /** Monotonic ms since when the condition holds. */
  since = 0;
  /** Monotonic ms of the beginning of the alert; meaningful when it fires. */
  firingSince = 0;
  #held = 0;
  #last: Truth = UNKNOWN;
  #falseSince: number | null = null;

  /** One that fired before a restart: it goes on until its condition is known not to hold. */
  static firing(now: number): Track {
    const track = new Track();
    track.phase = 'firing';
    track.since = now;
    track.firingSince = now;
    return track;
  }

  /** Whether its condition was found to hold or not to hold since it was made. */
  get isConfirmed(): boolean {
    return this.#last !== UNKNOWN;
  }

  /** The condition was evaluated. */
  step(truth: Truth, now: number, timing: Timing): void {
    if (truth === TRUE) this.#holds(now, timing);
    else if (truth === FALSE) this.#fails(now);
    else this.#last = UNKNOWN;
    this.advance(now, timing);
  }

  /** Time went by. */
  advance(now: number, timing: Timing): void {
    const due = this.due(timing);
    if (due === null || now < due) return;
    if (this.phase === 'pending') {
      this.phase = 'firing';
      this.firingSince = now;
    } else this.phase = 'ended';
  }

  /** Monotonic ms at which it changes if nothing is evaluated before; `null` when it does not. */
  due({ forMs, keepFiringForMs }: Timing): number | null {
    if (this.phase === 'pending' && this.#last === TRUE) return this.since + forMs;
    if (this.phase === 'firing' && this.#last === FALSE) return (this.#falseSince ?? 0) + keepFiringForMs;
    return null;
  }

  #holds(now: number, { minSamples }: Timing): void {
    this.#last = TRUE;
    this.#falseSince = null;
    if (this.phase === 'firing') return;
    if (this.#held === 0) this.since = now;
    this.#held++;
    if (this.phase === 'watched' && this.#held >= minSamples) this.phase = 'pending';
  }

  #fails(now: number): void {
    if (this.phase !== 'firing') {
      this.phase = 'ended';
      return;
    }
    this.#falseSince ??= now;
    this.#last = FALSE;
  }
}
