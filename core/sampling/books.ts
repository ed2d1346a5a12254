import type { EntityKey, EntityNode } from '../model/entity.js';
import type { TrafficTotals } from '../model/samples.js';
import { Account, type Growth, UNKNOWN_TOTALS } from './account.js';
import { type Seat, StreamSeat, TransportSeat } from './seat.js';
import type { TotalsScope } from './stats-reader.js';
import type { Subject } from './subject.js';

/**
 * All accounts: the SFU's, one per open worker, router and transport, one per room and per peer that is there. Transports count
 * bytes, producers and consumers packets, so nothing is counted twice; data channels are part of their transport's bytes.
 */
export class Books {
  readonly #sfu = new StreamSeat(new Account(null));
  /** The seat that streams begin in there; its home is the account. */
  readonly #entities = new Map<EntityKey, StreamSeat>();
  readonly #rooms = new Map<string, Account>();
  readonly #peers = new Map<string, Account>();
  readonly #moved: (subject: Subject) => Growth;

  /** `moved` tells what an entity has moved so far; asked only when it is needed. */
  constructor(moved: (subject: Subject) => Growth) {
    this.#moved = moved;
  }

  /** Opens the account of a worker, router or transport; its parent's must be open, or it counts for the SFU alone. */
  open(node: EntityNode): void {
    if (this.#entities.has(node.key)) return;
    const { home } = this.#at(node.parent);
    this.#entities.set(node.key, new StreamSeat(new Account(home)));
  }

  close(key: EntityKey): void {
    this.#entities.delete(key);
  }

  closeRoom(room: string): void {
    this.#rooms.delete(room);
  }

  closePeer(room: string | null, peer: string): void {
    this.#peers.delete(peerName(room, peer));
  }

  /** Gives the entity its seat: a transport in its own account, what lives in a transport in that one's. */
  seat(subject: Subject): void {
    const { kind, node } = subject;
    if (kind !== 'transport' && kind !== 'producer' && kind !== 'consumer') return;
    if (kind === 'transport') subject.seat = new TransportSeat(this.#at(node.key).home);
    else subject.seat = this.#at(node.parent);
  }

  /** Follows the entity's identity. */
  identify(subject: Subject): void {
    if (subject.seat !== null) subject.seat = this.#joined(subject.seat, subject);
  }

  #joined(from: Seat, subject: Subject): Seat {
    const { node } = subject;
    let seat = from;
    if (node.room !== seat.nameOf('room')) {
      const account = node.room === null ? null : opened(this.#rooms, node.room);
      seat = seat.join('room', account, this.#moved(subject), false);
    }
    const peer = node.peer === null ? null : peerName(node.room, node.peer);
    const before = seat.nameOf('peer');
    if (peer === before) return seat;
    // A peer whose room comes late is the same peer: its account in no room was not really its own.
    const corrects = node.peer !== null && before === peerName(null, node.peer);
    return seat.join('peer', peer === null ? null : opened(this.#peers, peer), this.#moved(subject), corrects);
  }

  totals(scope: TotalsScope, producersWanted: boolean, consumersWanted: boolean): TrafficTotals {
    return this.#find(scope)?.totals(producersWanted, consumersWanted) ?? UNKNOWN_TOTALS;
  }

  /** The SFU's own where there is none. */
  #at(key: EntityKey | null): StreamSeat {
    return (key === null ? undefined : this.#entities.get(key)) ?? this.#sfu;
  }

  #find(scope: TotalsScope): Account | undefined {
    switch (scope.scope) {
      case 'sfu':
        return this.#sfu.home;
      case 'entity':
        return this.#entities.get(scope.key)?.home;
      case 'room':
        return this.#rooms.get(scope.room);
      case 'peer':
        return this.#peers.get(peerName(scope.room, scope.peer));
    }
  }
}

function opened(accounts: Map<string, Account>, name: string): Account {
  let account = accounts.get(name);
  if (account === undefined) {
    account = new Account(null, name);
    accounts.set(name, account);
  }
  return account;
}

/** One text for room and peer; a length keeps apart what a separator in a name would mix up. */
function peerName(room: string | null, peer: string): string {
  return room === null ? `-${peer}` : `${room.length}:${room}${peer}`;
}
