import type { SampledKind } from '../model/samples.js';
import { byKind } from './by-kind.js';
import { Rotation } from './rotation.js';
import type { Subject } from './subject.js';

/** Kinds that are sampled in every tick whatever it costs; a worker is sampled by its probe. */
export const ALWAYS: readonly SampledKind[] = ['worker', 'transport'];

/** The other kinds, the last to be shed first. */
const ON_DEMAND: readonly SampledKind[] = ['producer', 'dataProducer', 'dataConsumer', 'consumer'];

export interface PlannerOptions {
  readonly hotForMs: number;
  readonly lowScore: number;
  readonly pausedEveryMs: number;
}

export interface PlanRequest {
  readonly intervalMs: number;
  /** Whether transports are due. */
  readonly transports: boolean;
  readonly wanted: ReadonlySet<SampledKind>;
  /** How many entities of the kinds on demand may be asked. Every wanted kind gets one at least. */
  readonly allowance: number;
}

/** Counts entities that a plan leaves out for want of budget or time. */
export type Shed = (kind: SampledKind, count: number) => void;

/** One stretch of a plan: the next ones of one rotation, within a limit of its own and one it shares with its kind. */
interface Stage {
  readonly kind: SampledKind;
  readonly rotation: Rotation<Subject>;
  readonly urgency: Urgency;
  readonly budget: { left: number };
  limit: number;
}

type Urgency = 'hot' | 'cold' | 'resting';

/** The entities of one kind in one worker, by how urgent they are. */
class Roster {
  readonly hot = new Rotation<Subject>();
  readonly cold = new Rotation<Subject>();
  /** Paused: a sample now and then is enough. */
  readonly resting = new Rotation<Subject>();

  get open(): number {
    return this.hot.size + this.cold.size + this.resting.size;
  }

  get active(): number {
    return this.hot.size + this.cold.size;
  }
}

/**
 * Decides which entities of one worker are due in a tick: by tier, demand, urgency and budget, each in its turn. Holds no
 * clock and asks nobody: the same calls give the same plans. A plan is walked one entity at a time, so that its cost is spread
 * over the turns of the tick, and it costs time for what it visits, not for what is open.
 */
export class Planner {
  readonly #options: PlannerOptions;
  readonly #rosters = byKind(() => new Roster());
  #stages: Stage[] = [];
  #stage = 0;
  #plans = 0;
  #intervalMs = 0;

  constructor(options: PlannerOptions) {
    this.#options = options;
  }

  open(kind: SampledKind): number {
    return this.#rosters[kind].open;
  }

  /** All open entities. */
  *subjects(): IterableIterator<Subject> {
    for (const { hot, cold, resting } of Object.values(this.#rosters)) {
      yield* hot;
      yield* cold;
      yield* resting;
    }
  }

  /** Open ones that are not paused. */
  active(kind: SampledKind): number {
    return this.#rosters[kind].active;
  }

  /** Entities that the wanted kinds on demand would take in a tick without a budget. */
  candidates(wanted: ReadonlySet<SampledKind>): number {
    let sum = 0;
    for (const kind of ON_DEMAND) if (wanted.has(kind)) sum += this.#rosters[kind].active;
    return sum;
  }

  /** Puts a new or changed entity where it belongs; its turn comes last only if it has to change lists. */
  place(subject: Subject, now: number): void {
    const roster = this.#rosters[subject.kind];
    const urgency = this.#urgency(subject, now);
    if (subject.standing === urgency) return;
    this.remove(subject);
    roster[urgency].push(subject);
    subject.standing = urgency;
  }

  /** It must have been placed here, or stand nowhere. */
  remove(subject: Subject): void {
    const { standing } = subject;
    if (standing === null) return;
    this.#rosters[subject.kind][standing].remove(subject);
    subject.standing = null;
  }

  /** Monotonic ms when the longest-waiting active entity was sampled, or opened if it never was; `null` without one. */
  oldestSample(kind: SampledKind): number | null {
    const { hot, cold } = this.#rosters[kind];
    const ages = [hot.head, cold.head].filter((subject) => subject !== null).map(lastSeen);
    return ages.length === 0 ? null : Math.min(...ages);
  }

  /**
   * Begins a plan; the one before it is over. Returns about how many entities it will give. What it leaves out is counted at
   * once.
   */
  plan(request: PlanRequest, shed: Shed): number {
    this.#stages = [];
    this.#stage = 0;
    this.#plans++;
    this.#intervalMs = request.intervalMs;
    let expected = request.transports ? this.#planTransports() : 0;
    let left = Math.max(0, Math.floor(request.allowance));
    const wanted = ON_DEMAND.filter((kind) => request.wanted.has(kind) && this.#rosters[kind].open > 0);
    for (const [i, kind] of wanted.entries()) {
      // What comes later must not starve for ever behind what comes first.
      const reserved = (wanted.length - 1 - i) * Math.max(1, left >> 3);
      const quota = Math.max(1, left - reserved);
      const { active } = this.#rosters[kind];
      this.#planOnDemand(kind, quota);
      const asked = Math.min(active, quota);
      expected += asked;
      left -= asked;
      if (active > asked) shed(kind, active - asked);
    }
    return expected;
  }

  /** The next entity that is due; `null` when the plan is over. */
  next(now: number): Subject | null {
    for (; this.#stage < this.#stages.length; this.#stage++) {
      const stage = this.#stages[this.#stage]!;
      while (stage.limit > 0 && stage.budget.left > 0) {
        const subject = stage.rotation.head;
        // Everybody in it was visited.
        if (subject === null || subject.isVisitedIn(this.#plans)) break;
        if (stage.urgency === 'resting' && now - subject.askedAt < this.#options.pausedEveryMs) break;
        if (!this.#visit(subject, stage, now)) continue;
        stage.limit--;
        stage.budget.left--;
        return subject;
      }
    }
    return null;
  }

  /** Ends the plan before its end, and counts what it would still have given. */
  abandon(shed: Shed): void {
    for (; this.#stage < this.#stages.length; this.#stage++) {
      const { kind, urgency, rotation, limit, budget } = this.#stages[this.#stage]!;
      const count = urgency === 'resting' ? 0 : Math.min(limit, budget.left, rotation.size);
      if (count > 0) shed(kind, count);
      budget.left -= count;
    }
  }

  /** Sends the subject to the end of its rotation, or to another one if it is no longer as urgent. True when it is to be asked. */
  #visit(subject: Subject, stage: Stage, now: number): boolean {
    if (stage.urgency === 'hot' && this.#urgency(subject, now) !== 'hot') {
      // Its youth alone had made it hot; it gets its turn among the others.
      this.place(subject, now);
      return false;
    }
    subject.visit(this.#plans);
    stage.rotation.remove(subject);
    stage.rotation.push(subject);
    return isDue(subject, this.#intervalMs);
  }

  #planTransports(): number {
    const { hot, cold, active } = this.#rosters.transport;
    const budget = { left: active };
    for (const [urgency, rotation] of [
      ['hot', hot],
      ['cold', cold],
    ] as const) {
      this.#stages.push({ kind: 'transport', rotation, urgency, budget, limit: rotation.size });
    }
    return active;
  }

  #planOnDemand(kind: SampledKind, quota: number): void {
    const { hot, cold, resting } = this.#rosters[kind];
    const budget = { left: quota };
    // Hot ones go first, but a quarter is kept for the others' rotation.
    const kept = Math.min(Math.ceil(quota / 4), cold.size);
    this.#stages.push({ kind, rotation: hot, urgency: 'hot', budget, limit: Math.max(1, quota - kept) });
    this.#stages.push({ kind, rotation: cold, urgency: 'cold', budget, limit: quota });
    this.#stages.push({ kind, rotation: resting, urgency: 'resting', budget, limit: quota });
  }

  #urgency(subject: Subject, now: number): Urgency {
    if (subject.everyMs > 0) return 'hot';
    const { node } = subject;
    let troubled = false;
    switch (node.kind) {
      case 'producer':
        if (node.paused) return 'resting';
        troubled = node.stalledSince !== null || this.#isLow(node.score);
        break;
      case 'consumer':
        if (node.paused || node.producerPaused) return 'resting';
        troubled = node.starvedSince !== null || this.#isLow(node.score);
        break;
      case 'dataProducer':
        if (node.paused) return 'resting';
        break;
      case 'dataConsumer':
        if (node.paused || node.dataProducerPaused) return 'resting';
        break;
      case 'worker':
      case 'transport':
        return 'cold';
    }
    return troubled || now - subject.openedAt < this.#options.hotForMs ? 'hot' : 'cold';
  }

  #isLow(score: number | null): boolean {
    return score !== null && score < this.#options.lowScore;
  }
}

/** What a lease samples often enough by itself, or what is being asked, is not asked again. */
function isDue(subject: Subject, intervalMs: number): boolean {
  return !subject.inFlight && !(subject.everyMs > 0 && subject.everyMs <= intervalMs);
}

function lastSeen(subject: Subject): number {
  return Number.isNaN(subject.sampledAt) ? subject.openedAt : subject.sampledAt;
}
