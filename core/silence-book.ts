import type { Alert, Silence, SilenceMatcher } from './alert.js';
import type { Clock } from './clock.js';

const MIN_SECONDS = 1;
const MAX_SECONDS = 604_800;
/** Longer texts are cut. */
const MAX_NAME_LENGTH = 200;
const MAX_COMMENT_LENGTH = 2_000;

/** The silences that are in force. They end by the wall clock, since operators give them in its terms. */
export class SilenceBook {
  readonly #clock: Clock;
  readonly #capacity: number;
  #silences: readonly Silence[] = [];
  #nextId = 1;

  constructor(clock: Clock, capacity: number) {
    this.#clock = clock;
    this.#capacity = capacity;
  }

  active(): readonly Silence[] {
    const now = this.#clock.now();
    if (this.#silences.some(({ until }) => until <= now)) {
      this.#silences = this.#silences.filter(({ until }) => until > now);
    }
    return this.#silences;
  }

  /** Throws `RangeError` for a time out of range, a matcher that matches everything, or one silence too many. */
  add(matcher: SilenceMatcher, seconds: number, by: string, comment: string): Silence {
    if (!(seconds >= MIN_SECONDS && seconds <= MAX_SECONDS)) {
      throw new RangeError(`seconds must be within ${MIN_SECONDS} and ${MAX_SECONDS}, got ${seconds}`);
    }
    const { name, entity, room, peer } = matcher;
    if (name === undefined && entity === undefined && room === undefined && peer === undefined) {
      throw new RangeError('a silence must name an alert, an entity, a room or a peer');
    }
    const silences = this.active();
    if (silences.length >= this.#capacity) {
      throw new RangeError(`there are ${this.#capacity} silences already; wait until one ends`);
    }
    const silence = {
      id: `silence-${this.#nextId++}`,
      matcher: {
        ...(name !== undefined && { name }),
        ...(entity !== undefined && { entity }),
        ...(room !== undefined && { room }),
        ...(peer !== undefined && { peer }),
      },
      until: this.#clock.now() + seconds * 1_000,
      by: cutName(by),
      comment: cutComment(comment),
    };
    this.#silences = [...silences, silence];
    return silence;
  }

  /** Wall time in ms until which a silence covers the alert; `null` when none does. */
  until(alert: Alert): number | null {
    let latest: number | null = null;
    for (const { matcher, until } of this.active()) {
      if (until > (latest ?? 0) && covers(matcher, alert)) latest = until;
    }
    return latest;
  }
}

export function cutName(text: string): string {
  return text.slice(0, MAX_NAME_LENGTH);
}

export function cutComment(text: string): string {
  return text.slice(0, MAX_COMMENT_LENGTH);
}

function covers({ name, entity, room, peer }: SilenceMatcher, alert: Alert): boolean {
  return (
    (name === undefined || name === alert.name) &&
    (entity === undefined || entity === alert.entity.key) &&
    (room === undefined || room === alert.room) &&
    (peer === undefined || peer === alert.peer)
  );
}
