import type { Account, Growth } from './account.js';

/** Whom an entity may be counted for, besides the place where it is. */
export type Membership = 'room' | 'peer';

/** The accounts entities add to: the transport they are or live in (and all around that), their room and their peer. */
export abstract class Seat {
  readonly home: Account;
  protected abstract readonly room: Account | null;
  protected abstract readonly peer: Account | null;

  constructor(home: Account) {
    this.home = home;
  }

  /** Name of the account it is counted in. */
  nameOf(membership: Membership): string | null {
    return this.accountOf(membership)?.name ?? null;
  }

  add(growth: Growth): void {
    this.home.add(growth);
    this.room?.add(growth);
    this.peer?.add(growth);
  }

  /** Replaces the share a transport has in the sums of bit rates; `NaN` takes it out. Others have none. */
  rate(_recv: number, _send: number): void {}

  /**
   * Counts the entity for another room or peer from now on, in the seat returned. What it moved so far (`moved`) goes along the
   * first time, because it had only not been known whose it was; and always when `corrects`, which also takes it away from the
   * old account.
   */
  join(membership: Membership, account: Account | null, moved: Growth, corrects: boolean): Seat {
    if (corrects) this.accountOf(membership)?.subtract(moved);
    if (corrects || !this.isSettled(membership)) account?.add(moved);
    return this.placed(membership, account);
  }

  /** The entity has closed: what it moved stays, its bit rates go. */
  leave(): void {}

  protected accountOf(membership: Membership): Account | null {
    return membership === 'room' ? this.room : this.peer;
  }

  /** It was counted for somebody before, so what it moved until now is not handed on. */
  protected abstract isSettled(membership: Membership): boolean;

  protected abstract placed(membership: Membership, account: Account | null): Seat;
}

/**
 * The seat of producers and consumers, which have nothing of their own in it: those of a transport that are counted alike share
 * one. It never changes.
 */
export class StreamSeat extends Seat {
  protected override readonly room: Account | null;
  protected override readonly peer: Account | null;
  readonly #roomSettled: boolean;
  readonly #peerSettled: boolean;
  /** Where the last one went from here: the next one mostly goes there too. */
  #next: StreamSeat | null = null;

  /** Counted for nobody yet, or as `from` but for one account. */
  constructor(home: Account, from: StreamSeat | null = null, membership?: Membership, account: Account | null = null) {
    super(home);
    this.room = membership === 'room' ? account : (from?.room ?? null);
    this.peer = membership === 'peer' ? account : (from?.peer ?? null);
    this.#roomSettled = this.room !== null || from?.isSettled('room') === true;
    this.#peerSettled = this.peer !== null || from?.isSettled('peer') === true;
  }

  protected override isSettled(membership: Membership): boolean {
    return membership === 'room' ? this.#roomSettled : this.#peerSettled;
  }

  protected override placed(membership: Membership, account: Account | null): StreamSeat {
    const next = this.#next;
    const other = membership === 'room' ? 'peer' : 'room';
    if (next?.accountOf(membership) === account && next.accountOf(other) === this.accountOf(other)) return next;
    this.#next = new StreamSeat(this.home, this, membership, account);
    return this.#next;
  }
}

/** The seat of a transport: only transports have bit rates, and are counted themselves. */
export class TransportSeat extends Seat {
  protected override room: Account | null = null;
  protected override peer: Account | null = null;
  #roomSettled = false;
  #peerSettled = false;
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

  override leave(): void {
    this.rate(Number.NaN, Number.NaN);
    for (const account of this.#accounts()) account?.countTransport(-1);
  }

  protected override isSettled(membership: Membership): boolean {
    return membership === 'room' ? this.#roomSettled : this.#peerSettled;
  }

  protected override placed(membership: Membership, account: Account | null): this {
    const old = this.accountOf(membership);
    old?.countTransport(-1);
    old?.rate(-this.#recvBitrate, -this.#sendBitrate, -Number(this.#rated));
    account?.countTransport(1);
    account?.rate(this.#recvBitrate, this.#sendBitrate, Number(this.#rated));
    if (membership === 'room') {
      this.room = account;
      this.#roomSettled ||= account !== null;
    } else {
      this.peer = account;
      this.#peerSettled ||= account !== null;
    }
    return this;
  }

  #accounts(): readonly (Account | null)[] {
    return [this.home, this.room, this.peer];
  }
}
