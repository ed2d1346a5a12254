import type { EntityKey, EntityKind, EntityNode, EntityRef } from '../model/entity.js';

/**
 * A reference that also knows the slot of its entity, for those who keep what is theirs by slot: of a closed entity nothing else
 * is left to find it by, and a map by key would take 40 bytes for each entity in each of them. To everybody else it is a plain one.
 */
export class SlottedRef implements EntityRef {
  readonly kind: EntityKind;
  readonly key: EntityKey;
  readonly id: string;
  readonly #slot: number;

  constructor({ kind, key, id, slot }: EntityNode) {
    this.kind = kind;
    this.key = key;
    this.id = id;
    this.#slot = slot;
  }

  /** `null` for a reference that was not made here. */
  static slotOf(ref: EntityRef): number | null {
    return #slot in ref ? ref.#slot : null;
  }
}
