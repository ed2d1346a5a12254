import type { EntityKey } from '../model/entity.js';
import type { BlastRadius } from '../model/events.js';
import type { GraphSnapshot } from '../model/snapshot.js';

const MOST_NAMED = 1_000;
const LIVING_IN_ROUTERS = ['transport', 'producer', 'consumer', 'dataProducer', 'dataConsumer', 'rtpObserver'] as const;

/** What goes when this worker goes. Names at most 1,000 rooms and 1,000 peers. */
export function blastRadius(snapshot: GraphSnapshot, worker: EntityKey): BlastRadius {
  const rooms = new Set<string>();
  const peers: { room: string | null; peer: string }[] = [];
  const peersOf = new Map<string | null, Set<string>>();
  const note = ({ room, peer }: { readonly room: string | null; readonly peer: string | null }): void => {
    if (room !== null && rooms.size < MOST_NAMED) rooms.add(room);
    if (peer === null || peers.length >= MOST_NAMED) return;
    const known = peersOf.get(room) ?? new Set();
    if (known.has(peer)) return;
    peersOf.set(room, known.add(peer));
    peers.push({ room, peer });
  };
  const routers = snapshot.within(worker, 'router');
  for (const router of routers) note(router);
  for (const kind of LIVING_IN_ROUTERS) for (const node of snapshot.within(worker, kind)) note(node);
  return {
    routers: routers.length,
    transports: snapshot.within(worker, 'transport').length,
    producers: snapshot.within(worker, 'producer').length,
    consumers: snapshot.within(worker, 'consumer').length,
    rooms: [...rooms],
    peers,
  };
}
