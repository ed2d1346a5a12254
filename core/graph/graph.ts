import type { Clock } from '../clock.js';
import type { Identify } from '../identify.js';
import type { Logger } from '../logger.js';
import type { CloseReason, EntityKey, EntityKind, EntityNode, Identity, NodeOf } from '../model/entity.js';
import { EVENT_SEVERITIES } from '../model/event-severity.js';
import type { MonitorEvent } from '../model/events.js';
import type { FollowMessage, GraphSnapshot } from '../model/snapshot.js';
import type { AppDataOwner, EventInput, GraphWriter, NodeState, OpenRequest } from '../source.js';
import { blastRadius } from './blast-radius.js';
import type { Step } from './change-log.js';
import { closesAlong, reasonBelow } from './close-reasons.js';
import { EntityStore } from './entity-store.js';
import { childrenFirst, type Entry, entryOf, PARENT_KIND } from './entry.js';
import { Followers } from './followers.js';
import type { FollowOptions, GraphReader } from './graph-reader.js';
import { Identities } from './identities.js';
import { Journal } from './journal.js';
import { CLOSED, CREATED } from './lifecycle-types.js';
import { mediaCouldFlow } from './media-could-flow.js';
import type { NodeRows } from './node-rows.js';
import { openedNode } from './opened-node.js';
import type { GraphOptions } from './options.js';
import { PinnedSnapshot } from './pinned-snapshot.js';
import { Pipes } from './pipes.js';
import { type RoomNews, Rooms } from './rooms.js';

const NO_OWNERS: readonly AppDataOwner[] = [];

/** Entities asked about in one turn of the event loop; about 1 ms. */
const IDENTIFIED_PER_TURN = 250;

/**
 * The only store of entities that changes. A source writes, everybody else reads snapshots and deltas. Every step of `seq` is
 * one event, which `publish` gets before the writing call returns. No writing method throws, whatever it is given.
 */
export class Graph implements GraphReader, GraphWriter {
  readonly runId: string;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #options: GraphOptions;
  readonly #store = new EntityStore();
  readonly #workersByPid = new Map<string, EntityKey>();
  readonly #journal: Journal;
  readonly #rooms: Rooms;
  readonly #identities: Identities;
  readonly #pipes: Pipes;
  readonly #followers: Followers;
  #snapshot: GraphSnapshot | null = null;
  /** Of the router in which something opened last. */
  #prefix = { router: '' as EntityKey, text: '/' };
  #turn: NodeJS.Immediate | null = null;
  #workersSeen = 0;
  #ignoredWrites = 0;
  #stopped = false;
  #failureLogged = false;
  /** Up to which step followers were woken. */
  #toldSeq = 0;

  constructor(parts: {
    readonly runId: string;
    readonly clock: Clock;
    readonly identify: Identify;
    readonly logger: Logger;
    readonly options: GraphOptions;
    /** Called once for each event, in order. What it throws is logged once. */
    readonly publish: (event: MonitorEvent) => void;
  }) {
    const { runId, clock, identify, logger, options, publish } = parts;
    this.runId = runId;
    this.#clock = clock;
    this.#logger = logger;
    this.#options = options;
    this.#journal = new Journal({ capacity: options.changeLog, clock, logger, publish });
    this.#rooms = new Rooms(clock);
    this.#identities = new Identities({
      identify,
      logger,
      entries: () => this.#store.entries(),
      apply: (entry, identity) => this.#identified(entry, identity),
    });
    this.#pipes = new Pipes({
      get: (key) => this.#store.get(key),
      link: (entry, field, to, event) => this.#replace(entry, { [field]: to }, event),
    });
    this.#followers = new Followers(
      {
        runId,
        log: this.#journal.log,
        node: (key) => this.get(key),
        snapshot: () => this.snapshot(),
      },
      clock,
    );
  }

  get seq(): number {
    return this.#journal.seq;
  }

  /** How many follow the graph now. */
  get followers(): number {
    return this.#followers.count;
  }

  /** Steps that followers missed because they read too slowly; each got a new snapshot instead. A counter. */
  get dropped(): number {
    return this.#followers.dropped;
  }

  /** Writes that made no sense: an unknown or closed entity, a parent that is not open, a malformed event. A counter. */
  get ignoredWrites(): number {
    return this.#ignoredWrites;
  }

  get(key: EntityKey): EntityNode | undefined {
    return this.#store.get(key)?.node;
  }

  ownerOf(key: EntityKey): AppDataOwner | undefined {
    return this.#store.get(key)?.owner;
  }

  ownersBelow(key: EntityKey): readonly AppDataOwner[] {
    const entry = this.#store.get(key);
    return entry?.hasChildren === true ? Array.from(entry.children(), ({ owner }) => owner) : NO_OWNERS;
  }

  snapshot(): GraphSnapshot {
    if (this.#snapshot === null) {
      const moment = { runId: this.runId, seq: this.seq, at: this.#clock.now() };
      this.#snapshot = new PinnedSnapshot(moment, this.#store.view(), this.#rooms.view());
    }
    return this.#snapshot;
  }

  rows<K extends EntityKind>(kind: K): NodeRows<NodeOf<K>> {
    return this.#store.rows(kind) as NodeRows as NodeRows<NodeOf<K>>;
  }

  reaches(seq: number): boolean {
    return this.#journal.log.reaches(seq);
  }

  unchangedSince(seq: number): number {
    return this.#store.unchangedFor(this.seq - seq, this.seq);
  }

  presence(): { readonly rooms: number; readonly peers: number } {
    return this.#rooms.counts();
  }

  follow(options: FollowOptions = {}): AsyncIterableIterator<FollowMessage> {
    return this.#followers.follow(options);
  }

  open<K extends EntityKind>(request: OpenRequest<K>): EntityKey {
    const { kind, id } = request;
    const parent = request.parent === null ? null : (this.#store.get(request.parent) ?? null);
    const key = this.#keyFor(kind, id, request.parent, parent);
    // No action is made for what comes with each entity, as it is for `#write`.
    let understood = false;
    try {
      understood = this.#tryOpen(request, key, parent);
    } catch (error) {
      this.#failed(error);
    }
    this.#written(understood);
    return key;
  }

  change<K extends EntityKind>(kind: K, key: EntityKey, patch: Partial<NodeState<K>>, event: EventInput): boolean {
    return this.#write(() => {
      const entry = this.#store.get(key);
      if (entry?.ref.kind !== kind || !isEvent(event)) return false;
      this.#replace(entry, patch, event);
      if (event.type === 'transport.connected' || mediaCouldFlow(entry.node)) entry.connect();
      this.#pipes.seen(entry);
      return true;
    });
  }

  emit(key: EntityKey | null, event: EventInput, whose?: Pick<Identity, 'room' | 'peer'>): void {
    this.#write(() => {
      const entry = key === null ? null : this.#store.get(key);
      if (entry === undefined || !isEvent(event)) return false;
      if (event.type === 'transport.connected' && entry !== null) entry.connect();
      this.#step(entry, entry === null ? event : this.#completed(event, entry), whose);
      return true;
    });
  }

  /** Publishes an event of what another event told of, though it may have closed since: same entity, ancestors, room and peer. */
  emitAfter(cause: MonitorEvent, event: EventInput): void {
    this.#write(() => {
      if (!isEvent(event)) return false;
      this.#snapshot = null;
      this.#followers.stepped();
      this.#journal.tell(cause, event);
      return true;
    });
  }

  close(key: EntityKey, reason: CloseReason): void {
    let understood = false;
    try {
      const root = this.#store.get(key);
      // A second close is no mistake: what closes with its parent is often told of as well.
      if (root !== undefined) this.#closeWithAllBelow(root, reason);
      understood = true;
    } catch (error) {
      this.#failed(error);
    }
    this.#written(understood);
  }

  /** Asks `identify` about some open entities again, in rotation. To be called at each tick. */
  reidentify(): void {
    this.#write(() => {
      this.#identities.again(this.#options.identifyPerTick);
      return true;
    });
  }

  /** Ends all followers. What is written later is still published, but `identify` is called no more. */
  stop(): void {
    this.#stopped = true;
    if (this.#turn !== null) clearImmediate(this.#turn);
    this.#turn = null;
    this.#followers.close();
  }

  #write(action: () => boolean): boolean {
    let understood = false;
    try {
      understood = action();
    } catch (error) {
      this.#failed(error);
    }
    this.#written(understood);
    return understood;
  }

  #written(understood: boolean): void {
    if (!understood) this.#ignoredWrites++;
    this.#journal.flush();
    this.#scheduleTurn();
  }

  #failed(error: unknown): void {
    if (!this.#failureLogged) this.#logger.error('a write to the graph failed', { error });
    this.#failureLogged = true;
  }

  #tryOpen<K extends EntityKind>(request: OpenRequest<K>, key: EntityKey, parent: Entry | null): boolean {
    const { kind } = request;
    const known = this.#store.get(key);
    if (known !== undefined) return known.ref.kind === kind;
    if (parent?.ref.key !== (request.parent ?? undefined)) return false;
    if ((parent?.ref.kind ?? null) !== PARENT_KIND[kind]) return false;
    if (typeof request.event !== 'object' || typeof request.state !== 'object') return false;
    this.#open(request, key, parent);
    return true;
  }

  #open<K extends EntityKind>(request: OpenRequest<K>, key: EntityKey, parent: Entry | null): void {
    const { kind, id } = request;
    const openedAt = this.#clock.now();
    const place = { key, slot: this.#store.takeSlot(kind), openedAt, seq: this.#journal.nextSeq };
    const node = openedNode(request, place, parent === null ? null : parent.node);
    if (kind === 'worker') {
      this.#workersSeen++;
      this.#workersByPid.set(id, key);
    }
    const entry = entryOf(node, parent, this.#clock.monotonic(), request.owner);
    if (mediaCouldFlow(node)) entry.connect();
    this.#store.add(entry);
    const news = this.#rooms.move(key, null, node);
    this.#stepOf(entry, 'opened', { type: CREATED[kind], data: request.event } as EventInput, openedAt);
    this.#tell(news);
    this.#identities.opened(entry);
    this.#pipes.seen(entry);
  }

  #closeWithAllBelow(root: Entry, reason: CloseReason): void {
    if (!root.hasChildren) {
      this.#close(root, reason);
      return;
    }
    const below = reasonBelow(root.ref.kind, reason);
    for (const entry of childrenFirst(root)) this.#close(entry, entry === root ? reason : below);
  }

  #close(entry: Entry, reason: CloseReason): void {
    const { kind, key, id } = entry.ref;
    if (!this.#stopped) this.#identities.settleNow(entry);
    this.#pipes.closing(entry, reason);
    if (kind === 'producer') this.#dropFromObservers(entry, reason);
    if (kind === 'worker') this.#workersByPid.delete(id);
    this.#identities.closed(entry);
    this.#store.delete(entry);
    const news = this.#rooms.move(key, entry.node, null);
    const lifetimeMs = this.#clock.monotonic() - entry.openedMonotonic;
    const { everConnected } = entry;
    const data = kind === 'transport' ? { reason, lifetimeMs, everConnected } : { reason, lifetimeMs };
    this.#stepOf(entry, 'closed', { type: CLOSED[kind], data } as EventInput, this.#clock.now());
    this.#tell(news);
  }

  /** mediasoup tells of no removal when a producer closes. */
  #dropFromObservers({ ref, node: closing }: Entry, reason: CloseReason): void {
    for (const observer of this.#store.observersIn(closing.router)) {
      const { node } = observer;
      if (node.kind !== 'rtpObserver' || !node.producers.includes(ref.key)) continue;
      if (closesAlong(reason, closing, node)) continue;
      const patch: Partial<NodeState<'rtpObserver'>> = {
        producers: node.producers.filter((producer) => producer !== ref.key),
        dominantSpeaker: node.dominantSpeaker === ref.key ? null : node.dominantSpeaker,
      };
      this.#replace(observer, patch, { type: 'rtpObserver.producerRemoved', data: { producer: ref } });
    }
  }

  #identified(entry: Entry, identity: Identity): void {
    const before = entry.node;
    const { room, peer } = identity;
    const news = this.#rooms.move(entry.ref.key, before, identity);
    this.#replace(entry, identity, { type: 'entity.identified', data: { room, peer } });
    this.#tell(news);
  }

  #replace(entry: Entry, patch: object, event: EventInput): void {
    this.#store.replace(entry, { ...entry.node, ...patch, changedSeq: this.#journal.nextSeq });
    this.#stepOf(entry, 'changed', event, this.#clock.now());
  }

  #tell(news: readonly RoomNews[]): void {
    for (const { event, whose } of news) this.#step(null, event, whose);
  }

  #stepOf(entry: Entry, step: Step, event: EventInput, at: number): void {
    this.#snapshot = null;
    this.#followers.stepped();
    this.#journal.stepOf(entry, step, event, at);
  }

  #step(entry: Entry | null, event: EventInput, whose?: Pick<Identity, 'room' | 'peer'>): void {
    this.#snapshot = null;
    this.#followers.stepped();
    this.#journal.step(entry, event, whose);
  }

  /** What only the graph knows of an event. */
  #completed(event: EventInput, entry: Entry): EventInput {
    if (event.type !== 'worker.died' || entry.ref.kind !== 'worker') return event;
    if (this.#identities.waiting) for (const lost of childrenFirst(entry)) this.#identities.settleNow(lost);
    return { type: event.type, data: { ...event.data, blastRadius: blastRadius(this.snapshot(), entry.ref.key) } };
  }

  #keyFor(kind: EntityKind, id: string, parentKey: EntityKey | null, parent: Entry | null): EntityKey {
    if (kind === 'worker') return this.#workersByPid.get(id) ?? (`w${this.#workersSeen + 1}` as EntityKey);
    if (kind === 'webRtcServer' || kind === 'router') return id as EntityKey;
    const router = parent?.node.router ?? (parentKey?.split('/', 1)[0] as EntityKey | undefined) ?? ('' as EntityKey);
    return `${this.#prefixOf(router)}${id}` as EntityKey;
  }

  /** One text for all keys in a router, so that each is but a link of two texts that are there already. */
  #prefixOf(router: EntityKey): string {
    if (this.#prefix.router !== router) this.#prefix = { router, text: `${router}/` };
    return this.#prefix.text;
  }

  /** What must wait until the present turn of the event loop is over: asking for identities, then waking followers. */
  #scheduleTurn(): void {
    if (this.#stopped || this.#turn !== null) return;
    const news = this.#followers.count > 0 && this.#journal.seq !== this.#toldSeq;
    if (!news && !this.#identities.waiting) return;
    this.#turn = setImmediate(this.#endTurn);
  }

  readonly #endTurn = (): void => {
    this.#write(() => {
      this.#identities.settle(IDENTIFIED_PER_TURN);
      return true;
    });
    this.#turn = null;
    this.#toldSeq = this.#journal.seq;
    this.#followers.wake();
    this.#scheduleTurn();
  };
}

function isEvent({ type, data }: EventInput): boolean {
  return Object.hasOwn(EVENT_SEVERITIES, type) && typeof data === 'object' && data !== null;
}
