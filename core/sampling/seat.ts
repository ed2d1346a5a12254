import type { Account, Growth } from './account.js';

/** Whom an entity may be counted for, besides the place where it is. */
export type Membership = 'room' | 'peer';

/** The accounts one entity adds to: the transport it is or lives in (and all around that), its room and its peer. */
export class Seat {
  protected readonly home: Account;
  #room: Account | null = null;
  #peer: Account | null = null;
  /** It was counted for somebody before, so what it moved until now is not handed on. */
  #roomSettled = false;
  #peerSettled = false;

  constructor(home: Account) {
    this.home = home;
  }

  /** Name of the account it is counted in. */
  nameOf(membership: Membership): string | null {
    return this.accountOf(membership)?.name ?? null;
  }

  add(growth: Growth): void {
    this.home.add(growth);
    this.#room?.add(growth);
    this.#peer?.add(growth);
  }

  /** Replaces the share a transport has in the sums of bit rates; `NaN` takes it out. Others have none. */
  rate(_recv: number, _send: number): void {}

  /**
   * Counts the entity for another room or peer from now on. What it moved so far (`moved`) goes along the first time, because
   * it had only not been known whose it was; and always when `corrects`, which also takes it away from the old account.
   */
  join(membership: Membership, account: Account | null, moved: Growth, corrects: boolean): void {
    const old = this.accountOf(membership);
    const settled = membership === 'room' ? this.#roomSettled : this.#peerSettled;
    if (corrects) old?.subtract(moved);
    if (corrects || !settled) account?.add(moved);
    if (membership === 'room') {
      this.#room = account;
      this.#roomSettled ||= account !== null;
    } else {
      this.#peer = account;
      this.#peerSettled ||= account !== null;
    }
  }

  /** The entity has closed: what it moved stays, its bit rates go. */
  leave(): void {}

  protected accountOf(membership: Membership): Account | null {
    return membership === 'room' ? this.#room : this.#peer;
  }
}

/** The seat of a transport: only transports have bit rates, and are counted themselves. */
export class TransportSeat extends Seat {
  #rated = false;
  #recvBitrate = 0;
  #sendBitrate = 0;

  constructor(home: Account) {
    super(home);
    home.countTransport(1);
  }

  override rate(recv: number, send: number): void {
    const rated = !(Number.isNaN(recv) || Number.isNaN(send));
    const newRecv = rated ? recv : 0;
    const newSend = rated ? send : 0;
    const transports = Number(rated) - Number(this.#rated);
    for (const account of this.#accounts()) {
      account?.rate(newRecv - this.#recvBitrate, newSend - this.#sendBitrate, transports);
    }
    this.#rated = rated;
    this.#recvBitrate = newRecv;
    this.#sendBitrate = newSend;
  }

  override join(membership: Membership, account: Account | null, moved: Growth, corrects: boolean): void {
    const old = this.accountOf(membership);
    old?.countTransport(-1);
    old?.rate(-this.#recvBitrate, -this.#sendBitrate, -Number(this.#rated));
    account?.countTransport(1);
    account?.rate(this.#recvBitrate, this.#sendBitrate, Number(this.#rated));
    super.join(membership, account, moved, corrects);
  }

  override leave(): void {
    this.rate(Number.NaN, Number.NaN);
    for (const account of this.#accounts()) account?.countTransport(-1);
  }

  #accounts(): readonly (Account | null)[] {
    return [this.home, this.accountOf('room'), this.accountOf('peer')];
  }
}
