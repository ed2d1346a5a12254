import type { Clock } from '../clock.js';
import { MonitorError } from '../errors.js';
import type { EntityKey, EntityRef } from '../model/entity.js';

/** What detail is wanted of: all that is given must fit. At least one is needed. */
export interface DebugSubject {
  /** This entity and all that lives in it. */
  readonly entity?: EntityKey;
  readonly room?: string;
  readonly peer?: string;
}

/** Something whose detail leaves, and until when. */
export interface DebugEntry {
  readonly subject: DebugSubject;
  /** Wall time in ms. */
  readonly until: number;
}

/** What an event or an entity is matched by. */
export interface DebugCandidate {
  readonly entity: EntityKey | null;
  readonly ancestors: readonly EntityRef[];
  readonly room: string | null;
  readonly peer: string | null;
}

const MAX_SECONDS = 3_600;
const MOST_SUBJECTS = 100;
const LONGEST_NAME = 256;

interface Kept extends DebugEntry {
  readonly endsAt: number;
}

/** Whose `DEBUG` records may leave. Everything is off unless switched on, and goes off by itself. */
export class DebugBook {
  readonly #clock: Clock;
  readonly #isOpen: (key: EntityKey) => boolean;
  readonly #kept = new Map<string, Kept>();
  /** Monotonic ms when the first of them ends. */
  #firstEnd = Number.POSITIVE_INFINITY;

  constructor(clock: Clock, isOpen: (key: EntityKey) => boolean) {
    this.#clock = clock;
    this.#isOpen = isOpen;
  }

  /**
   * Switches the detail of a subject on for 1 to 3,600 s, or anew; returns the wall time in ms when that ends. Throws
   * `RangeError` for other times, for no subject and for more than 100 of them, and `MonitorError` for an unknown entity.
   */
  debug(subject: DebugSubject, seconds: number): number {
    if (!(seconds >= 1 && seconds <= MAX_SECONDS)) {
      throw new RangeError(`debug lasts 1 to ${MAX_SECONDS} seconds, got ${seconds}`);
    }
    const checked = check(subject);
    if (checked.entity !== undefined && !this.#isOpen(checked.entity)) {
      throw new MonitorError('SFUSCOPE_ENTITY_UNKNOWN', `There is no open entity ${checked.entity}.`);
    }
    this.#expire();
    const name = JSON.stringify([checked.entity, checked.room, checked.peer]);
    if (this.#kept.size >= MOST_SUBJECTS && !this.#kept.has(name)) {
      throw new RangeError(`debug is on for ${MOST_SUBJECTS} subjects already; wait, or choose a room instead`);
    }
    const until = this.#clock.now() + seconds * 1_000;
    this.#kept.set(name, { subject: checked, until, endsAt: this.#clock.monotonic() + seconds * 1_000 });
    this.#findFirstEnd();
    return until;
  }

  /** What is switched on now, what was switched on first coming first. */
  list(): readonly DebugEntry[] {
    this.#expire();
    return [...this.#kept.values()].map(({ subject, until }) => ({ subject, until }));
  }

  /** Whether anything is switched on. */
  get isOn(): boolean {
    if (this.#kept.size > 0) this.#expire();
    return this.#kept.size > 0;
  }

  /** Whether detail of it may leave. */
  covers(candidate: DebugCandidate): boolean {
    if (!this.isOn) return false;
    for (const { subject } of this.#kept.values()) if (fits(subject, candidate)) return true;
    return false;
  }

  #expire(): void {
    const now = this.#clock.monotonic();
    if (now < this.#firstEnd) return;
    for (const [name, { endsAt }] of this.#kept) if (endsAt <= now) this.#kept.delete(name);
    this.#findFirstEnd();
  }

  #findFirstEnd(): void {
    this.#firstEnd = Math.min(...[...this.#kept.values()].map(({ endsAt }) => endsAt));
  }
}

function check({ entity, room, peer }: DebugSubject): DebugSubject {
  const given = Object.entries({ entity, room, peer }).filter(([, value]) => value !== undefined);
  if (given.length === 0) throw new RangeError('debug needs an entity, a room or a peer');
  for (const [name, value] of given) {
    const isName = typeof value === 'string' && value !== '' && value.length <= LONGEST_NAME;
    if (!isName) throw new RangeError(`debug: ${name} must be a text of 1 to ${LONGEST_NAME} characters`);
  }
  return Object.freeze(Object.fromEntries(given));
}

function fits({ entity, room, peer }: DebugSubject, candidate: DebugCandidate): boolean {
  if (room !== undefined && room !== candidate.room) return false;
  if (peer !== undefined && peer !== candidate.peer) return false;
  if (entity === undefined || entity === candidate.entity) return true;
  return candidate.ancestors.some(({ key }) => key === entity);
}
