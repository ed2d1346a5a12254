import type { Clock, Timer } from '../clock.js';
import type { EntityKey } from '../model/entity.js';
import type { LaneStatus } from '../monitor-status.js';
import type { Reading, Source } from '../source.js';
import type { CostMeter } from './cost-meter.js';
import { Probe } from './probe.js';
import { type Failure, RequestWindow } from './request-window.js';
import type { Subject } from './subject.js';

/** A turn in which our own code has run for this long, whatever it did, asks for nothing more. */
const TURN_MS = 0.75;
/** After so many requests it looks at the clock, which costs as much as a tenth of a request. */
const LOOK_EVERY = 8;
/** Share of the interval over which a tick's spurts are spread; the rest is for the answers. */
const SPREAD = 0.6;
/**
 * About so many requests follow on one another before the lane rests. Code and memory that were left for some milliseconds are
 * no longer in the processor's caches: single windows with rests between them cost up to half as much again for each request.
 */
const SPURT = 512;
/** A turn that comes later than planned by more than this shows that the process was held up, not the worker. */
const HELD_UP_MS = 50;

/** What a tick asks for, one entity after the other. */
export interface TickPlan {
  /** The next one; `null` when there is none left. */
  next(now: number): Subject | null;
  /** The rest will not be asked for. */
  abandon(): void;
}

/** What the sampler does with what a lane gets. */
export interface LaneHost {
  /** `at` in monotonic ms. */
  received(subject: Subject, reading: Reading, at: number, tookMs: number): void;
  /** Counts one request that brought nothing. */
  failed(subject: Subject, failure: Failure): void;
  /** Every request of the tick has ended. Not called for a tick that a hang or a stop cut off. */
  finished(): void;
  becameHung(): void;
  recovered(hungMs: number): void;
}

export interface LaneOptions {
  readonly intervalMs: number;
  readonly maxInFlight: number;
  readonly requestDeadlineMs: number;
  readonly probeDeadlineMs: number;
}

export interface LaneParts {
  readonly source: Source;
  readonly clock: Clock;
  readonly cost: CostMeter;
  readonly options: LaneOptions;
  readonly host: LaneHost;
}

/**
 * The requests to one worker. Bounded in flight, each with a deadline, and none of it waits for another worker. A tick is asked
 * in spurts, spread over the interval: a spurt asks again whenever half of what is in flight was answered, in short turns, so
 * that others are served between them. A worker that answers no probe is hung: the lane then asks nothing until it answers.
 */
export class Lane {
  readonly worker: EntityKey;
  readonly #subject: Subject;
  readonly #source: Source;
  readonly #clock: Clock;
  readonly #cost: CostMeter;
  readonly #options: LaneOptions;
  readonly #host: LaneHost;
  readonly #probe: Probe;
  readonly #window: RequestWindow;
  #plan: TickPlan | null = null;
  /** About how many the plan has still to give. */
  #planned = 0;
  /** How many may still be asked for before the next rest. */
  #spurtLeft = 0;
  /** Requests of this tick that have not ended, and its probe. */
  #pending = 0;
  #probing = false;
  #running = false;
  #tickStart = 0;
  #timer: Timer | null = null;
  #ticks = 0;
  #ticksSkipped = 0;
  #lastTickMs: number | null = null;

  constructor(subject: Subject, parts: LaneParts) {
    this.worker = subject.key;
    this.#subject = subject;
    this.#source = parts.source;
    this.#clock = parts.clock;
    this.#cost = parts.cost;
    this.#options = parts.options;
    this.#host = parts.host;
    const { maxInFlight, requestDeadlineMs, probeDeadlineMs } = parts.options;
    this.#probe = new Probe(subject, parts.source, parts.clock, probeDeadlineMs, {
      answered: (reading, askedAt) => this.#probeAnswered(reading, askedAt),
      failed: (failure, askedAt) => this.#probeFailed(failure, askedAt),
      hung: () => this.#becomeHung(),
      recovered: (hungMs) => this.#host.recovered(hungMs),
    });
    const limits = { capacity: maxInFlight, deadlineMs: requestDeadlineMs };
    this.#window = new RequestWindow(parts.source, limits, {
      answered: (answering, reading, askedAt) => this.#answered(answering, reading, askedAt),
      failed: (failing, failure) => this.#host.failed(failing, failure),
      ended: (inTick) => this.#ended(inTick),
    });
  }

  get hung(): boolean {
    return this.#probe.hung;
  }

  /**
   * Why no tick can begin now; `null` when one can. The tick that cannot is counted as skipped; the worker is probed all the
   * same, because a hang that begins in the middle of a tick shows in nothing else.
   */
  skip(): 'running' | 'hung' | null {
    if (!this.hung && !this.#running) return null;
    this.#ticksSkipped++;
    this.#askProbe(() => this.#probe.insist());
    return this.hung ? 'hung' : 'running';
  }

  /** Probes the worker and asks for all of `plan`, about `planned` entities, beginning after `delayMs`. Only after `skip` allowed it. */
  begin(plan: TickPlan, planned: number, delayMs: number): void {
    this.#running = true;
    this.#probing = true;
    this.#plan = plan;
    this.#planned = planned;
    // Only an answer to a probe of this tick ends its waiting.
    this.#tickStart = Number.POSITIVE_INFINITY;
    this.#arm(delayMs, () => {
      this.#tickStart = this.#clock.monotonic();
      this.#askProbe(() => this.#probe.ask());
      this.#turn(false);
    });
  }

  /** Asks for one entity at once, outside any tick. False when the window is full or the worker hangs. */
  ask(subject: Subject): boolean {
    if (this.hung || subject.inFlight || this.#window.full) return false;
    this.#cost.section(() => this.#window.ask(subject, this.#clock.monotonic(), false));
    this.#cost.asked(1);
    if (this.#timer === null) this.#armDeadline();
    return true;
  }

  /** Ends everything; whatever is answered later is ignored. */
  stop(): void {
    this.#probe.stop();
    this.#window.close();
    this.#cutOff();
  }

  status(): LaneStatus {
    return {
      worker: this.worker,
      inFlight: this.#window.size + this.#probe.unanswered,
      ticks: this.#ticks,
      ticksSkipped: this.#ticksSkipped,
      hung: this.hung,
      lastTickMs: this.#lastTickMs,
    };
  }

  #arm(ms: number, callback: (late: boolean) => void): void {
    this.#timer?.cancel();
    const due = this.#clock.monotonic() + ms;
    this.#timer = this.#clock.setTimeout(() => {
      this.#timer = null;
      callback(this.#clock.monotonic() - due > HELD_UP_MS);
    }, ms);
  }

  /** One short turn on the event loop: ends what is late, asks as much as window and time allow, arms the next turn. */
  #turn(late: boolean): void {
    this.#cost.section(() => this.#askInTurn(late));
    this.#afterTurn(this.#clock.monotonic());
  }

  /** Begins a spurt. */
  #askInTurn(late: boolean): void {
    const from = this.#clock.monotonic();
    // When the process itself was held up, the answers wait in the socket and get their turn first.
    if (!late) this.#window.expire(from);
    this.#spurtLeft = SPURT;
    this.#askTogether(from);
    // Nobody answers any more and there is no place to ask: the rest of this tick is lost.
    if (this.#plan !== null && this.#window.full && this.#window.live === 0) {
      this.#plan.abandon();
      this.#plan = null;
    }
  }

  #askTogether(from: number): void {
    if (this.#source.together === undefined) this.#askSome(from);
    else this.#source.together(this.worker, () => this.#askSome(from));
  }

  #askSome(from: number): void {
    const until = from + TURN_MS - this.#cost.turnMs;
    let asked = 0;
    while (this.#plan !== null && asked < this.#spurtLeft && !this.#window.full) {
      const subject = this.#plan.next(from);
      if (subject === null) {
        this.#plan = null;
        break;
      }
      this.#pending++;
      this.#window.ask(subject, from, true);
      asked++;
      if (asked % LOOK_EVERY === 0 && this.#clock.monotonic() >= until) break;
    }
    this.#planned -= asked;
    this.#spurtLeft -= asked;
    this.#cost.asked(asked);
  }

  #afterTurn(now: number): void {
    if (this.#finishIfDone()) return;
    if (this.#plan === null) {
      this.#armDeadline();
      return;
    }
    // The rest of this spurt has its turns when answers come.
    const turns = Math.max(1, Math.ceil((this.#planned - this.#spurtLeft) / SPURT) + 1);
    const until = this.#tickStart + this.#options.intervalMs * SPREAD;
    this.#arm(Math.max(1, (until - now) / turns), (late) => this.#turn(late));
  }

  /** Wakes when the oldest request that still counts becomes late. */
  #armDeadline(): void {
    const deadline = this.#window.nextDeadline;
    if (deadline !== null) this.#arm(Math.max(1, deadline - this.#clock.monotonic()), (late) => this.#turn(late));
  }

  #answered(subject: Subject, reading: Reading, askedAt: number): void {
    const at = this.#cost.enter();
    try {
      this.#host.received(subject, reading, at, at - askedAt);
    } finally {
      this.#cost.leave(at);
    }
    this.#cost.answered();
  }

  #ended(inTick: boolean): void {
    if (!inTick || !this.#running) return;
    this.#pending--;
    if (this.#plan !== null && this.#spurtLeft > 0 && this.#window.size * 2 <= this.#options.maxInFlight) this.#goOn();
    this.#finishIfDone();
  }

  /** In the turn of an answer, or in a later one when this has lasted long enough. */
  #goOn(): void {
    if (this.#cost.turnMs >= TURN_MS) {
      // As long as there is something in flight, its answer is the next occasion.
      if (this.#window.size === 0) this.#arm(0, () => this.#goOnLater());
      return;
    }
    this.#cost.section(() => this.#askTogether(this.#clock.monotonic()));
    if (this.#plan === null) this.#afterTurn(this.#clock.monotonic());
  }

  #goOnLater(): void {
    this.#cost.section(() => this.#askTogether(this.#clock.monotonic()));
    this.#afterTurn(this.#clock.monotonic());
  }

  #askProbe(ask: () => void): void {
    const before = this.#probe.unanswered;
    this.#cost.section(ask);
    this.#cost.asked(this.#probe.unanswered - before);
  }

  #probeAnswered(reading: Reading, askedAt: number): void {
    this.#window.releaseLate(askedAt);
    this.#answered(this.#subject, reading, askedAt);
    this.#probeEnded(askedAt);
  }

  #probeFailed(failure: 'closed' | 'error', askedAt: number): void {
    this.#host.failed(this.#subject, failure);
    this.#probeEnded(askedAt);
  }

  #probeEnded(askedAt: number): void {
    if (askedAt < this.#tickStart) return;
    this.#probing = false;
    this.#finishIfDone();
  }

  #becomeHung(): void {
    this.#host.failed(this.#subject, 'timeout');
    this.#cutOff();
    this.#window.expireAll();
    this.#host.becameHung();
  }

  /** Ends the tick without a result. */
  #cutOff(): void {
    this.#timer?.cancel();
    this.#timer = null;
    this.#running = false;
    this.#probing = false;
    this.#pending = 0;
    this.#plan = null;
    this.#planned = 0;
  }

  #finishIfDone(): boolean {
    if (!this.#running || this.#probing || this.#pending > 0 || this.#plan !== null) return false;
    const took = this.#clock.monotonic() - this.#tickStart;
    this.#cutOff();
    this.#ticks++;
    this.#lastTickMs = took;
    if (this.#window.live > 0) this.#armDeadline();
    this.#host.finished();
    return true;
  }
}
