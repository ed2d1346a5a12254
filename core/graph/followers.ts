import type { Clock, Timer } from '../clock.js';
import { SignalIterator } from '../dispatch/signal-iterator.js';
import type { EntityKey, EntityNode } from '../model/entity.js';
import type { FollowMessage, GraphDelta, GraphSnapshot } from '../model/snapshot.js';
import type { ChangeLog } from './change-log.js';
import type { FollowOptions } from './graph-reader.js';

interface Followed {
  readonly runId: string;
  readonly log: ChangeLog;
  node(key: EntityKey): EntityNode | undefined;
  snapshot(): GraphSnapshot;
}

/** Where one follower stands. It has no queue. */
interface Position {
  /** `seq` the reader knows of; `null` before the first message. */
  told: number | null;
  /** Steps up to here are known to hold nothing for it. */
  scanned: number;
  /** Whether the next snapshot replaces one that the reader already had. */
  reset: boolean;
  lastAt: number;
  timer: Timer | null;
  readonly onNews: (() => void) | undefined;
}

/** Those who follow the graph. Each reads the change log from where it stands, when it wants to. */
export class Followers {
  readonly #graph: Followed;
  readonly #clock: Clock;
  readonly #open = new Map<Position, SignalIterator<FollowMessage>>();
  /** The newest delta, for all followers that stand at the same place. */
  #shared: GraphDelta | null = null;
  #dropped = 0;
  #closed = false;

  constructor(graph: Followed, clock: Clock) {
    this.#graph = graph;
    this.#clock = clock;
  }

  get count(): number {
    return this.#open.size;
  }

  /** Steps that followers missed because the log had moved on; each got a snapshot instead. A counter. */
  get dropped(): number {
    return this.#dropped;
  }

  follow({ from, minIntervalMs = 0, signal, onNews }: FollowOptions): AsyncIterableIterator<FollowMessage> {
    const { runId, log } = this.#graph;
    const resumes = from !== undefined && from.runId === runId && log.reaches(from.seq);
    const position: Position = {
      told: resumes ? from.seq : null,
      scanned: resumes ? from.seq : 0,
      reset: from !== undefined,
      lastAt: Number.NEGATIVE_INFINITY,
      timer: null,
      onNews,
    };
    const take = (): FollowMessage | undefined => {
      const early = position.lastAt + minIntervalMs - this.#clock.monotonic();
      if (early > 0 && position.scanned !== log.seq) {
        position.timer ??= this.#clock.setTimeout(() => {
          position.timer = null;
          iterator.wake();
        }, early);
        return undefined;
      }
      const message = this.#next(position);
      if (message !== undefined) position.lastAt = this.#clock.monotonic();
      return message;
    };
    const end = (): void => {
      position.timer?.cancel();
      this.#open.delete(position);
    };
    const iterator: SignalIterator<FollowMessage> = new SignalIterator(take, end, signal);
    if (this.#closed) iterator.end();
    else if (!iterator.ended) this.#open.set(position, iterator);
    return iterator;
  }

  /** Serves those who wait. */
  wake(): void {
    for (const [{ onNews }, iterator] of this.#open) {
      iterator.wake();
      onNews?.();
    }
  }

  /** A step was made: what was kept of earlier ones may hold entities that have closed. */
  stepped(): void {
    this.#shared = null;
  }

  close(): void {
    this.#closed = true;
    this.#shared = null;
    for (const iterator of this.#open.values()) iterator.end();
  }

  #next(position: Position): FollowMessage | undefined {
    const { log } = this.#graph;
    if (position.told === null) return this.#snapshot(position);
    if (position.scanned === log.seq) return undefined;
    if (!log.reaches(position.scanned)) {
      this.#dropped += log.seq - position.scanned;
      position.reset = true;
      return this.#snapshot(position);
    }
    const delta = this.#delta(position.told, position.scanned);
    position.scanned = delta.toSeq;
    if (delta.opened.length + delta.changed.length + delta.closed.length === 0) return undefined;
    position.told = delta.toSeq;
    return { type: 'delta', delta };
  }

  #snapshot(position: Position): FollowMessage {
    const snapshot = this.#graph.snapshot();
    const { reset } = position;
    position.told = snapshot.seq;
    position.scanned = snapshot.seq;
    return { type: 'snapshot', reset, snapshot };
  }

  #delta(fromSeq: number, scanned: number): GraphDelta {
    if (this.#shared?.fromSeq === fromSeq) return this.#shared;
    const { runId, log } = this.#graph;
    // Nothing that it could tell lies between the two, so only what is newer needs to be read.
    const changes = log.since(scanned, (key) => this.#graph.node(key));
    this.#shared = { runId, fromSeq, toSeq: log.seq, at: this.#clock.now(), ...changes };
    return this.#shared;
  }
}
