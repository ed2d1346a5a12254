import type { EventEmitter } from 'node:events';
import type { BenchRoom } from '../sfu/room.js';

interface Observed extends EventEmitter {
  readonly observer: EventEmitter;
}

/** All listeners on what is open in the SFU, and on its observers. */
export function countListeners(mediasoupObserver: EventEmitter, room: BenchRoom): number {
  const entities = [...room.workers, ...room.routers, ...room.transports, ...room.producers, ...room.consumers];
  const emitters = [
    mediasoupObserver,
    ...(entities as readonly Observed[]).flatMap((entity) => [entity, entity.observer]),
  ];
  return emitters.reduce(
    (sum, emitter) => sum + emitter.eventNames().reduce((count, event) => count + emitter.listenerCount(event), 0),
    0,
  );
}
