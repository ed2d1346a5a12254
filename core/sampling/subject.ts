import type { EntityKey, NodeOf } from '../model/entity.js';
import type { SampledKind } from '../model/samples.js';
import type { Askable } from '../source.js';
import type { InRotation } from './rotation.js';
import type { Seat } from './seat.js';
import { MOMENTS, type Table } from './table.js';

const OPENED_AT = MOMENTS.indexOf('openedAt');
const ASKED_AT = MOMENTS.indexOf('askedAt');
const SAMPLED_AT = MOMENTS.indexOf('sampledAt');
const WALL_BEYOND = MOMENTS.indexOf('wallBeyond');
const TIMESTAMP = MOMENTS.indexOf('timestamp');

/** Bits of what is so or not; above them the number of a plan. */
const CLOSED = 1;
const IN_FLIGHT = 2;
const KNOWN = 4;
const LISTED = 8;
const LEASED = 16;
const STANDING_SHIFT = 5;
const STANDING = 3 << STANDING_SHIFT;
const FLAGS = 127;
const PLAN_SHIFT = 7;
/** Plans are counted up to here, and then from 0 again. */
const PLANS = 1 << 24;

/** As far as the clocks may drift apart while a byte tells it, each way. */
const MOST_SLEW_MS = 100;

/** Lists of the planner that an entity may stand in, none of them first. */
const STANDINGS = [null, 'hot', 'cold', 'resting'] as const;

export type Standing = (typeof STANDINGS)[number];

/**
 * One open entity as the sampler keeps it: its newest node, when it was asked, and where it stands. There is one for each entity
 * of the SFU, so it has few fields, and what is a number with a fraction is in its row of the table.
 */
export class Subject implements InRotation<Subject>, Askable {
  node: NodeOf<SampledKind>;
  /** Where its traffic is counted; `null` for kinds that have no share in the totals. */
  seat: Seat | null = null;
  found: object | null = null;
  /** Links of the rotation it stands in. */
  before: Subject | null = null;
  after: Subject | null = null;
  readonly #table: Table;
  #flags = 0;

  /** Takes its row in the table. */
  constructor(table: Table, node: NodeOf<SampledKind>, openedAt: number) {
    this.#table = table;
    this.node = node;
    table.claim(node.slot);
    Subject.#setMoment(this, OPENED_AT, Math.floor(openedAt));
  }

  get kind(): SampledKind {
    return this.#table.kind;
  }

  get key(): EntityKey {
    return this.node.key;
  }

  get slot(): number {
    return this.node.slot;
  }

  get worker(): EntityKey {
    return this.node.worker;
  }

  /** Smallest interval somebody leased it for, in ms; 0 for nobody. */
  get everyMs(): number {
    return Subject.#is(this, LEASED) ? (this.#table.everyMs.get(this.slot) ?? 0) : 0;
  }

  set everyMs(everyMs: number) {
    if (everyMs > 0) this.#table.everyMs.set(this.slot, everyMs);
    else if (Subject.#is(this, LEASED)) this.#table.everyMs.delete(this.slot);
    Subject.#set(this, LEASED, everyMs > 0);
  }

  /** The list of the planner in which it stands; `null` for none. */
  get standing(): Standing {
    return STANDINGS[(this.#flags & STANDING) >>> STANDING_SHIFT]!;
  }

  set standing(standing: Standing) {
    this.#flags = (this.#flags & ~STANDING) | (STANDINGS.indexOf(standing) << STANDING_SHIFT);
  }

  /** Whether the plan with this number was the last to visit it. */
  isVisitedIn(plan: number): boolean {
    return this.#flags >>> PLAN_SHIFT === plan % PLANS;
  }

  visit(plan: number): void {
    this.#flags = (this.#flags & FLAGS) | ((plan % PLANS) << PLAN_SHIFT);
  }

  /** Its row is another's from then on. */
  get closed(): boolean {
    return Subject.#is(this, CLOSED);
  }

  /** To be called once. What was written of it is forgotten. */
  close(): void {
    Subject.#set(this, CLOSED, true);
    // Of one that was never asked there is nothing to be found but when it opened; a worker's probe is told nowhere.
    const wasAsked = this.kind === 'worker' || !Number.isNaN(Subject.#moment(this, ASKED_AT));
    if (wasAsked || Subject.#is(this, LEASED)) this.#table.clear(this.slot);
  }

  /** A request is unanswered; there is never a second one. */
  get inFlight(): boolean {
    return Subject.#is(this, IN_FLIGHT);
  }

  set inFlight(inFlight: boolean) {
    Subject.#set(this, IN_FLIGHT, inFlight);
  }

  /** Whether the values in the table may be shown; off until the first sample and while the worker hangs. */
  get known(): boolean {
    return Subject.#is(this, KNOWN);
  }

  set known(known: boolean) {
    Subject.#set(this, KNOWN, known);
  }

  /** Its newest sample waits to be handed over in a batch. */
  get listed(): boolean {
    return Subject.#is(this, LISTED);
  }

  set listed(listed: boolean) {
    Subject.#set(this, LISTED, listed);
  }

  /** Whole monotonic ms, not after it. */
  get openedAt(): number {
    return Subject.#moment(this, OPENED_AT);
  }

  /** Whole monotonic ms of the last request, not after it; minus infinity before the first. */
  get askedAt(): number {
    const at = Subject.#moment(this, ASKED_AT);
    return Number.isNaN(at) ? Number.NEGATIVE_INFINITY : at;
  }

  set askedAt(at: number) {
    Subject.#setMoment(this, ASKED_AT, Math.floor(at));
  }

  /** Whole monotonic ms of the newest sample, not after it; `NaN` before the first. */
  get sampledAt(): number {
    return Subject.#moment(this, SAMPLED_AT);
  }

  /** Wall time of the newest sample in ms; `NaN` while its values are not known. */
  get sampledWall(): number {
    return this.sampledAt + this.#table.wallBase + Subject.#moment(this, WALL_BEYOND);
  }

  /** It has just been sampled: its values are known. */
  sampled(wall: number, monotonic: number): void {
    const at = Math.floor(monotonic);
    const table = this.#table;
    if (Number.isNaN(table.wallBase)) table.wallBase = Math.floor(wall) - at - MOST_SLEW_MS;
    Subject.#setMoment(this, SAMPLED_AT, at);
    Subject.#setMoment(this, WALL_BEYOND, Math.floor(wall) - at - table.wallBase);
    this.known = true;
  }

  /** The source's own time of the newest sample, in ms; `NaN` before the first. */
  get timestamp(): number {
    return Subject.#moment(this, TIMESTAMP);
  }

  set timestamp(at: number) {
    Subject.#setMoment(this, TIMESTAMP, at);
  }

  /** Hides the newest values: they are unknown now, not old. What was counted stays. */
  forget(): void {
    this.known = false;
    Subject.#setMoment(this, WALL_BEYOND, Number.NaN);
  }

  // Static, because with a private method every object of a class has a field more.

  static #is(subject: Subject, flag: number): boolean {
    return (subject.#flags & flag) !== 0;
  }

  static #set(subject: Subject, flag: number, on: boolean): void {
    subject.#flags = on ? subject.#flags | flag : subject.#flags & ~flag;
  }

  static #moment(subject: Subject, moment: number): number {
    return subject.#table.moments.get(subject.slot, moment);
  }

  static #setMoment(subject: Subject, moment: number, at: number): void {
    subject.#table.moments.set(subject.slot, moment, at);
  }
}
