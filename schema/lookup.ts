import {
  ENTITY_KINDS,
  type EntityKey,
  type EntityKind,
  type EntityNode,
  type NodeOf,
  type PeerEntry,
} from '../core/index.js';
import type { SchemaContext } from './context.js';
import { schemaError } from './errors.js';
import { decodeId, shorten } from './ids.js';
import type { Identified } from './refs.js';

/** What a global id names, if it is still there. Throws when it is no id of this run. */
export function byGlobalId(context: SchemaContext, id: string): Identified | null {
  const target = decodeId(context.monitor.runId, id);
  if (target === undefined) {
    throw schemaError(
      'BAD_USER_INPUT',
      `'${shorten(id)}' is not an id. Take it from a field 'id', or use search(text).`,
    );
  }
  const { snapshot } = context.pin;
  if (target.type === 'room') return snapshot.room(target.room) ?? null;
  if (target.type === 'peer') return snapshot.peer(target.room, target.peer) ?? null;
  return snapshot.find(target.kind, target.key) ?? null;
}

/**
 * The entity of one kind by its global id, its key, or the SFU's own id (a worker: its pid). A piped producer has the
 * id of its origin; the origin is meant, wherever it can be told.
 */
function findEntity<K extends EntityKind>(context: SchemaContext, kind: K, id: string): NodeOf<K> | null {
  const { snapshot } = context.pin;
  const byKey = snapshot.find(kind, id as EntityKey);
  if (byKey !== undefined) return byKey;
  const target = decodeId(context.monitor.runId, id);
  if (target !== undefined) {
    return target.type === 'entity' && target.kind === kind ? (snapshot.find(kind, target.key) ?? null) : null;
  }
  let found: NodeOf<K> | null = null;
  for (const node of snapshot.all(kind)) {
    if (node.id !== id) continue;
    if (!isPiped(node)) return node;
    found ??= node;
  }
  return found;
}

/**
 * What a caller asks for by name: `null` once an entity that has an id of this run has closed. Throws when the id is
 * that of something else, or nothing that can be found: a mistyped id would look like a closed entity otherwise.
 */
export function namedEntity<K extends EntityKind>(context: SchemaContext, kind: K, id: string): NodeOf<K> | null {
  const found = findEntity(context, kind, id);
  if (found !== null) return found;
  const target = decodeId(context.monitor.runId, id);
  if (target === undefined) throw notFound(kind, id);
  const named = target.type === 'entity' ? target.kind : target.type;
  if (named !== kind)
    throw schemaError('BAD_USER_INPUT', `The id '${shorten(id)}' is that of a ${named}, not of a ${kind}.`);
  return null;
}

/** As `findEntity`, of any kind. */
function findAnyEntity(context: SchemaContext, id: string): EntityNode | null {
  const { snapshot } = context.pin;
  const byKey = snapshot.get(id as EntityKey);
  if (byKey !== undefined) return byKey;
  const target = decodeId(context.monitor.runId, id);
  if (target !== undefined) return target.type === 'entity' ? (snapshot.get(target.key) ?? null) : null;
  for (const kind of ENTITY_KINDS) {
    const found = findEntity(context, kind, id);
    if (found !== null) return found;
  }
  return null;
}

/** For arguments that must name something that is open. */
export function requireEntity(context: SchemaContext, id: string): EntityNode {
  const found = findAnyEntity(context, id);
  if (found === null) throw notFound('entity', id);
  return found;
}

/** As `requireEntity`, of one kind. */
export function requireKind<K extends EntityKind>(context: SchemaContext, kind: K, id: string): NodeOf<K> {
  const found = findEntity(context, kind, id);
  if (found === null) throw notFound(kind, id);
  return found;
}

/** A peer by its name alone when it is in one room only. Throws when several rooms have a peer of that name. */
export function findPeer(context: SchemaContext, room: string | null | undefined, peer: string): PeerEntry | null {
  const { snapshot } = context.pin;
  if (room !== undefined && room !== null) return snapshot.peer(room, peer) ?? null;
  const found = snapshot.peers().filter((entry) => entry.peer === peer);
  if (found.length > 1) {
    const rooms = found.slice(0, 10).map((entry) => (entry.room === null ? 'none' : `'${entry.room}'`));
    throw schemaError(
      'BAD_USER_INPUT',
      `Peer '${shorten(peer)}' is in several rooms: ${rooms.join(', ')}. Give 'room'.`,
    );
  }
  return found[0] ?? null;
}

function notFound(kind: string, id: string): Error {
  return schemaError(
    'NOT_FOUND',
    `There is no open ${kind} '${shorten(id)}': it has closed, or never existed in this run.`,
  );
}

function isPiped(node: EntityNode): boolean {
  return node.kind === 'producer' && node.pipeOrigin !== null;
}
