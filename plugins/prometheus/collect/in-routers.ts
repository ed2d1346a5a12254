import type { EntityKind, GraphSnapshot, NodeOf } from '../../../core/index.js';

/**
 * All entities of a kind below router level, router by router: lists that are there already. Those of all routers in order of opening
 * would have to be put together and sorted first, in one go.
 */
export function inRouters<K extends EntityKind>(snapshot: GraphSnapshot, kind: K): readonly (readonly NodeOf<K>[])[] {
  return snapshot
    .all('router')
    .map(({ key }) => snapshot.within(key, kind))
    .filter(({ length }) => length > 0);
}
