import type { EntityKey, EntityNode } from '../model/entity.js';
import type { TrafficTotals } from '../model/samples.js';
import { Account, type Growth, UNKNOWN_TOTALS } from './account.js';
import { Seat, TransportSeat } from './seat.js';
import type { TotalsScope } from './stats-reader.js';
import type { Subject } from './subject.js';

/**
 * All accounts: the SFU's, one per open worker, router and transport, one per room and per peer that is there. Transports count
 * bytes, producers and consumers packets, so nothing is counted twice; data channels are part of their transport's bytes.
 */
export class Books {
  readonly #sfu = new Account(null);
  readonly #entities = new Map<EntityKey, Account>();
  readonly #rooms = new Map<string, Account>();
  readonly #peers = new Map<string, Account>();

  /** Opens the account of a worker, router or transport; its parent's must be open, or it counts for the SFU alone. */
  open(node: EntityNode): void {
    if (this.#entities.has(node.key)) return;
    const parent = node.parent === null ? undefined : this.#entities.get(node.parent);
    this.#entities.set(node.key, new Account(parent ?? this.#sfu));
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
    const home = this.#entities.get(kind === 'transport' ? node.key : node.parent!) ?? this.#sfu;
    subject.seat = kind === 'transport' ? new TransportSeat(home) : new Seat(home);
  }

  /** Follows the entity's identity. `moved` tells what it has moved so far; asked only when it is needed. */
  identify(subject: Subject, moved: () => Growth): void {
    const { seat, node } = subject;
    if (seat === null) return;
    if (node.room !== seat.nameOf('room')) {
      const account = node.room === null ? null : opened(this.#rooms, node.room);
      seat.join('room', account, moved(), false);
    }
    const peer = node.peer === null ? null : peerName(node.room, node.peer);
    const before = seat.nameOf('peer');
    if (peer === before) return;
    // A peer whose room comes late is the same peer: its account in no room was not really its own.
    const corrects = node.peer !== null && before === peerName(null, node.peer);
    seat.join('peer', peer === null ? null : opened(this.#peers, peer), moved(), corrects);
  }

  totals(scope: TotalsScope, producersWanted: boolean, consumersWanted: boolean): TrafficTotals {
    return this.#find(scope)?.totals(producersWanted, consumersWanted) ?? UNKNOWN_TOTALS;
  }

  #find(scope: TotalsScope): Account | undefined {
    switch (scope.scope) {
      case 'sfu':
        return this.#sfu;
      case 'entity':
        return this.#entities.get(scope.key);
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
