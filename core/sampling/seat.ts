import type { Account, Growth } from './account.js';

/** The room or the peer an entity is counted for. */
class Membership {
  name: string | null = null;
  account: Account | null = null;
  /** It was counted for somebody before, so what it moved until now is not handed on. */
  settled = false;
}

/** The accounts one entity adds to: the transport it is or lives in (and all around that), its room and its peer. */
export class Seat {
  readonly home: Account;
  readonly room = new Membership();
  readonly peer = new Membership();
  readonly #isTransport: boolean;
  #rated = false;
  #recvBitrate = 0;
  #sendBitrate = 0;

  constructor(home: Account, isTransport: boolean) {
    this.home = home;
    this.#isTransport = isTransport;
    if (isTransport) home.countTransport(1);
  }

  add(growth: Growth): void {
    this.home.add(growth);
    this.room.account?.add(growth);
    this.peer.account?.add(growth);
  }

  /** Replaces the share a transport has in the sums of bit rates; `NaN` takes it out. */
  rate(recv: number, send: number): void {
    const rated = !(Number.isNaN(recv) || Number.isNaN(send));
    const newRecv = rated ? recv : 0;
    const newSend = rated ? send : 0;
    const transports = Number(rated) - Number(this.#rated);
    for (const account of [this.home, this.room.account, this.peer.account]) {
      account?.rate(newRecv - this.#recvBitrate, newSend - this.#sendBitrate, transports);
    }
    this.#rated = rated;
    this.#recvBitrate = newRecv;
    this.#sendBitrate = newSend;
  }

  /**
   * Counts the entity for another room or peer from now on. What it moved so far (`moved`) goes along the first time, because
   * it had only not been known whose it was; and always when `corrects`, which also takes it away from the old account.
   */
  join(membership: Membership, name: string | null, account: Account | null, moved: Growth, corrects: boolean): void {
    const old = membership.account;
    if (this.#isTransport) {
      old?.countTransport(-1);
      old?.rate(-this.#recvBitrate, -this.#sendBitrate, -Number(this.#rated));
      account?.countTransport(1);
      account?.rate(this.#recvBitrate, this.#sendBitrate, Number(this.#rated));
    }
    if (corrects) old?.subtract(moved);
    if (corrects || !membership.settled) account?.add(moved);
    membership.name = name;
    membership.account = account;
    membership.settled ||= account !== null;
  }

  /** The entity has closed: what it moved stays, its bit rates go. */
  leave(): void {
    if (!this.#isTransport) return;
    this.rate(Number.NaN, Number.NaN);
    for (const account of [this.home, this.room.account, this.peer.account]) account?.countTransport(-1);
  }
}
