import { ENTITY_KINDS, type EntityKind } from '../model/entity.js';

type Types<E extends string> = { readonly [K in EntityKind]: `${K}.${E}` };

// Made once: a name that is put together for each event has to be found in the table of names again each time.
export const CREATED = typesOf('created');
export const CLOSED = typesOf('closed');

function typesOf<E extends string>(end: E): Types<E> {
  return Object.fromEntries(ENTITY_KINDS.map((kind) => [kind, `${kind}.${end}`])) as Types<E>;
}
