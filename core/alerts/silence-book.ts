import type { Clock } from '../clock.js';
import type { Alert } from './alert.js';
import { checkMatcher, labelMatches } from './label-matcher.js';
import type { Silence, SilenceMatcher } from './silence.js';

const MIN_SECONDS = 1;
const MAX_SECONDS = 604_800;
/** Longer texts are cut. */
const MAX_NAME_LENGTH = 200;
const MAX_COMMENT_LENGTH = 2_000;
const MAX_LABELS = 20;

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
    const { name, entity, room, peer, labels = [] } = matcher;
    if (name === undefined && entity === undefined && room === undefined && peer === undefined && labels.length === 0) {
      throw new RangeError('a silence must name an alert, an entity, a room, a peer or a label');
    }
    if (labels.length > MAX_LABELS)
      throw new RangeError(`a silence may match ${MAX_LABELS} labels, got ${labels.length}`);
    for (const one of labels) checkMatcher(one);
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
        ...(labels.length > 0 && { labels: labels.map((one) => ({ ...one })) }),
      },
      until: this.#clock.now() + seconds * 1_000,
      by: cutName(by),
      comment: cutComment(comment),
    };
    this.#silences = [...silences, silence];
    return silence;
  }

  /** Ends one before its time. */
  remove(id: string): Silence | undefined {
    const silence = this.active().find((one) => one.id === id);
    if (silence !== undefined) this.#silences = this.#silences.filter((one) => one !== silence);
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

function covers({ name, entity, room, peer, labels }: SilenceMatcher, alert: Alert): boolean {
  return (
    (name === undefined || name === alert.name) &&
    (entity === undefined || entity === alert.entity?.key) &&
    (room === undefined || room === alert.room) &&
    (peer === undefined || peer === alert.peer) &&
    (labels === undefined || labels.every((matcher) => labelMatches(matcher, alert.labels)))
  );
}
