import { Account } from './account.js';
import { CountsBySource } from './counts.js';

interface Room {
  readonly totals: CountsBySource;
  accounts: number;
}

/**
 * The accounts, the one idle for longest first, and the totals of the rooms they are in. There are never more rooms
 * than accounts.
 */
export class AccountBook {
  readonly #accounts = new Map<string, Account>();
  readonly #rooms = new Map<string, Room>();
  readonly #other = new CountsBySource();
  #evicted = 0;

  get size(): number {
    return this.#accounts.size;
  }

  /** Accounts let go to make room; a counter. */
  get evicted(): number {
    return this.#evicted;
  }

  /** What the accounts moved that were let go. */
  get other(): CountsBySource {
    return this.#other;
  }

  find(room: string | null, peer: string | null): Account | undefined {
    return this.#accounts.get(keyOf(room, peer));
  }

  room(room: string): CountsBySource | undefined {
    return this.#rooms.get(room)?.totals;
  }

  /** The one idle for longest. */
  oldest(): Account | undefined {
    return this.#accounts.values().next().value;
  }

  /** Marks an account as the one used last. */
  touch(account: Account): void {
    const key = keyOf(account.room, account.peer);
    this.#accounts.delete(key);
    this.#accounts.set(key, account);
  }

  open(room: string | null, peer: string | null): Account {
    const account = new Account(room, peer, room === null ? null : this.#join(room));
    this.#accounts.set(keyOf(room, peer), account);
    return account;
  }

  evict(account: Account): void {
    if (!this.#accounts.delete(keyOf(account.room, account.peer))) return;
    this.#other.merge(account.totals);
    this.#evicted++;
    const room = account.room === null ? undefined : this.#rooms.get(account.room);
    if (room === undefined || account.room === null) return;
    room.accounts--;
    if (room.accounts === 0) this.#rooms.delete(account.room);
  }

  #join(name: string): CountsBySource {
    const room = this.#rooms.get(name) ?? { totals: new CountsBySource(), accounts: 0 };
    room.accounts++;
    this.#rooms.set(name, room);
    return room.totals;
  }
}

/**
 * The length keeps apart names that hold the separator; the last letter keeps no peer apart from one without a name.
 */
function keyOf(room: string | null, peer: string | null): string {
  return `${room?.length ?? -1}:${room ?? ''}:${peer === null ? 'n' : `p${peer}`}`;
}
