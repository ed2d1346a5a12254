import type { Clock, Timer } from '../clock.js';
import type { Subject } from './subject.js';

/** Asks for the entities that are leased one by one, each in its own interval, between the ticks. Runs no timer when there are none. */
export class Express {
  readonly #clock: Clock;
  readonly #ask: (subject: Subject) => void;
  /** Monotonic ms when each is due. */
  readonly #subjects = new Map<Subject, number>();
  #timer: Timer | null = null;
  #periodMs = 0;
  #stopped = false;

  constructor(clock: Clock, ask: (subject: Subject) => void) {
    this.#clock = clock;
    this.#ask = ask;
  }

  /** Follows the subject's `everyMs`; 0 takes it off. */
  follow(subject: Subject): void {
    const { everyMs } = subject;
    const dueAt = this.#subjects.get(subject);
    if (everyMs === 0) {
      if (dueAt === undefined) return;
      this.#subjects.delete(subject);
    } else {
      const now = this.#clock.monotonic();
      this.#subjects.set(subject, dueAt === undefined ? now : Math.min(dueAt, now + everyMs));
    }
    this.#retime();
  }

  remove(subject: Subject): void {
    if (this.#subjects.size > 0 && this.#subjects.delete(subject)) this.#retime();
  }

  stop(): void {
    this.#stopped = true;
    this.#subjects.clear();
    this.#retime();
  }

  #retime(): void {
    let period = 0;
    for (const { everyMs } of this.#subjects.keys()) if (period === 0 || everyMs < period) period = everyMs;
    if (period === this.#periodMs) return;
    this.#periodMs = period;
    this.#timer?.cancel();
    this.#timer = period === 0 || this.#stopped ? null : this.#clock.setInterval(() => this.#round(), period);
  }

  #round(): void {
    const now = this.#clock.monotonic();
    // Half a period early is nearer to the right time than half a period late.
    const horizon = now + this.#periodMs / 2;
    for (const [subject, dueAt] of this.#subjects) {
      if (dueAt > horizon) continue;
      this.#subjects.set(subject, Math.max(dueAt + subject.everyMs, now));
      this.#ask(subject);
    }
  }
}
