import type { SampledKind } from '../model/samples.js';
import type { EventInput } from '../source.js';
import type { Failure } from './request-window.js';

/** Ticks without anything left out before a kind counts as caught up, so that it does not change its mind every tick. */
const CLEAN_TICKS = 3;

/** What happened to the requests of one kind; counters since the start. */
export class Tally {
  readonly kind: SampledKind;
  ok = 0;
  timeout = 0;
  closed = 0;
  error = 0;
  shed = 0;
  #shedBefore = 0;
  #cleanTicks = 0;
  #backedOff = false;

  constructor(kind: SampledKind) {
    this.kind = kind;
  }

  fail(failure: Failure): void {
    this[failure]++;
  }

  /** Called once a tick, after planning: the news whether the kind is sampled in turns or in full, when that has changed. */
  news(open: number): EventInput | null {
    const shed = this.shed - this.#shedBefore;
    this.#shedBefore = this.shed;
    this.#cleanTicks = shed > 0 ? 0 : this.#cleanTicks + 1;
    if (shed > 0 && !this.#backedOff) {
      this.#backedOff = true;
      const coverage = Math.max(0, 1 - shed / Math.max(1, open));
      return { type: 'monitor.backedOff', data: { kind: this.kind, coverage } };
    }
    if (this.#backedOff && this.#cleanTicks >= CLEAN_TICKS) {
      this.#backedOff = false;
      return { type: 'monitor.caughtUp', data: { kind: this.kind } };
    }
    return null;
  }
}
