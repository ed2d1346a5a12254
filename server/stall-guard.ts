import type { Socket } from 'node:net';
import type { Clock, Timer } from '../core/index.js';

/** What was last seen of a connection. */
interface Watched {
  flushedBytes: number;
  /**
   * Looks in a row at which bytes waited and none had moved. Looks are counted and not time, so that a process that is held up
   * counts that against nobody.
   */
  stalledLooks: number;
}

/** How often connections are looked at, as a share of the time they may stall. */
const LOOKS_PER_STALL = 4;

/**
 * Cuts off clients that do not read: for the given time bytes have waited for one, and it has taken none of them. Looks at
 * sockets, so it holds for plain HTTP, server-sent events and WebSockets alike.
 */
export class StallGuard {
  readonly #sockets = new Map<Socket, Watched>();
  readonly #timer: Timer;
  #cut = 0;

  constructor(clock: Clock, stalledMs: number) {
    this.#timer = clock.setInterval(() => this.#look(), stalledMs / LOOKS_PER_STALL);
  }

  /** Connections cut off since creation; a counter. */
  get cut(): number {
    return this.#cut;
  }

  /** Watches a connection until it closes. A second call does nothing. */
  watch(socket: Socket): void {
    if (this.#sockets.has(socket) || socket.destroyed) return;
    this.#sockets.set(socket, { flushedBytes: -1, stalledLooks: 0 });
    socket.once('close', () => this.#sockets.delete(socket));
  }

  stop(): void {
    this.#timer.cancel();
    this.#sockets.clear();
  }

  #look(): void {
    for (const [socket, watched] of this.#sockets) {
      const flushedBytes = socket.bytesWritten - socket.writableLength;
      if (socket.writableLength === 0 || flushedBytes !== watched.flushedBytes) {
        watched.flushedBytes = flushedBytes;
        watched.stalledLooks = 0;
      } else if (++watched.stalledLooks >= LOOKS_PER_STALL) {
        this.#cut++;
        socket.destroy();
      }
    }
  }
}
