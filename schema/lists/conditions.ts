import type { EntityKey, EntityNode, PeerEntry, RoomEntry } from '../../core/index.js';
import type { SchemaContext } from '../context.js';
import { schemaError } from '../errors.js';
import { LIMITS } from '../limits.js';
import { requireKind } from '../lookup.js';

/** The conditions of a filter, as far as it has any: all must hold. */
export class Conditions<T> {
  readonly #tests: ((item: T) => boolean)[] = [];

  /** Adds a test unless the condition was left out. */
  add<V>(wanted: V | null | undefined, test: (item: T, wanted: V) => boolean): this {
    if (wanted !== null && wanted !== undefined) this.#tests.push((item) => test(item, wanted));
    return this;
  }

  get matches(): (item: T) => boolean {
    const tests = this.#tests;
    if (tests.length === 0) return () => true;
    return (item) => tests.every((test) => test(item));
  }
}

/** What every filter of entities can ask for. */
export interface CommonFilter {
  readonly text?: string | null;
  readonly room?: string | null;
  readonly peer?: string | null;
  readonly worker?: string | null;
  readonly router?: string | null;
}

export function commonConditions<T extends EntityNode>(filter: CommonFilter, context: SchemaContext): Conditions<T> {
  const conditions = new Conditions<T>();
  if (filter.worker) {
    const { key } = requireKind(context, 'worker', filter.worker);
    conditions.add(key, (node, wanted: EntityKey) => node.worker === wanted);
  }
  if (filter.router) {
    const { key } = requireKind(context, 'router', filter.router);
    conditions.add(key, (node, wanted: EntityKey) => node.router === wanted);
  }
  return conditions
    .add(filter.room, (node, room) => node.room === room)
    .add(filter.peer, (node, peer) => node.peer === peer)
    .add(needle(filter.text), (node, text) => containsText(node, text));
}

/** The text to search for, in lower case; `null` when there is none. Throws when it is too long. */
export function needle(text: string | null | undefined): string | null {
  if (!text) return null;
  if (text.length > LIMITS.maxText) {
    throw schemaError('BAD_USER_INPUT', `text must have at most ${LIMITS.maxText} characters, got ${text.length}.`);
  }
  return text.toLowerCase();
}

/** Looks in what a person may have at hand: ids, names, labels. */
export function containsText(item: EntityNode | RoomEntry | PeerEntry, text: string): boolean {
  if (has(item.room, text) || ('peer' in item && has(item.peer, text))) return true;
  if (!('kind' in item)) return false;
  if (has(item.id, text) || has(item.key, text)) return true;
  for (const value of Object.values(item.labels)) if (has(value, text)) return true;
  if (item.kind === 'dataProducer' || item.kind === 'dataConsumer')
    return has(item.label, text) || has(item.protocol, text);
  if (item.kind === 'producer' || item.kind === 'consumer') return has(item.mimeType, text);
  return false;
}

function has(value: string | null, text: string): boolean {
  return value?.toLowerCase().includes(text) === true;
}
