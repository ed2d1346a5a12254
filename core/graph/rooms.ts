import type { Clock } from '../clock.js';
import type { EntityKey, Identity } from '../model/entity.js';
import type { PeerEntry } from '../model/snapshot.js';
import type { EventInput } from '../source.js';
import { RoomPart, RoomsView } from './rooms-view.js';

type Whose = Pick<Identity, 'room' | 'peer'>;

/** An event of a room or a peer that a move brought about. */
export interface RoomNews {
  readonly event: EventInput;
  readonly whose: Whose;
}

const NO_NEWS: readonly RoomNews[] = [];

/** What a room and a peer have in common: they are there while an entity is theirs. */
class Presence {
  readonly since: number;
  readonly #clock: Clock;
  readonly #sinceMonotonic: number;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.since = clock.now();
    this.#sinceMonotonic = clock.monotonic();
  }

  get ageMs(): number {
    return this.#clock.monotonic() - this.#sinceMonotonic;
  }
}

class Peer extends Presence {
  entities = 0;
  entry: PeerEntry | null = null;
}

class Room extends Presence {
  /** Whose each of its entities is: a set for each peer besides would take as much again. */
  readonly entities = new Map<EntityKey, Peer | null>();
  readonly peers = new Map<string, Peer>();
  part: RoomPart | null = null;
}

/** Which rooms and peers there are, made from the identities of open entities. A peer is known by its room and its name. */
export class Rooms {
  readonly #clock: Clock;
  readonly #rooms = new Map<string | null, Room>();
  #view: RoomsView | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** An entity opened (`from` is null), closed (`to` is null), or turned out to be another's. Returns what that means. */
  move(key: EntityKey, from: Whose | null, to: Whose | null): readonly RoomNews[] {
    const arrives = to !== null && (to.room !== null || to.peer !== null);
    const leaves = from !== null && (from.room !== null || from.peer !== null);
    if (!arrives && !leaves) return NO_NEWS;
    if (arrives && leaves && from.room === to.room && from.peer === to.peer) return NO_NEWS;
    this.#view = null;
    const news: RoomNews[] = [];
    // Arrival first: an entity that moves within its room must not close it for a moment.
    if (arrives) this.#arrive(key, to, news);
    if (leaves) this.#leave(key, from, to, news);
    return news;
  }

  /** How many there are; peers without a room are peers too. */
  counts(): { readonly rooms: number; readonly peers: number } {
    let peers = 0;
    for (const room of this.#rooms.values()) peers += room.peers.size;
    return { rooms: this.#rooms.size - (this.#rooms.has(null) ? 1 : 0), peers };
  }

  view(): RoomsView {
    if (this.#view !== null) return this.#view;
    const parts = new Map<string | null, RoomPart>();
    for (const [name, room] of this.#rooms) {
      room.part ??= partOf(name, room);
      parts.set(name, room.part);
    }
    this.#view = new RoomsView(parts);
    return this.#view;
  }

  #arrive(key: EntityKey, { room: name, peer: peerName }: Whose, news: RoomNews[]): void {
    let room = this.#rooms.get(name);
    if (room === undefined) {
      room = new Room(this.#clock);
      this.#rooms.set(name, room);
      if (name !== null) news.push({ event: { type: 'room.opened', data: {} }, whose: { room: name, peer: null } });
    }
    room.part = null;
    if (peerName === null) {
      room.entities.set(key, null);
      return;
    }
    let peer = room.peers.get(peerName);
    if (peer === undefined) {
      peer = new Peer(this.#clock);
      room.peers.set(peerName, peer);
      news.push({ event: { type: 'peer.joined', data: {} }, whose: { room: name, peer: peerName } });
    }
    room.entities.set(key, peer);
    peer.entities++;
    peer.entry = null;
  }

  #leave(key: EntityKey, { room: name, peer: peerName }: Whose, to: Whose | null, news: RoomNews[]): void {
    const room = this.#rooms.get(name);
    if (room === undefined) return;
    room.part = null;
    const peer = peerName === null ? undefined : room.peers.get(peerName);
    if (peer !== undefined && peerName !== null) {
      peer.entities--;
      peer.entry = null;
      if (peer.entities === 0) {
        room.peers.delete(peerName);
        const event: EventInput = { type: 'peer.left', data: { stayedMs: peer.ageMs } };
        news.push({ event, whose: { room: name, peer: peerName } });
      }
    }
    const stays = to !== null && to.room === name && (name !== null || to.peer !== null);
    if (stays) return;
    room.entities.delete(key);
    if (room.entities.size > 0) return;
    this.#rooms.delete(name);
    if (name === null) return;
    const event: EventInput = { type: 'room.closed', data: { lifetimeMs: room.ageMs } };
    news.push({ event, whose: { room: name, peer: null } });
  }
}

function partOf(name: string | null, room: Room): RoomPart {
  const changed = new Map<Peer, EntityKey[]>();
  for (const [key, peer] of room.entities) {
    if (peer === null || peer.entry !== null) continue;
    const keys = changed.get(peer);
    if (keys === undefined) changed.set(peer, [key]);
    else keys.push(key);
  }
  const peers = Array.from(room.peers, ([peer, member]): PeerEntry => {
    member.entry ??= { room: name, peer, joinedAt: member.since, entities: changed.get(member) ?? [] };
    return member.entry;
  });
  const entry = name === null ? null : { room: name, openedAt: room.since, peers, entities: [...room.entities.keys()] };
  return new RoomPart(name, peers, entry);
}
