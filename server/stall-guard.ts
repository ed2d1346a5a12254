import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Clock, Logger, Timer } from '../core/index.js';
import { Holdings } from './holdings.js';
import { type Unsent, unsentOf } from './unsent-bytes.js';

/** Whoever is sent something over a connection that is watched. */
export interface GuardedClient {
  /** Whether all it is to get from here is on its way; what the connection carries then is no business of ours. */
  readonly isServed: boolean;
  /** What is kept for it besides what waits in the socket. */
  readonly holdings: Holdings;
  /** Cuts it off because too much is kept for it: at once lets go of that. */
  cutOff(): void;
}

/** What was last seen of a connection. */
interface Watched {
  client: GuardedClient;
  unsent: Unsent | undefined;
  /**
   * Looks in a row at which bytes waited and none had moved. Looks are counted and not time, so that a process that is held up
   * counts that against nobody.
   */
  stalledLooks: number;
  cut: boolean;
}

interface Limits {
  /** How long a client may take nothing, ms. */
  readonly stalledClientMs: number;
  /** What may be held meanwhile for one that takes nothing. */
  readonly bufferedBytes: number;
}

/** How often connections are looked at in the time they may stall. */
const LOOKS_PER_STALL = 12;
/** Stalled looks after which too much may not be held any more: a sixth of the time. */
const LOOKS_WHILE_HOLDING = 2;

/**
 * Cuts off clients that do not read: for the given time bytes have waited for one, and it has taken none of them; sooner if more is held
 * for it than may be. Looks at sockets, so it holds for plain HTTP, server-sent events and WebSockets alike.
 */
export class StallGuard {
  readonly #sockets = new Map<Socket, Watched>();
  readonly #timer: Timer;
  readonly #bufferedBytes: number;
  readonly #logger: Logger;
  #cut = 0;
  #cutHolding = 0;

  constructor(clock: Clock, { stalledClientMs, bufferedBytes }: Limits, logger: Logger) {
    this.#bufferedBytes = bufferedBytes;
    this.#logger = logger;
    this.#timer = clock.setInterval(() => this.#look(), stalledClientMs / LOOKS_PER_STALL);
  }

  /** Connections cut off since creation; a counter. */
  get cut(): number {
    return this.#cut;
  }

  /** Those of them that were cut off before their time because too much was held for them; a counter. */
  get cutHolding(): number {
    return this.#cutHolding;
  }

  /** Watches a connection until it closes, or its client is served. Another call tells that somebody else is sent something now. */
  watch(socket: Socket, client: GuardedClient): void {
    const watched = this.#sockets.get(socket);
    if (watched !== undefined) {
      watched.client = client;
    } else if (!socket.destroyed) {
      this.#sockets.set(socket, { client, unsent: undefined, stalledLooks: 0, cut: false });
      socket.once('close', () => this.#sockets.delete(socket));
    }
  }

  /** As `watch`, for the answer to a request. */
  watchResponse(socket: Socket, response: ServerResponse): void {
    this.watch(socket, new Reader(socket, response));
  }

  /** What is held for whoever is sent something over this connection; `undefined` when it is not watched. */
  holdingsOf(socket: Socket | undefined): Holdings | undefined {
    return socket && this.#sockets.get(socket)?.client.holdings;
  }

  stop(): void {
    this.#timer.cancel();
    this.#sockets.clear();
  }

  #look(): void {
    for (const [socket, watched] of this.#sockets) {
      const { unsent, client } = watched;
      watched.unsent = unsentOf(socket);
      const isBehind = !client.isServed && socket.writableLength > 0;
      if (isBehind) this.#shrinkIfHolding(socket, client);
      if (!isBehind || hasMoved(unsent, watched.unsent)) {
        watched.stalledLooks = 0;
        continue;
      }
      watched.stalledLooks++;
      if (watched.stalledLooks >= LOOKS_PER_STALL) {
        if (!watched.cut) this.#cut++;
        watched.cut = true;
        socket.destroy();
      } else if (watched.stalledLooks >= LOOKS_WHILE_HOLDING && !watched.cut) {
        this.#cutIfHolding(socket, watched);
      }
    }
  }

  /** It may read on, however slowly: that costs a little time rather than memory. */
  #shrinkIfHolding(socket: Socket, { holdings }: GuardedClient): void {
    if (socket.writableLength + holdings.bytes > this.#bufferedBytes) holdings.shrink();
  }

  #cutIfHolding(socket: Socket, watched: Watched): void {
    const { client } = watched;
    const waitingBytes = socket.writableLength;
    const heldBytes = client.holdings.bytes;
    if (waitingBytes + heldBytes <= this.#bufferedBytes) return;
    watched.cut = true;
    this.#cut++;
    // Those that do so do it again and again: once is enough to tell.
    const level = this.#cutHolding++ === 0 ? 'warn' : 'debug';
    this.#logger[level](
      'A client took nothing while more than server.limits.bufferedBytes was held for it: it is cut off',
      {
        waitingBytes,
        heldBytes,
      },
    );
    // What waits in the socket goes with the socket only.
    if (waitingBytes > this.#bufferedBytes) socket.destroy();
    else client.cutOff();
  }
}

/** Whoever reads one HTTP response. */
class Reader implements GuardedClient {
  readonly #socket: Socket;
  readonly #response: ServerResponse;
  #holdings: Holdings | undefined;

  constructor(socket: Socket, response: ServerResponse) {
    this.#socket = socket;
    this.#response = response;
  }

  get isServed(): boolean {
    return this.#response.writableFinished || this.#response.destroyed;
  }

  get holdings(): Holdings {
    this.#holdings ??= new Holdings();
    return this.#holdings;
  }

  /** It finds the answer shorter than it was told, or without its end. */
  cutOff(): void {
    this.#socket.destroy();
  }
}

function hasMoved(before: Unsent | undefined, now: Unsent): boolean {
  return before?.flushed !== now.flushed || before.queued !== now.queued;
}
