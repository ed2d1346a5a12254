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
  /** Monotonic ms. */
  readonly now: number;
  readonly intervalMs: number;
  readonly wanted: ReadonlySet<SampledKind>;
  /** How many entities of the kinds on demand may be asked. Every wanted kind gets one at least. */
  readonly allowance: number;
}

/** The entities of one kind in one worker, by how urgent they are. */
class Roster {
  readonly hot = new Rotation();
  readonly cold = new Rotation();
  /** Paused: a sample now and then is enough. */
  readonly resting = new Rotation();

  get open(): number {
    return this.hot.size + this.cold.size + this.resting.size;
  }

  get active(): number {
    return this.hot.size + this.cold.size;
  }
}

/**
 * Decides which entities of one worker are due in a tick: by tier, demand, urgency and budget, each in its turn. Holds no
 * clock and asks nobody: the same calls give the same plans. A plan costs time for what it picks, not for what is open.
 */
export class Planner {
  readonly #options: PlannerOptions;
  readonly #rosters = byKind(() => new Roster());

  constructor(options: PlannerOptions) {
    this.#options = options;
  }

  open(kind: SampledKind): number {
    return this.#rosters[kind].open;
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
    const rotation = roster[this.#urgency(subject, now)];
    if (subject.rotation !== rotation) rotation.push(subject);
  }

  remove(subject: Subject): void {
    subject.rotation?.remove(subject);
  }

  /** Monotonic ms when the longest-waiting active entity was sampled, or opened if it never was; `null` without one. */
  oldestSample(kind: SampledKind): number | null {
    const { hot, cold } = this.#rosters[kind];
    const ages = [hot.head, cold.head].filter((subject) => subject !== null).map(lastSeen);
    return ages.length === 0 ? null : Math.min(...ages);
  }

  /** Appends what is due to `due`, and tells how many of each kind were left out for want of budget. */
  plan(request: PlanRequest, due: Subject[], shed: (kind: SampledKind, count: number) => void): void {
    this.#takeTransports(request, due);
    let left = Math.max(0, Math.floor(request.allowance));
    const wanted = ON_DEMAND.filter((kind) => request.wanted.has(kind) && this.#rosters[kind].open > 0);
    for (const [i, kind] of wanted.entries()) {
      // What comes later must not starve for ever behind what comes first.
      const reserved = (wanted.length - 1 - i) * Math.max(1, left >> 3);
      const quota = Math.max(1, left - reserved);
      const taken = this.#takeOnDemand(kind, quota, request, due);
      left -= taken.asked;
      if (taken.leftOut > 0) shed(kind, taken.leftOut);
    }
  }

  #takeTransports(request: PlanRequest, due: Subject[]): void {
    const roster = this.#rosters.transport;
    for (const rotation of [roster.hot, roster.cold]) {
      for (let subject = rotation.head; subject !== null; subject = subject.after) {
        if (isDue(subject, request.intervalMs)) due.push(subject);
      }
    }
  }

  #takeOnDemand(
    kind: SampledKind,
    quota: number,
    request: PlanRequest,
    due: Subject[],
  ): { readonly asked: number; readonly leftOut: number } {
    const roster = this.#rosters[kind];
    this.#cool(roster, request.now);
    const { active } = roster;
    // Hot ones go first, but a quarter is kept for the others' rotation.
    const forHot = roster.cold.size > 0 ? Math.max(1, quota - Math.ceil(quota / 4)) : quota;
    const hot = take(roster.hot, Math.max(forHot, quota - roster.cold.size), request, due);
    const cold = take(roster.cold, quota - hot.asked, request, due);
    const visited = hot.visited + cold.visited;
    const rested = this.#takeResting(roster, quota - hot.asked - cold.asked, request, due);
    return { asked: hot.asked + cold.asked + rested, leftOut: active - visited };
  }

  #takeResting(roster: Roster, quota: number, request: PlanRequest, due: Subject[]): number {
    const before = request.now - this.#options.pausedEveryMs;
    let asked = 0;
    for (let subject = roster.resting.head; subject !== null && asked < quota; subject = roster.resting.head) {
      if (subject.askedAt > before) break;
      roster.resting.push(subject);
      if (isDue(subject, request.intervalMs)) {
        due.push(subject);
        asked++;
      }
      // Marked at once, so that it does not come round again in this plan.
      subject.askedAt = request.now;
    }
    return asked;
  }

  /** Hot ones whose reason was their youth alone leave the list once they are older. */
  #cool(roster: Roster, now: number): void {
    for (let subject = roster.hot.head; subject !== null; ) {
      const next: Subject | null = subject.after;
      this.place(subject, now);
      subject = next;
    }
  }

  #urgency(subject: Subject, now: number): 'hot' | 'cold' | 'resting' {
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

/** Visits from the head until `quota` are asked, sending each visited one to the end. */
function take(
  rotation: Rotation,
  quota: number,
  request: PlanRequest,
  due: Subject[],
): { readonly asked: number; readonly visited: number } {
  let asked = 0;
  let visited = 0;
  for (let remaining = rotation.size; remaining > 0 && asked < quota; remaining--) {
    const subject = rotation.head!;
    rotation.push(subject);
    visited++;
    if (!isDue(subject, request.intervalMs)) continue;
    due.push(subject);
    asked++;
  }
  return { asked, visited };
}

/** What a lease samples often enough by itself, or what is being asked, is not asked again. */
function isDue(subject: Subject, intervalMs: number): boolean {
  return !subject.inFlight && !(subject.everyMs > 0 && subject.everyMs <= intervalMs);
}

function lastSeen(subject: Subject): number {
  return Number.isNaN(subject.sampledAt) ? subject.openedAt : subject.sampledAt;
}
