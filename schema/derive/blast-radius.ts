import type { EntityKey, GraphSnapshot, PeerEntry, RoomEntry, WorkerNode } from '../../core/index.js';

export interface WorkerBlastRadius {
  readonly routers: number;
  readonly transports: number;
  readonly producers: number;
  readonly consumers: number;
  readonly dataProducers: number;
  readonly dataConsumers: number;
  /** Rooms and peers with something in this worker. */
  readonly rooms: readonly RoomEntry[];
  readonly peers: readonly PeerEntry[];
  /** Rooms with nothing in any other worker: they end. */
  readonly roomsLost: number;
}

/** What would be lost if the worker died now. */
export function blastRadius(snapshot: GraphSnapshot, worker: WorkerNode): WorkerBlastRadius {
  const lives = (key: EntityKey): boolean => snapshot.get(key)?.worker === worker.key;
  const rooms = new Set<string>();
  const peersByRoom = new Map<string | null, Set<string>>();
  for (const kind of ['router', 'transport', 'producer', 'consumer', 'dataProducer', 'dataConsumer'] as const) {
    for (const { room, peer } of snapshot.within(worker.key, kind)) {
      if (room !== null) rooms.add(room);
      if (peer === null) continue;
      const peers = peersByRoom.get(room);
      if (peers === undefined) peersByRoom.set(room, new Set([peer]));
      else peers.add(peer);
    }
  }
  const peers = [...peersByRoom].flatMap(([room, ids]) => [...ids].flatMap((peer) => snapshot.peer(room, peer) ?? []));
  const hit = [...rooms].flatMap((room) => snapshot.room(room) ?? []);
  return {
    routers: snapshot.within(worker.key, 'router').length,
    transports: snapshot.within(worker.key, 'transport').length,
    producers: snapshot.within(worker.key, 'producer').length,
    consumers: snapshot.within(worker.key, 'consumer').length,
    dataProducers: snapshot.within(worker.key, 'dataProducer').length,
    dataConsumers: snapshot.within(worker.key, 'dataConsumer').length,
    rooms: hit,
    peers,
    roomsLost: hit.filter((room) => room.entities.every(lives)).length,
  };
}
