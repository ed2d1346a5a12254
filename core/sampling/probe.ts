import type { Clock, Timer } from '../clock.js';
import type { Reading, Source } from '../source.js';
import type { Subject } from './subject.js';

/** Time for answers that wait in the socket, because it was this process that was held up. */
const GRACE_MS = 100;
/** A hung worker is asked again after this long, in case its answer was lost and not late. */
const ASK_AGAIN_MS = 60_000;
const MAX_UNANSWERED = 8;

export interface ProbeHost {
  /** `askedAt` in monotonic ms. */
  answered(reading: Reading, askedAt: number): void;
  failed(failure: 'closed' | 'error', askedAt: number): void;
  hung(): void;
  /** Comes before the answer that shows it. */
  recovered(hungMs: number): void;
}

/** Asks one worker whether it lives, and tells when it has not answered within the deadline and when it does again. */
export class Probe {
  readonly #subject: Subject;
  readonly #source: Source;
  readonly #clock: Clock;
  readonly #deadlineMs: number;
  readonly #host: ProbeHost;
  #timer: Timer | null = null;
  #unanswered = 0;
  #lastAskedAt = Number.NEGATIVE_INFINITY;
  /** Monotonic ms. */
  #hungAt: number | null = null;
  #stopped = false;

  constructor(subject: Subject, source: Source, clock: Clock, deadlineMs: number, host: ProbeHost) {
    this.#subject = subject;
    this.#source = source;
    this.#clock = clock;
    this.#deadlineMs = deadlineMs;
    this.#host = host;
  }

  get hung(): boolean {
    return this.#hungAt !== null;
  }

  get unanswered(): number {
    return this.#unanswered;
  }

  ask(): void {
    const askedAt = this.#clock.monotonic();
    this.#lastAskedAt = askedAt;
    this.#unanswered++;
    if (!this.hung) this.#arm(this.#deadlineMs, () => this.#arm(GRACE_MS, () => this.#becomeHung()));
    this.#read().then(
      (reading) => this.#settled(reading, askedAt),
      () => this.#settled(undefined, askedAt),
    );
  }

  /** Sees to it that one probe is under way whose answer may still come. */
  insist(): void {
    const old = this.#clock.monotonic() - this.#lastAskedAt >= ASK_AGAIN_MS;
    if (this.#unanswered === 0 || (old && this.#unanswered < MAX_UNANSWERED)) this.ask();
  }

  stop(): void {
    this.#stopped = true;
    this.#timer?.cancel();
  }

  #arm(ms: number, callback: () => void): void {
    this.#timer?.cancel();
    this.#timer = this.#clock.setTimeout(callback, ms);
  }

  #read(): Promise<Reading | null> {
    try {
      return this.#source.read('worker', this.#subject.key);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  #becomeHung(): void {
    this.#hungAt = this.#clock.monotonic();
    this.#host.hung();
  }

  /** `undefined` stands for a rejection, which says nothing about whether the worker hangs. */
  #settled(reading: Reading | null | undefined, askedAt: number): void {
    this.#unanswered--;
    if (this.#stopped) return;
    this.#timer?.cancel();
    if (reading === undefined || reading === null) {
      this.#host.failed(reading === null ? 'closed' : 'error', askedAt);
      return;
    }
    if (this.#hungAt !== null) {
      const hungMs = this.#clock.monotonic() - this.#hungAt;
      this.#hungAt = null;
      this.#host.recovered(hungMs);
    }
    this.#host.answered(reading, askedAt);
  }
}
