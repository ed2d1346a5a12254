import type { Cursor } from '../fields/cursor.js';
import type { Scope } from '../fields/scopes.js';
import { type EntityKind, entityId } from '../../../core/index.js';

const MEDIA_STATS = 'stats { bitrate packetsPerSecond lossRatio fractionLost jitter roundTripTime }';

/** What to ask of each kind of entity. */
const SELECTIONS: Partial<Record<EntityKind, string>> = {
  worker: '... on Worker { pid hungSince stats { cpuRatio residentMemory probeMs } }',
  router: '... on Router { openedAt }',
  transport: '... on Transport { type neverConnectedSince idleSince }',
  producer: `... on Producer { mediaKind paused score stalledSince ${MEDIA_STATS} verdict { verdict reasons } }`,
  consumer: `... on Consumer { mediaKind paused producerPaused score starvedSince ${MEDIA_STATS} }`,
};

/** A query that shows what an alert is about as it is now. */
export function queryOf(scope: Scope, cursor: Cursor): string {
  const { node, room, peer, world } = cursor;
  if (scope === 'host') {
    return '{ host { cpu { ratio stealRatio load1 } udp { receiveBufferErrors sendBufferErrors } process { cpuRatio eventLoopDelayP99 } } }';
  }
  if (node !== null) {
    const id = entityId(world.graph.runId, node);
    return `{ node(id: ${JSON.stringify(id)}) { id ${SELECTIONS[node.kind] ?? ''} } }`;
  }
  if (peer !== null && scope !== 'room') {
    const whose = `room: ${JSON.stringify(room)}, peerId: ${JSON.stringify(peer)}`;
    return `{ peer(${whose}) { diagnosis { summary findings { cause side explanation } } } }`;
  }
  if (room !== null) return `{ room(name: ${JSON.stringify(room)}) { name quality { verdict reasons } } }`;
  return '{ alerts(first: 100, orderBy: { field: SEVERITY }) { nodes { name severity since message room peer } } }';
}
