import type { EntityKey, EntityKind, GraphSnapshot } from '../../core/index.js';
import { builder } from '../builder.js';

/** Numbers of open entities of a scope. */
export interface EntityCounts {
  of(kind: EntityKind): number;
}

export function countAll(snapshot: GraphSnapshot): EntityCounts {
  return { of: (kind) => snapshot.count(kind) };
}

export function countWithin(snapshot: GraphSnapshot, workerOrRouter: EntityKey): EntityCounts {
  return { of: (kind) => snapshot.within(workerOrRouter, kind).length };
}

export function countListed(snapshot: GraphSnapshot, keys: readonly EntityKey[]): EntityCounts {
  let counts: Map<EntityKind, number> | undefined;
  return {
    of: (kind) => {
      if (counts === undefined) {
        counts = new Map();
        for (const key of keys) {
          const node = snapshot.get(key);
          if (node !== undefined) counts.set(node.kind, (counts.get(node.kind) ?? 0) + 1);
        }
      }
      return counts.get(kind) ?? 0;
    },
  };
}

const FIELDS: Readonly<Record<string, readonly [EntityKind, string]>> = {
  workers: ['worker', 'Open workers.'],
  webRtcServers: ['webRtcServer', 'Open WebRTC servers.'],
  routers: ['router', 'Open routers.'],
  transports: ['transport', 'Open transports.'],
  producers: ['producer', 'Open producers, paused ones included.'],
  consumers: ['consumer', 'Open consumers, paused ones included.'],
  dataProducers: ['dataProducer', 'Open data producers.'],
  dataConsumers: ['dataConsumer', 'Open data consumers.'],
  rtpObservers: ['rtpObserver', 'Open RTP observers.'],
};

export const CountsRef = builder.objectRef<EntityCounts>('EntityCounts').implement({
  description: 'Numbers of open entities.',
  fields: (t) =>
    Object.fromEntries(
      Object.entries(FIELDS).map(([field, [kind, description]]) => [
        field,
        t.int({ description, resolve: (counts) => counts.of(kind) }),
      ]),
    ),
});
