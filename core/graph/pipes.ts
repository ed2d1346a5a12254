import type { CloseReason, EntityKey, EntityRef } from '../model/entity.js';
import type { EventInput } from '../source.js';
import { closesAlong } from './close-reasons.js';
import type { Entry } from './entry.js';

interface PipeHost {
  get(key: EntityKey): Entry | undefined;
  /** Sets the link field of an entry, with the event that says so. */
  link(entry: Entry, field: LinkField, to: EntityKey | null, event: EventInput): void;
}

const LINKS = { transport: 'pipePeer', consumer: 'pipeTarget', producer: 'pipeOrigin' } as const;

type Linked = keyof typeof LINKS;
type LinkField = (typeof LINKS)[Linked];

/**
 * Finds the two ends of pipes between routers of this process. Two pipe transports belong together when each one's remote
 * address is the other's local one; on them a pipe consumer feeds the pipe producer that has its producer's id, as mediasoup
 * gives it by default. A link the source tells is taken as it is.
 */
export class Pipes {
  readonly #host: PipeHost;
  /** Connected pipe transports by their own addresses. */
  readonly #ends = new Map<string, Entry>();
  readonly #nameOf = new Map<Entry, string>();

  constructor(host: PipeHost) {
    this.#host = host;
  }

  /** To be called after an entity opened or changed. */
  seen(entry: Entry): void {
    const { kind } = entry.ref;
    if (kind !== 'transport' && kind !== 'consumer' && kind !== 'producer') return;
    if (kind === 'transport') this.#index(entry);
    const told = linkOf(entry);
    if (told === null) this.#find(entry);
    else this.#answer(entry, told);
  }

  /** To be called before an entity closes. The other end is not told when it closes along. */
  closing(entry: Entry, reason: CloseReason): void {
    if (entry.ref.kind === 'transport') this.#forget(entry);
    const other = linkOf(entry);
    if (other !== null) this.#unlink(other, entry, reason);
  }

  #index(entry: Entry): void {
    const name = nameOf(entry, 'own');
    if (this.#nameOf.get(entry) === name) return;
    this.#forget(entry);
    if (name === undefined) return;
    this.#ends.set(name, entry);
    this.#nameOf.set(entry, name);
  }

  #find(entry: Entry): void {
    const { node } = entry;
    if (node.kind === 'transport') this.#findPeer(entry);
    else if (node.kind === 'consumer') this.#findTarget(entry);
    else this.#findOrigin(entry);
  }

  /** The source told one side of a link: the other side follows. */
  #answer(entry: Entry, told: EntityKey): void {
    const other = this.#host.get(told);
    if (other !== undefined && other.ref.kind in LINKS && linkOf(other) === null) this.#link(other, entry);
  }

  #findPeer(entry: Entry): void {
    const name = nameOf(entry, 'other');
    const peer = name === undefined ? undefined : this.#ends.get(name);
    if (peer === undefined || peer === entry || linkOf(peer) !== null) return;
    this.#join(entry, peer);
    for (const end of [entry, peer]) {
      for (const child of end.children()) if (child.ref.kind === 'consumer') this.#findTarget(child);
    }
  }

  #findTarget(entry: Entry): void {
    const peer = this.#peerTransport(entry);
    if (peer === undefined || entry.node.kind !== 'consumer' || linkOf(entry) !== null) return;
    const producer = entry.node.producer === null ? undefined : this.#host.get(entry.node.producer);
    const target = producer && this.#host.get(keyIn(peer, producer.ref.id));
    if (target?.parent === peer && target.ref.kind === 'producer' && linkOf(target) === null) this.#join(entry, target);
  }

  #findOrigin(entry: Entry): void {
    const peer = this.#peerTransport(entry);
    if (peer === undefined) return;
    const origin = keyIn(peer, entry.ref.id);
    for (const child of peer.children()) {
      const { node } = child;
      if (node.kind === 'consumer' && node.producer === origin && node.pipeTarget === null) {
        this.#join(child, entry);
        return;
      }
    }
  }

  /** The transport at the other end of the one this producer or consumer lives on. */
  #peerTransport(entry: Entry): Entry | undefined {
    const transport = entry.parent?.node;
    if (transport?.kind !== 'transport' || transport.pipePeer === null) return undefined;
    return this.#host.get(transport.pipePeer);
  }

  #join(a: Entry, b: Entry): void {
    this.#link(a, b);
    this.#link(b, a);
  }

  #link(entry: Entry, to: Entry): void {
    this.#host.link(entry, LINKS[entry.ref.kind as Linked], to.ref.key, eventOf(entry, 'piped', to.ref));
  }

  #unlink(other: EntityKey, gone: Entry, reason: CloseReason): void {
    const entry = this.#host.get(other);
    if (entry === undefined || linkOf(entry) !== gone.ref.key) return;
    if (closesAlong(reason, gone.node, entry.node)) return;
    this.#host.link(entry, LINKS[entry.ref.kind as Linked], null, eventOf(entry, 'unpiped', gone.ref));
  }

  #forget(entry: Entry): void {
    const name = this.#nameOf.get(entry);
    if (name === undefined) return;
    this.#nameOf.delete(entry);
    if (this.#ends.get(name) === entry) this.#ends.delete(name);
  }
}

function linkOf({ node }: Entry): EntityKey | null {
  if (node.kind === 'transport') return node.pipePeer;
  if (node.kind === 'consumer') return node.pipeTarget;
  return node.kind === 'producer' ? node.pipeOrigin : null;
}

function eventOf({ ref }: Entry, change: 'piped' | 'unpiped', peer: EntityRef): EventInput {
  return { type: `${ref.kind as Linked}.${change}`, data: { peer } };
}

function keyIn(transport: Entry, id: string): EntityKey {
  return `${transport.node.router}/${id}` as EntityKey;
}

/** The name of this end of a connected pipe, or the name its other end must have. */
function nameOf({ node }: Entry, end: 'own' | 'other'): string | undefined {
  if (node.kind !== 'transport' || node.type !== 'pipe' || node.tuple === null) return undefined;
  const { localAddress, localPort, remoteAddress, remotePort } = node.tuple;
  if (remoteAddress === null || remotePort === null) return undefined;
  const local = `${localAddress} ${localPort}`;
  const remote = `${remoteAddress} ${remotePort}`;
  return end === 'own' ? `${local} ${remote}` : `${remote} ${local}`;
}
