import type { GraphSnapshot, NodeOf, RoomEntry, StatsReader, TrafficTotals } from '../../core/index.js';
import { boolean, type Field, float, integer, line, type Tags } from './line.js';
import type { Quality } from './quality.js';

export interface SfuPointOptions {
  readonly stats: StatsReader;
  readonly quality: Quality;
  /** Most rooms with points of their own. */
  readonly maxRooms: number;
}

export interface SfuPoints {
  readonly lines: readonly (string | null)[];
  /** Rooms beyond the limit. */
  readonly roomsLeftOut: number;
}

/** Lines of the SFU as a whole, of each worker, and of the rooms with most peers. `ms`: wall time. */
export function sfuPoints(snapshot: GraphSnapshot, tags: Tags, ms: number, options: SfuPointOptions): SfuPoints {
  const { stats, quality, maxRooms } = options;
  const workers = snapshot.all('worker');
  const rooms = snapshot.rooms();
  const sfu = line(
    'sfu',
    tags,
    {
      workers: integer(workers.length),
      routers: integer(snapshot.count('router')),
      transports: integer(snapshot.count('transport')),
      producers: integer(snapshot.count('producer')),
      consumers: integer(snapshot.count('consumer')),
      dataProducers: integer(snapshot.count('dataProducer')),
      dataConsumers: integer(snapshot.count('dataConsumer')),
      rooms: integer(rooms.length),
      peers: integer(snapshot.peers().length),
      ...trafficFields(stats.totals({ scope: 'sfu' })),
      ...quality.fields(null),
    },
    ms,
  );
  const shown = maxRooms === 0 ? [] : largest(rooms, maxRooms);
  return {
    lines: [
      sfu,
      ...workers.map((worker) => workerLine(worker, snapshot, tags, ms, options)),
      ...shown.map((room) => roomLine(room, stats, tags, ms)),
    ],
    roomsLeftOut: maxRooms === 0 ? 0 : rooms.length - shown.length,
  };
}

function workerLine(
  worker: NodeOf<'worker'>,
  snapshot: GraphSnapshot,
  tags: Tags,
  ms: number,
  { stats, quality }: SfuPointOptions,
): string | null {
  return line(
    'sfu_worker',
    { ...tags, worker: worker.id },
    {
      up: boolean(worker.hungSince === null),
      routers: integer(snapshot.within(worker.key, 'router').length),
      transports: integer(snapshot.within(worker.key, 'transport').length),
      producers: integer(snapshot.within(worker.key, 'producer').length),
      consumers: integer(snapshot.within(worker.key, 'consumer').length),
      cpuRatio: float(stats.value(worker, 'cpuRatio')),
      residentMemory: integer(stats.value(worker, 'residentMemory')),
      probeMs: float(stats.value(worker, 'probeMs')),
      ...trafficFields(stats.totals({ scope: 'entity', key: worker.key })),
      ...quality.fields(worker.key),
    },
    ms,
  );
}

function roomLine({ room, peers, entities }: RoomEntry, stats: StatsReader, tags: Tags, ms: number): string | null {
  const counts = { peers: integer(peers.length), entities: integer(entities.length) };
  return line(
    'sfu_room',
    { ...tags, room },
    { ...counts, ...trafficFields(stats.totals({ scope: 'room', room })) },
    ms,
  );
}

function trafficFields(totals: TrafficTotals): Readonly<Record<string, Field>> {
  return {
    bytesReceived: integer(totals.bytesReceived),
    bytesSent: integer(totals.bytesSent),
    packetsReceived: integer(totals.packetsReceived),
    packetsSent: integer(totals.packetsSent),
    packetsLostReceived: integer(totals.packetsLostReceived),
    packetsLostSent: integer(totals.packetsLostSent),
    recvBitrate: float(totals.recvBitrate),
    sendBitrate: float(totals.sendBitrate),
  };
}

/** Those with most peers; among equals the oldest, so that the choice does not change from one point to the next. */
function largest(rooms: readonly RoomEntry[], max: number): readonly RoomEntry[] {
  if (rooms.length <= max) return rooms;
  return rooms.toSorted((a, b) => b.peers.length - a.peers.length || a.openedAt - b.openedAt).slice(0, max);
}
