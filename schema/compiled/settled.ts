import type { GraphQLField, GraphQLObjectType } from 'graphql';

/** An extension of an interface: its objects never change. What would change is another object. */
export const IMMUTABLE = 'immutable';
/** An extension of a field: its value follows from the object alone, and from nothing that changes. */
export const SETTLED = 'settled';

/** Whether objects of a type never change. */
export function isImmutable(type: GraphQLObjectType): boolean {
  return type.getInterfaces().some(({ extensions }) => extensions[IMMUTABLE] === true);
}

/** Whether a field of an object that never changes has the same value whenever it is asked for. */
export function isSettled({ args, extensions }: GraphQLField<unknown, unknown>): boolean {
  // A field that was made with `expose` reads a property.
  return args.length === 0 && (extensions[SETTLED] === true || extensions.pothosExposedField !== undefined);
}
