import type { Socket } from 'node:net';
import type { Clock, Timer } from '../core/index.js';

/** What was last seen of a connection. */
interface Watched {
  flushedBytes: number;
  /** Monotonic time in ms when bytes last moved, or none waited. */
  movedAt: number;
}

/** How often connections are looked at, as a share of the time they may stall. */
const LOOKS_PER_STALL = 4;

/**
 * Cuts off clients that do not read: for the given time bytes have waited for one, and it has taken none of them. Looks at
 * sockets, so it holds for plain HTTP, server-sent events and WebSockets alike.
 */
export class StallGuard {
  readonly #clock: Clock;
  readonly #stalledMs: number;
  readonly #sockets = new Map<Socket, Watched>();
  readonly #timer: Timer;
  #cut = 0;

  constructor(clock: Clock, stalledMs: number) {
    this.#clock = clock;
    this.#stalledMs = stalledMs;
    this.#timer = clock.setInterval(() => this.#look(), stalledMs / LOOKS_PER_STALL);
  }

  /** Connections cut off since creation; a counter. */
  get cut(): number {
    return this.#cut;
  }

  /** Watches a connection until it closes. A second call does nothing. */
  watch(socket: Socket): void {
    if (this.#sockets.has(socket) || socket.destroyed) return;
    this.#sockets.set(socket, { flushedBytes: -1, movedAt: this.#clock.monotonic() });
    socket.once('close', () => this.#sockets.delete(socket));
  }

  stop(): void {
    this.#timer.cancel();
    this.#sockets.clear();
  }

  #look(): void {
    const now = this.#clock.monotonic();
    for (const [socket, watched] of this.#sockets) {
      const flushedBytes = socket.bytesWritten - socket.writableLength;
      if (socket.writableLength === 0 || flushedBytes !== watched.flushedBytes) {
        watched.flushedBytes = flushedBytes;
        watched.movedAt = now;
      } else if (now - watched.movedAt >= this.#stalledMs) {
        this.#cut++;
        socket.destroy();
      }
    }
  }
}
