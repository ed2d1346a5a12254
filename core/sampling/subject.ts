import type { EntityKey, NodeOf } from '../model/entity.js';
import type { SampledKind } from '../model/samples.js';
import type { Askable } from '../source.js';
import type { InRotation, Rotation } from './rotation.js';
import type { Seat } from './seat.js';
import { MOMENTS, type Table } from './table.js';

const OPENED_AT = MOMENTS.indexOf('openedAt');
const ASKED_AT = MOMENTS.indexOf('askedAt');
const SAMPLED_AT = MOMENTS.indexOf('sampledAt');
const SAMPLED_WALL = MOMENTS.indexOf('sampledWall');
const TIMESTAMP = MOMENTS.indexOf('timestamp');

/** Bits of what is so or not; above them the number of a plan. */
const CLOSED = 1;
const IN_FLIGHT = 2;
const KNOWN = 4;
const LISTED = 8;
const LEASED = 16;
const FLAGS = 31;
const PLAN_SHIFT = 5;
/** Plans are counted up to here, and then from 0 again. */
const PLANS = 1 << 26;

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
  rotation: Rotation<Subject> | null = null;
  before: Subject | null = null;
  after: Subject | null = null;
  readonly #table: Table;
  #flags = 0;

  /** Takes its row in the table. */
  constructor(table: Table, node: NodeOf<SampledKind>, openedAt: number) {
    this.#table = table;
    this.node = node;
    table.claim(node.slot);
    Subject.#setMoment(this, OPENED_AT, openedAt);
    Subject.#setMoment(this, ASKED_AT, Number.NEGATIVE_INFINITY);
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

  /** Whether the plan with this number was the last to visit it. */
  isVisitedIn(plan: number): boolean {
    return this.#flags >>> PLAN_SHIFT === plan % PLANS;
  }

  visit(plan: number): void {
    this.#flags = (this.#flags & FLAGS) | ((plan % PLANS) << PLAN_SHIFT);
  }

  /** Set once; its row is another's from then on. */
  get closed(): boolean {
    return Subject.#is(this, CLOSED);
  }

  set closed(closed: boolean) {
    Subject.#set(this, CLOSED, closed);
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

  /** Monotonic ms. */
  get openedAt(): number {
    return Subject.#moment(this, OPENED_AT);
  }

  /** Monotonic ms of the last request; minus infinity before the first. */
  get askedAt(): number {
    return Subject.#moment(this, ASKED_AT);
  }

  set askedAt(at: number) {
    Subject.#setMoment(this, ASKED_AT, at);
  }

  /** Monotonic ms of the newest sample; `NaN` before the first. */
  get sampledAt(): number {
    return Subject.#moment(this, SAMPLED_AT);
  }

  set sampledAt(at: number) {
    Subject.#setMoment(this, SAMPLED_AT, at);
  }

  /** Wall time of the newest sample in ms; `NaN` while its values are not known. */
  get sampledWall(): number {
    return Subject.#moment(this, SAMPLED_WALL);
  }

  set sampledWall(at: number) {
    Subject.#setMoment(this, SAMPLED_WALL, at);
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
    this.sampledWall = Number.NaN;
  }

  // Static, because with a private method every object of a class has a field more.

  static #is(subject: Subject, flag: number): boolean {
    return (subject.#flags & flag) !== 0;
  }

  static #set(subject: Subject, flag: number, on: boolean): void {
    subject.#flags = on ? subject.#flags | flag : subject.#flags & ~flag;
  }

  static #moment(subject: Subject, column: number): number {
    const { moments } = subject.#table;
    return moments.page(subject.slot)[moments.offset(subject.slot) + column]!;
  }

  static #setMoment(subject: Subject, column: number, at: number): void {
    const { moments } = subject.#table;
    moments.page(subject.slot)[moments.offset(subject.slot) + column] = at;
  }
}
