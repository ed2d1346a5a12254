import type { EventEmitter } from 'node:events';
import { type FakeRouter, FakeSfu } from '../../support/fake-sfu.js';
import { openMediaRoom } from '../support/media-room.js';

const CONSUMERS_PER_TRANSPORT = 20;
const PEERS_PER_ROOM = 25;

/** An SFU that is open already and can be told to whoever comes. */
export interface Room {
  readonly entities: number;
  /** Tells all that is open, in the order and by the events in which it was opened. */
  tellAgain(observer: EventEmitter): void;
  close(): void;
}

export async function openRoom(kind: 'real' | 'fake', consumers: number): Promise<Room> {
  if (kind === 'fake') return fakeRoom(consumers);
  const room = await openMediaRoom(consumers);
  const entities = 2 + room.transports.length + room.producers.length + room.consumers.length;
  return { entities, tellAgain: (observer) => room.tellAgain(observer), close: () => room.close() };
}

/** One worker with rooms of 25 peers, each with one producer and 20 consumers. */
function fakeRoom(consumers: number): Room {
  const worker = new FakeSfu().createWorker();
  const told: [EventEmitter, string, unknown][] = [];
  const peers = consumers / CONSUMERS_PER_TRANSPORT;
  let router: FakeRouter | null = null;
  for (let peer = 0; peer < peers; peer++) {
    if (router === null || peer % PEERS_PER_ROOM === 0) {
      router = worker.createRouter({ appData: { roomId: `room-${peer / PEERS_PER_ROOM}` } });
      told.push([worker.observer, 'newrouter', router]);
    }
    const transport = router.createTransport({ appData: { peerId: `peer-${peer}` } });
    transport.connect();
    told.push([router.observer, 'newtransport', transport]);
    const producer = transport.produce({ kind: peer % 2 === 0 ? 'audio' : 'video' });
    told.push([transport.observer, 'newproducer', producer]);
    for (let i = 0; i < CONSUMERS_PER_TRANSPORT; i++) {
      told.push([transport.observer, 'newconsumer', transport.consume(producer)]);
    }
  }
  return {
    entities: 1 + told.length,
    tellAgain(observer) {
      observer.emit('newworker', worker);
      for (const [emitter, event, entity] of told) emitter.emit(event, entity);
    },
    close: () => worker.close(),
  };
}
