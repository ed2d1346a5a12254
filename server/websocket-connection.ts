import type { WebSocket as GraphqlSocket } from 'graphql-ws';
import { CloseCode } from 'graphql-ws';
import type { WebSocket } from 'ws';
import type { Logger } from '../core/index.js';
import { SharedFrames } from './shared-frame.js';

/**
 * One client, as graphql-ws sees it. What waits for a slow client is bounded: nothing more is read from it while too much
 * does, so it cannot make the server answer faster than it reads.
 */
export class WebSocketConnection implements GraphqlSocket {
  readonly frames = new SharedFrames();
  readonly #socket: WebSocket;
  readonly #bufferedBytes: number;
  readonly #logger: Logger;
  #heard = true;

  constructor(socket: WebSocket, bufferedBytes: number, logger: Logger) {
    this.#socket = socket;
    this.#bufferedBytes = bufferedBytes;
    this.#logger = logger;
    // Oversized and malformed frames end here; ws closes with the code that says so.
    socket.on('error', (error) => logger.debug('A WebSocket failed', { error }));
    socket.on('pong', () => this.#hear());
    socket.on('ping', () => this.#hear());
  }

  get protocol(): string {
    return this.#socket.protocol;
  }

  /** Resolves when the operating system has taken the message, or the socket has closed. */
  send(message: string): Promise<void> {
    const frame = this.frames.fill(message);
    return new Promise((resolve) => {
      if (this.#socket.readyState !== this.#socket.OPEN) return resolve();
      this.#socket.send(frame, () => {
        this.#readAgain();
        resolve();
      });
      this.#readLess();
    });
  }

  close(code?: number, reason?: string): void {
    this.#socket.close(code, reason);
  }

  onMessage(handle: (message: string) => Promise<void>): void {
    this.#socket.on('message', (frame: Buffer) => {
      this.#hear();
      handle(frame.toString('utf8')).catch((error: unknown) => {
        this.#logger.error('A WebSocket message could not be handled', { error });
        this.#socket.close(CloseCode.InternalServerError, 'Internal server error');
      });
    });
  }

  /** Pings the client; cuts it off if it must have answered by now and nothing has come from it since the last ping. */
  beat(mustHaveAnswered: boolean): void {
    // What a client says that is not read now cannot be heard; whether it still takes what is sent is watched elsewhere.
    if (this.#heard || this.#socket.isPaused || !mustHaveAnswered) {
      this.#heard = false;
      if (this.#socket.readyState === this.#socket.OPEN) this.#socket.ping(() => this.#readAgain());
    } else {
      this.#socket.terminate();
    }
  }

  #hear(): void {
    this.#heard = true;
    this.#readLess();
  }

  #readLess(): void {
    if (this.#socket.bufferedAmount > this.#bufferedBytes) this.#socket.pause();
  }

  #readAgain(): void {
    if (this.#socket.isPaused && this.#socket.bufferedAmount <= this.#bufferedBytes) this.#socket.resume();
  }
}
