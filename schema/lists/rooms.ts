import type { PeerEntry, RoomEntry } from '../../core/index.js';
import { builder } from '../builder.js';
import { ListKind, type Order } from '../connection.js';
import type { SchemaContext } from '../context.js';
import { roomQuality } from '../derive/room-quality.js';
import { known } from '../known.js';
import { PeerRef, RoomRef } from '../refs.js';
import { Conditions, containsText, needle } from './conditions.js';

interface RoomFilterShape {
  readonly text?: string | null;
  readonly minPeers?: number | null;
}

const RoomFilter = builder.inputRef<RoomFilterShape>('RoomFilter').implement({
  description: 'Conditions on rooms; all given ones must hold.',
  fields: (t) => ({
    text: t.string({ description: 'Part of the name; upper and lower case are the same.' }),
    minPeers: t.int({ description: 'At least this many peers.' }),
  }),
});

export const roomList = new ListKind<RoomEntry, RoomFilterShape>({
  name: 'Room',
  plural: 'rooms',
  type: RoomRef,
  filter: RoomFilter,
  matches: (filter) =>
    new Conditions<RoomEntry>()
      .add(needle(filter.text), containsText)
      .add(filter.minPeers, (room, least) => room.peers.length >= least).matches,
  orders: {
    NAME: { description: 'Name.', direction: 'asc', value: (room) => room.room },
    PEERS: { description: 'Number of peers.', direction: 'desc', value: (room) => room.peers.length },
    RECV_BITRATE: {
      description: 'Bit rate from its peers, bits/s.',
      direction: 'desc',
      value: (room, { monitor }) => known(monitor.stats.totals({ scope: 'room', room: room.room }).recvBitrate),
    },
    SEND_BITRATE: {
      description: 'Bit rate to its peers, bits/s.',
      direction: 'desc',
      value: (room, { monitor }) => known(monitor.stats.totals({ scope: 'room', room: room.room }).sendBitrate),
    },
    WORST_SCORE: {
      description: 'Lowest score of its media, 0–10.',
      direction: 'asc',
      value: (room, context) => qualityOf(room, context).worstScore,
    },
    OPENED_AT: { description: 'Time of opening.', direction: 'desc', value: (room) => room.openedAt },
  },
  keyOf: (room) => room.room,
  opened: (room) => room.openedAt,
});

/** Computed once per response. */
export function qualityOf(room: RoomEntry, { pin, monitor }: SchemaContext) {
  return pin.memo(room, () => roomQuality(pin.snapshot, monitor.stats, room));
}

interface PeerFilterShape {
  readonly text?: string | null;
  readonly room?: string | null;
}

const PeerFilter = builder.inputRef<PeerFilterShape>('PeerFilter').implement({
  description: 'Conditions on peers; all given ones must hold.',
  fields: (t) => ({
    text: t.string({ description: 'Part of the id or of the name of the room; upper and lower case are the same.' }),
    room: t.string({ description: 'Name of the room.' }),
  }),
});

const bitrate =
  (field: 'recvBitrate' | 'sendBitrate'): Order<PeerEntry>['value'] =>
  ({ room, peer }, { monitor }) =>
    known(monitor.stats.totals({ scope: 'peer', room, peer })[field]);

export const peerList = new ListKind<PeerEntry, PeerFilterShape>({
  name: 'Peer',
  plural: 'peers',
  type: PeerRef,
  filter: PeerFilter,
  matches: (filter) =>
    new Conditions<PeerEntry>()
      .add(needle(filter.text), containsText)
      .add(filter.room, (peer, room) => peer.room === room).matches,
  orders: {
    PEER_ID: { description: 'Id of the peer.', direction: 'asc', value: ({ peer }) => peer },
    RECV_BITRATE: { description: 'Bit rate from the peer, bits/s.', direction: 'desc', value: bitrate('recvBitrate') },
    SEND_BITRATE: { description: 'Bit rate to the peer, bits/s.', direction: 'desc', value: bitrate('sendBitrate') },
    OPENED_AT: { description: 'Time of joining.', direction: 'desc', value: ({ joinedAt }) => joinedAt },
  },
  keyOf: ({ room, peer }) => JSON.stringify([room, peer]),
  opened: ({ joinedAt }) => joinedAt,
});
