import type { ConsumerNode, EntityKey, EntityKind, EntityNode } from '../model/entity.js';
import type { OpenRequest } from '../source.js';
import { UNKNOWN } from './identity-answer.js';

/** Where and when something has opened. */
interface Place {
  readonly key: EntityKey;
  readonly slot: number;
  /** Wall time in ms. */
  readonly openedAt: number;
  readonly seq: number;
}

/** The node of an entity that has just opened; it is whose its parent is. */
export function openedNode<K extends EntityKind>(
  request: OpenRequest<K>,
  place: Place,
  parent: EntityNode | null,
): EntityNode {
  if (request.kind === 'consumer' && parent !== null) {
    return consumerNode(request as OpenRequest<EntityKind> as OpenRequest<'consumer'>, place, parent);
  }
  const { kind, id, foundLate = false, state } = request;
  const { key, slot, openedAt, seq } = place;
  const { room, peer, labels } = parent ?? UNKNOWN;
  // The spread of many fields stands last because an object that begins with one costs ten times the time.
  return {
    kind,
    key,
    id,
    slot,
    parent: parent?.key ?? null,
    worker: parent?.worker ?? key,
    router: kind === 'router' ? key : (parent?.router ?? null),
    openedAt,
    openedSeq: seq,
    foundLate,
    changedSeq: seq,
    room,
    peer,
    labels,
    ...state,
  } as EntityNode;
}

/** Field by field, because most entities are consumers, and what is spread last is stored beside the object, field after field. */
function consumerNode(request: OpenRequest<'consumer'>, place: Place, parent: EntityNode): ConsumerNode {
  const { state } = request;
  return {
    kind: 'consumer',
    key: place.key,
    id: request.id,
    slot: place.slot,
    parent: parent.key,
    worker: parent.worker,
    router: parent.router,
    openedAt: place.openedAt,
    openedSeq: place.seq,
    foundLate: request.foundLate ?? false,
    changedSeq: place.seq,
    room: parent.room,
    peer: parent.peer,
    labels: parent.labels,
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
