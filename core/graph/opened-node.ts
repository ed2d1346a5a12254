import type { ConsumerNode, EntityKind, EntityNode, WorkerNode } from '../model/entity.js';
import type { NodeState } from '../source.js';

/** The fields that nodes of all kinds have. */
type Common = Omit<WorkerNode, 'kind' | 'pid' | 'hungSince'> & { readonly kind: EntityKind };

/** The node of an entity that has just opened. */
export function openedNode(common: Common, state: NodeState<EntityKind>): EntityNode {
  if (common.kind === 'consumer') return consumerNode(common, state as NodeState<'consumer'>);
  // The spread of many fields stands last because an object that begins with one costs ten times the time.
  const { kind, key, id, slot, parent, worker, router, openedAt, openedSeq, foundLate, changedSeq } = common;
  const { room, peer, labels } = common;
  return {
    kind,
    key,
    id,
    slot,
    parent,
    worker,
    router,
    openedAt,
    openedSeq,
    foundLate,
    changedSeq,
    room,
    peer,
    labels,
    ...state,
  } as EntityNode;
}

/** Field by field, because most entities are consumers, and what is spread last is stored beside the object, field after field. */
function consumerNode(common: Common, state: NodeState<'consumer'>): ConsumerNode {
  return {
    kind: 'consumer',
    key: common.key,
    id: common.id,
    slot: common.slot,
    parent: common.parent,
    worker: common.worker,
    router: common.router,
    openedAt: common.openedAt,
    openedSeq: common.openedSeq,
    foundLate: common.foundLate,
    changedSeq: common.changedSeq,
    room: common.room,
    peer: common.peer,
    labels: common.labels,
    producer: state.producer,
    mediaKind: state.mediaKind,
    type: state.type,
    mimeType: state.mimeType,
    clockRate: state.clockRate,
    paused: state.paused,
    producerPaused: state.producerPaused,
    priority: state.priority,
    score: state.score,
    producerScore: state.producerScore,
    producerScores: state.producerScores,
    preferredLayers: state.preferredLayers,
    currentLayers: state.currentLayers,
    firstMediaMs: state.firstMediaMs,
    starvedSince: state.starvedSince,
    pipeTarget: state.pipeTarget,
  };
}
