import type { Identify } from '../identify.js';
import type { Logger } from '../logger.js';
import type { EntityNode, Identity } from '../model/entity.js';
import { askIdentity, sameIdentity } from './identity-answer.js';
import type { Entry } from './entry.js';
import { Rotation } from './rotation.js';

/** Entities looked at in one tick to find such as have no room or no peer: some tenths of a millisecond at most. */
const MOST_LOOKED_AT = 8_192;

/**
 * Decides when `identify` is asked. An entity opens with what its parent is; it is asked about once the turn is over in which
 * it opened, because applications set appData right after they created it, and again in rotation, because some do so later.
 */
export class Identities {
  readonly #identify: Identify;
  readonly #logger: Logger;
  readonly #apply: (entry: Entry, identity: Identity) => void;
  /** To be asked about soon, parents before children. */
  readonly #due = new Set<Entry>();
  /** How many have no room or no peer. They are looked for among all: where nobody is identified, a set of them would be as large. */
  #unresolved = 0;
  readonly #unresolvedRotation: Rotation<Entry>;
  readonly #rotation: Rotation<Entry>;
  #faultLogged = false;

  constructor(parts: {
    readonly identify: Identify;
    readonly logger: Logger;
    readonly entries: () => Iterator<Entry>;
    /** Called when an answer differs from what the node says. */
    readonly apply: (entry: Entry, identity: Identity) => void;
  }) {
    this.#identify = parts.identify;
    this.#logger = parts.logger;
    this.#apply = parts.apply;
    this.#rotation = new Rotation(parts.entries);
    this.#unresolvedRotation = new Rotation(parts.entries);
  }

  /** Whether anything is due. */
  get waiting(): boolean {
    return this.#due.size > 0;
  }

  opened(entry: Entry): void {
    this.#due.add(entry);
    if (isUnresolved(entry.node)) this.#unresolved++;
  }

  closed(entry: Entry): void {
    if (this.#due.size > 0) this.#due.delete(entry);
    if (isUnresolved(entry.node)) this.#unresolved--;
  }

  /** Asks about what is due, at most `limit` of it. */
  settle(limit: number): void {
    let asked = 0;
    for (const entry of this.#due) {
      if (asked++ >= limit) return;
      this.#ask(entry);
    }
  }

  /** Asks about this one now if it is due, and before it about what it lives in: a closed entity is asked no more. */
  settleNow(entry: Entry): void {
    if (this.#due.size === 0) return;
    if (entry.parent !== null) this.settleNow(entry.parent);
    if (this.#due.has(entry)) this.#ask(entry);
  }

  /** Asks again about at most `limit` open entities, half of them such as have no room or no peer yet. */
  again(limit: number): void {
    const most = Math.min(Math.ceil(limit / 2), this.#unresolved);
    const unresolved = this.#unresolvedRotation.take(most, MOST_LOOKED_AT, ({ node }) => isUnresolved(node));
    for (const entry of unresolved) this.#ask(entry);
    for (const entry of this.#rotation.take(limit - unresolved.length)) this.#ask(entry);
  }

  #ask(entry: Entry): void {
    this.#due.delete(entry);
    const { kind, id } = entry.ref;
    const parent = entry.parent?.node ?? null;
    const subject = { kind, id, owner: entry.owner };
    const answer = askIdentity(this.#identify, subject, parent && identityOf(parent), entry.node);
    if (answer === null) return;
    const { identity, fault } = answer;
    if (fault !== null && !this.#faultLogged) {
      this.#faultLogged = true;
      const { message, ...error } = fault;
      this.#logger.warn(`${message}; such entities count as unknown, and this is said once`, { kind, id, ...error });
    }
    if (sameIdentity(identity, entry.node)) return;
    if (isUnresolved(entry.node)) this.#unresolved--;
    this.#apply(entry, identity);
    if (isUnresolved(entry.node)) this.#unresolved++;
    // What is inherited from it may differ now.
    for (const child of entry.children()) this.#due.add(child);
  }
}

function isUnresolved({ kind, room, peer }: EntityNode): boolean {
  const mayHavePeer = kind !== 'worker' && kind !== 'webRtcServer' && kind !== 'router';
  return room === null || (mayHavePeer && peer === null);
}

/** What a child inherits. */
function identityOf(parent: EntityNode): Identity {
  return { room: parent.room, peer: parent.peer, labels: parent.labels };
}
