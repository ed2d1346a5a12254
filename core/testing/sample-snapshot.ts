import { ENTITY_KINDS, type EntityKey, type EntityKind, type EntityNode, type NodeOf } from '../model/entity.js';
import type { GraphSnapshot, PeerEntry, RoomEntry } from '../model/snapshot.js';
import { sampleNode } from './sample-nodes.js';

const OPENED_AT = 1_700_000_000_000;

/** A snapshot of the sample nodes: one of each kind, one room with one peer. */
export function sampleSnapshot(runId = 'sample-run'): GraphSnapshot {
  const nodes: readonly EntityNode[] = ENTITY_KINDS.map((kind) => sampleNode(kind));
  const get = (key: EntityKey): EntityNode | undefined => nodes.find((node) => node.key === key);
  const all = <K extends EntityKind>(kind: K): readonly NodeOf<K>[] => [sampleNode(kind)];
  const entities = nodes.filter(({ peer }) => peer === 'peer-1').map(({ key }) => key);
  const peer: PeerEntry = { room: 'room-1', peer: 'peer-1', joinedAt: OPENED_AT, entities };
  const room: RoomEntry = { room: 'room-1', openedAt: OPENED_AT, peers: [peer], entities };
  return {
    runId,
    seq: nodes.length,
    at: OPENED_AT,
    size: nodes.length,
    get,
    find: (kind, key) => all(kind).find((node) => node.key === key),
    count: (kind) => all(kind).length,
    all,
    children: (parent, kind) => all(kind).filter((node) => node.parent === parent),
    within: (owner, kind) => all(kind).filter((node) => node.worker === owner || node.router === owner),
    consumersOf: (producer) => all('consumer').filter((node) => node.producer === producer),
    dataConsumersOf: (producer) => all('dataConsumer').filter((node) => node.dataProducer === producer),
    rooms: () => [room],
    room: (name) => (name === room.room ? room : undefined),
    peers: () => [peer],
    peer: (ofRoom, name) => (ofRoom === peer.room && name === peer.peer ? peer : undefined),
  };
}
