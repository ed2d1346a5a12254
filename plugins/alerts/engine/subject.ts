import type { EntityKey, EntityRef, MonitorEvent } from '../../../core/index.js';
import type { Cursor } from '../fields/cursor.js';
import { Track } from '../state/track.js';

/** What one alert of a rule is about, and how it stands with it. */
export class Subject {
  /** Unique in its rule: a key of an entity, `room/…`, `peer/…`, or the scope. */
  readonly key: string;
  readonly entity: EntityRef | null;
  readonly worker: EntityKey | null;
  room: string | null;
  peer: string | null;
  /** What happened, for alerts of events. */
  event: MonitorEvent | null;
  track = new Track();
  /** Wall time in ms. */
  since = 0;
  firingSince: number | null = null;
  /** Monotonic ms when the alert was last told of; `NaN` when it never was. */
  toldAt = Number.NaN;
  /** Of which pass over samples it was looked at. */
  pass = 0;

  constructor(key: string, about: Pick<Subject, 'entity' | 'worker' | 'room' | 'peer' | 'event'>) {
    this.key = key;
    this.entity = about.entity;
    this.worker = about.worker;
    this.room = about.room;
    this.peer = about.peer;
    this.event = about.event;
  }
}

/** Names what the cursor is on. */
export function subjectKey(scope: string, { node, room, peer, event }: Cursor): string {
  if (node !== null) return node.key;
  if (event?.entity != null) return event.entity.key;
  if (peer !== null) return `peer/${JSON.stringify([room, peer])}`;
  return room === null ? scope : `room/${room}`;
}

export function subjectOf(key: string, { node, room, peer, event }: Cursor): Subject {
  if (node !== null) {
    const { kind, id } = node;
    const entity = { kind, key: node.key, id };
    return new Subject(key, { entity, worker: node.worker, room, peer, event: null });
  }
  const entity = event?.entity ?? null;
  const workerRef = event === null ? undefined : [...event.ancestors, entity].find((ref) => ref?.kind === 'worker');
  return new Subject(key, { entity, worker: workerRef?.key ?? null, room, peer, event });
}
