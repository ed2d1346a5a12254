import type { AlertRaiser, Clock, ResolveCause, RuleStatus } from '../../../core/index.js';
import { TRUE, type Truth, FALSE } from '../condition/truth.js';
import type { Cursor } from '../fields/cursor.js';
import type { Scope } from '../fields/scopes.js';
import { AlertWriter } from '../report/alert-writer.js';
import type { ReadyRule } from '../rules/ready-rule.js';
import type { FlapGuard } from '../state/flap-guard.js';
import type { Timing } from '../state/track.js';
import { type Subject, subjectKey, subjectOf } from './subject.js';

/** Least time between two updates of one alert that fires, ms. */
const UPDATE_MS = 30_000;

export interface RuleSurroundings {
  readonly clock: Clock;
  readonly raiser: AlertRaiser;
  readonly flapGuard: FlapGuard;
  readonly maxAlerts: number;
}

/** One rule at work: its condition is judged here, and its alerts begin and end here. */
export class ActiveRule {
  readonly ready: ReadyRule;
  readonly #given: RuleSurroundings;
  readonly #writer: AlertWriter;
  readonly #subjects = new Map<string, Subject>();
  #disabledBecause: string | null = null;
  #suppressed = 0;
  #evaluatedAt: number | null = null;

  constructor(ready: ReadyRule, given: RuleSurroundings) {
    this.ready = ready;
    this.#given = given;
    this.#writer = new AlertWriter(ready);
  }

  get scope(): Scope {
    return this.ready.rule.scope;
  }

  get isEnabled(): boolean {
    return this.#disabledBecause === null;
  }

  get subjects(): Iterable<Subject> {
    return this.#subjects.values();
  }

  get subjectCount(): number {
    return this.#subjects.size;
  }

  subject(key: string): Subject | undefined {
    return this.#subjects.get(key);
  }

  /** Evaluates the condition where the cursor is. Disables the rule if that throws. */
  evaluate(cursor: Cursor): Truth | undefined {
    if (this.#disabledBecause !== null) return undefined;
    try {
      return this.ready.condition.test(cursor);
    } catch (error) {
      this.#disable(error instanceof Error ? error.message : String(error));
      return undefined;
    }
  }

  /** The condition was found to be true, false or unknown where the cursor is. */
  judge(cursor: Cursor, truth: Truth): Subject | undefined {
    const key = subjectKey(this.scope, cursor);
    const subject = this.#subjects.get(key) ?? (truth === TRUE ? this.#begin(key, cursor) : undefined);
    if (subject === undefined) return undefined;
    const now = this.#given.clock.monotonic();
    if (cursor.event !== null) subject.event = cursor.event;
    subject.track.step(truth, now, this.#timing(subject));
    // What happens lasts no time: from here on only `keepFiringFor` holds it.
    if (this.scope === 'event') subject.track.step(FALSE, now, this.#timing(subject));
    this.#settle(subject, cursor, now);
    return subject;
  }

  /** One round over all that is to be judged is done. */
  evaluated(): void {
    this.#evaluatedAt = this.#given.clock.now();
  }

  /** Monotonic ms of the next change that needs no evaluation; `Infinity` when there is none. */
  nextDue(): number {
    let next = Number.POSITIVE_INFINITY;
    for (const subject of this.#subjects.values()) {
      next = Math.min(next, subject.track.due(this.#timing(subject)) ?? next);
    }
    return next;
  }

  /** Time went by. `place` puts the cursor on a subject. */
  advance(now: number, place: (subject: Subject) => Cursor): void {
    for (const subject of this.#subjects.values()) {
      const due = subject.track.due(this.#timing(subject));
      if (due === null || due > now) continue;
      subject.track.advance(now, this.#timing(subject));
      this.#settle(subject, place(subject), now);
    }
  }

  /** It is about something else now: tells so if it was told of. */
  identified(cursor: Cursor): void {
    const subject = this.#subjects.get(subjectKey(this.scope, cursor));
    if (subject === undefined || (subject.room === cursor.room && subject.peer === cursor.peer)) return;
    subject.room = cursor.room;
    subject.peer = cursor.peer;
    if (!Number.isNaN(subject.toldAt)) this.#tell(subject, cursor, this.#given.clock.monotonic());
  }

  /** Ends what there is about it, whatever its condition. */
  end(key: string, cause: ResolveCause): void {
    if (this.#subjects.delete(key)) this.#given.raiser.resolve(this.#writer.idOf(key), cause);
  }

  endAll(cause: ResolveCause): void {
    for (const key of this.#subjects.keys()) this.end(key, cause);
  }

  /** Takes over what fired before a restart. */
  restore(subject: Subject): void {
    subject.toldAt = this.#given.clock.monotonic();
    this.#subjects.set(subject.key, subject);
  }

  status(): RuleStatus {
    const { rule, timing, isDefault } = this.ready;
    const firing = [...this.#subjects.values()].filter(({ track }) => track.phase === 'firing').length;
    return {
      name: rule.name,
      scope: rule.scope,
      when: rule.when,
      severity: rule.severity,
      forMs: timing.forMs,
      keepFiringForMs: timing.keepFiringForMs,
      minSamples: timing.minSamples,
      labels: rule.labels,
      annotations: rule.annotations,
      isDefault,
      disabledBecause: this.#disabledBecause,
      pending: [...this.#subjects.values()].filter(({ track }) => track.phase === 'pending').length,
      firing,
      suppressed: this.#suppressed,
      evaluatedAt: this.#evaluatedAt,
    };
  }

  #begin(key: string, cursor: Cursor): Subject | undefined {
    if (this.#subjects.size >= this.#given.maxAlerts) {
      this.#suppressed++;
      return undefined;
    }
    const subject = subjectOf(key, cursor);
    subject.since = this.#given.clock.now();
    this.#subjects.set(key, subject);
    return subject;
  }

  #timing(subject: Subject): Timing {
    const { timing } = this.ready;
    const { flapGuard, clock } = this.#given;
    if (subject.track.phase !== 'firing') return timing;
    if (!flapGuard.isFlapping(this.#writer.idOf(subject.key), clock.monotonic())) return timing;
    return { ...timing, keepFiringForMs: Math.max(timing.keepFiringForMs, flapGuard.holdMs) };
  }

  /** Tells what became of it, and forgets what has ended. */
  #settle(subject: Subject, cursor: Cursor, now: number): void {
    const { phase } = subject.track;
    const wasTold = !Number.isNaN(subject.toldAt);
    if (phase === 'ended') {
      this.#subjects.delete(subject.key);
      const id = this.#writer.idOf(subject.key);
      if (subject.firingSince !== null) this.#given.flapGuard.ended(id, now);
      if (wasTold) this.#given.raiser.resolve(id, 'recovered');
    } else if (phase === 'pending' && !wasTold) this.#tell(subject, cursor, now);
    else if (phase === 'firing') {
      const isNews = subject.firingSince === null;
      subject.firingSince ??= this.#given.clock.now();
      if (isNews || now - subject.toldAt >= UPDATE_MS) this.#tell(subject, cursor, now);
    }
  }

  #tell(subject: Subject, cursor: Cursor, now: number): void {
    subject.toldAt = now;
    this.#given.raiser.put(this.#writer.draft(subject, cursor));
  }

  #disable(message: string): void {
    this.#disabledBecause = message.slice(0, 500);
    this.endAll('ruleChanged');
    this.#given.raiser.tellDisabled(this.ready.rule.name, this.#disabledBecause);
  }
}
