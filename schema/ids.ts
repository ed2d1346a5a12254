import { decodeToken, ENTITY_KINDS, type EntityKey, type EntityKind, encodeToken } from '../core/index.js';
import { schemaError } from './errors.js';

export { decodeToken, encodeToken, entityId } from '../core/index.js';

/** What a global id names. */
export type GlobalTarget =
  | { readonly type: 'entity'; readonly kind: EntityKind; readonly key: EntityKey }
  | { readonly type: 'room'; readonly room: string }
  | { readonly type: 'peer'; readonly room: string | null; readonly peer: string };

const KINDS: ReadonlySet<unknown> = new Set(ENTITY_KINDS);

export function roomId(runId: string, room: string): string {
  return encodeToken([runId, 'room', room]);
}

export function peerId(runId: string, room: string | null, peer: string): string {
  return encodeToken([runId, 'peer', room, peer]);
}

/**
 * Undefined when the text is no global id at all. Throws STALE_CURSOR when it is one of another run.
 */
export function decodeId(runId: string, id: string): GlobalTarget | undefined {
  const parts = decodeToken(id);
  if (parts === undefined || typeof parts[0] !== 'string' || typeof parts[1] !== 'string') return undefined;
  const [run, type, first, second] = parts;
  if (run !== runId) {
    throw schemaError(
      'STALE_CURSOR',
      `The id '${shorten(id)}' belongs to run ${run}; this is run ${runId}. The monitor was started again: look the entity up anew.`,
    );
  }
  if (type === 'room' && typeof first === 'string') return { type: 'room', room: first };
  if (type === 'peer' && typeof second === 'string' && (first === null || typeof first === 'string')) {
    return { type: 'peer', room: first, peer: second };
  }
  if (KINDS.has(type) && typeof first === 'string') {
    return { type: 'entity', kind: type as EntityKind, key: first as EntityKey };
  }
  return undefined;
}

/** Keeps what a caller sent from filling an error message. */
export function shorten(text: string): string {
  return text.length <= 80 ? text : `${text.slice(0, 77)}...`;
}
