import type { EntityNode } from '../../core/index.js';
import type { Types } from '../builder.js';
import type { Order } from '../connection.js';

type InputBuilder = PothosSchemaTypes.InputFieldBuilder<Types, 'InputObject'>;

/** The input fields of `CommonFilter`. */
export function commonFields(t: InputBuilder) {
  return {
    text: t.string({ description: 'Part of an id, key, room, peer or label; upper and lower case are the same.' }),
    room: t.string({ description: 'Name of the room.' }),
    peer: t.string({ description: 'Id of the peer, as the application gave it.' }),
    worker: t.id({ description: 'The worker it lives in: id, key or pid.' }),
    router: t.id({ description: "The router it lives in: id, key or the SFU's own id." }),
  };
}

export const OPENED_AT: Order<EntityNode> = {
  description: 'Time of opening.',
  direction: 'desc',
  // Several may open in the same ms.
  value: (node) => node.openedSeq,
};

/** How every list of entities is keyed. */
export const ENTITY_KEYS = {
  keyOf: (node: EntityNode): string => node.key,
  opened: (node: EntityNode): number => node.openedSeq,
} as const;
