import { ENTITY_KINDS, type EntityKind } from '../model/entity.js';
import type { EventType } from '../model/events.js';

type Types<E extends string> = { readonly [K in EntityKind]: `${K}.${E}` & EventType };

// Made once: a name that is put together for each event has to be found in the table of names again each time.
export const CREATED = typesOf('created');
export const CLOSED = typesOf('closed');

const CREATIONS: ReadonlySet<EventType> = new Set(Object.values(CREATED));
const CLOSES: ReadonlySet<EventType> = new Set(Object.values(CLOSED));

/** Whether events of this type tell that an entity has opened. */
export function isCreation(type: EventType): boolean {
  return CREATIONS.has(type);
}

/** Whether events of this type tell that an entity has closed. */
export function isClose(type: EventType): boolean {
  return CLOSES.has(type);
}

function typesOf<E extends string>(end: E): Types<E> {
  return Object.fromEntries(ENTITY_KINDS.map((kind) => [kind, `${kind}.${end}`])) as Types<E>;
}
