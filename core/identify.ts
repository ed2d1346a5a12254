import type { EntityKind, Identity } from './model/entity.js';

/** What `identify` is asked about. */
export interface IdentifyInput {
  readonly kind: EntityKind;
  readonly id: string;
  /** The application's own appData of this entity, as it is now. */
  readonly appData: Readonly<Record<string, unknown>>;
  /** What the entity it lives in was identified as; inherited for every field that is left out. */
  readonly parent: Identity | null;
}

/** Fields left out are inherited from the parent; `null` says that there is none. */
export interface IdentifyResult {
  readonly room?: string | null;
  readonly peer?: string | null;
  readonly labels?: Readonly<Record<string, string>>;
}

/**
 * Tells whose an entity is. Called lazily and more than once, because applications set appData late; must be quick, and must
 * not change anything. A throw counts as "unknown" and is logged once.
 */
export type Identify = (entity: IdentifyInput) => IdentifyResult | null | undefined;

/** The default: `roomId` and `peerId` of appData, where they are strings or numbers. */
export const identifyByAppData: Identify = ({ appData }) => {
  const room = text(appData.roomId);
  const peer = text(appData.peerId);
  // Asked thousands of times: no more is made than is told.
  if (room === undefined) return peer === undefined ? null : { peer };
  return peer === undefined ? { room } : { room, peer };
};

function text(value: unknown): string | undefined {
  if (typeof value === 'string' && value !== '') return value;
  return typeof value === 'number' && Number.isFinite(value) ? String(value) : undefined;
}
