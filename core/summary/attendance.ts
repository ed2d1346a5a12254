import type { TrafficTotals } from '../model/samples.js';
import type { PeerSummary, RoomSummary, SessionTraffic } from '../model/summaries.js';
import type { TrafficReader } from '../traffic/traffic-meter.js';
import { Gathering, type Share } from './gathering.js';

type Accounts = ReturnType<TrafficReader['peer']>;

interface Peer {
  readonly gathering: Gathering;
  /** Its accounts when it joined: they outlive a session. */
  readonly before: Accounts;
}

class Room {
  readonly gathering = new Gathering();
  readonly peers = new Map<string, Peer>();
  participants = 0;
  peak = 0;
  participantMs = 0;
}

/** What is gathered of the rooms and peers that are there. Who is in no room is in the room `null`. */
export class Attendance {
  readonly #traffic: Pick<TrafficReader, 'peer'>;
  readonly #rooms = new Map<string | null, Room>();

  constructor(traffic: Pick<TrafficReader, 'peer'>) {
    this.#traffic = traffic;
  }

  /** Rooms that are remembered, the one of those without a room included. */
  get rooms(): number {
    return this.#rooms.size;
  }

  /** Whether anything is gathered of that room. */
  has(room: string | null): boolean {
    return this.#rooms.has(room);
  }

  opened(room: string | null): void {
    if (!this.#rooms.has(room)) this.#rooms.set(room, new Room());
  }

  joined(name: string | null, peer: string): void {
    this.opened(name);
    const room = this.#rooms.get(name)!;
    room.peers.set(peer, { gathering: new Gathering(), before: this.#traffic.peer(name, peer) });
    room.participants++;
    room.peak = Math.max(room.peak, room.peers.size);
  }

  closed(name: string | null, peer: string | null, share: Share): void {
    const room = this.#rooms.get(name);
    if (room === undefined) return;
    room.gathering.add(share);
    if (peer !== null) room.peers.get(peer)?.gathering.add(share);
  }

  /** `null` for a peer that was not there. */
  left(name: string | null, peerName: string, stayedMs: number, totals: TrafficTotals): PeerSummary | null {
    const room = this.#rooms.get(name);
    const peer = room?.peers.get(peerName);
    if (room === undefined || peer === undefined) return null;
    room.peers.delete(peerName);
    room.participantMs += stayedMs;
    // Nothing tells when nobody is without a room any more.
    if (name === null && room.peers.size === 0) this.#rooms.delete(name);
    const now = this.#traffic.peer(name, peerName);
    return {
      durationMs: stayedMs,
      signalling: difference(now?.signalling, peer.before?.signalling),
      data: difference(now?.data, peer.before?.data),
      ...peer.gathering.summary(totals),
    };
  }

  /** `null` for a room that was not there. */
  ended(name: string, durationMs: number, totals: TrafficTotals): RoomSummary | null {
    const room = this.#rooms.get(name);
    if (room === undefined) return null;
    this.#rooms.delete(name);
    return {
      durationMs,
      participants: room.participants,
      peakParticipants: room.peak,
      participantMs: room.participantMs,
      ...room.gathering.summary(totals),
    };
  }
}

/** An account that was let go between the two is smaller now than before: then all it shows is of late. */
function difference(now: SessionTraffic | undefined, before: SessionTraffic | undefined): SessionTraffic | null {
  if (now === undefined) return null;
  const since = (name: keyof SessionTraffic): number => {
    const earlier = before?.[name] ?? 0;
    return now[name] >= earlier ? now[name] - earlier : now[name];
  };
  return {
    bytesIn: since('bytesIn'),
    bytesOut: since('bytesOut'),
    messagesIn: since('messagesIn'),
    messagesOut: since('messagesOut'),
  };
}
