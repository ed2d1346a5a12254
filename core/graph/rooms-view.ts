import type { PeerEntry, RoomEntry } from '../model/snapshot.js';

/** One room at one moment, with its peers by name. Immutable. `room: null` holds the peers without a room. */
export class RoomPart {
  readonly room: string | null;
  readonly peers: readonly PeerEntry[];
  /** `null` for the peers without a room. */
  readonly entry: RoomEntry | null;
  #byName: Map<string, PeerEntry> | undefined;

  constructor(room: string | null, peers: readonly PeerEntry[], entry: RoomEntry | null) {
    this.room = room;
    this.peers = peers;
    this.entry = entry;
  }

  peer(name: string): PeerEntry | undefined {
    this.#byName ??= new Map(this.peers.map((peer) => [peer.peer, peer]));
    return this.#byName.get(name);
  }
}

/** All rooms and peers at one moment. Immutable. */
export class RoomsView {
  readonly rooms: readonly RoomEntry[];
  readonly #parts: ReadonlyMap<string | null, RoomPart>;
  #peers: readonly PeerEntry[] | undefined;

  constructor(parts: ReadonlyMap<string | null, RoomPart>) {
    this.#parts = parts;
    this.rooms = Array.from(parts.values(), ({ entry }) => entry).filter((entry) => entry !== null);
  }

  room(room: string): RoomEntry | undefined {
    return this.#parts.get(room)?.entry ?? undefined;
  }

  peers(): readonly PeerEntry[] {
    this.#peers ??= Array.from(this.#parts.values(), ({ peers }) => peers).flat();
    return this.#peers;
  }

  peer(room: string | null, peer: string): PeerEntry | undefined {
    return this.#parts.get(room)?.peer(peer);
  }
}
