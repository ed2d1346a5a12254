import type { WebSocket as GraphqlSocket } from 'graphql-ws';
import type { Duplex } from 'node:stream';
import { CloseCode } from 'graphql-ws';
import type { WebSocket } from 'ws';
import type { Logger } from '../core/index.js';
import { Doorway } from './doorway.js';
import { Floor } from './floor.js';
import { Holdings } from './holdings.js';
import { SharedFrames } from './shared-frame.js';
import type { GuardedClient } from './stall-guard.js';

/** Not one that tells clients not to come back: 1013, "try again later" (IANA's registry of close codes for RFC 6455). */
const TRY_AGAIN_LATER = 1_013;
const TOO_SLOW = 'Nothing was read while too much was held for this client: subscribe again';

/** What waits until a socket has room. */
export interface Flushed {
  flush(): void;
}

/**
 * One client, as graphql-ws sees it. What waits for a slow client is bounded: nothing more is read from it while too much
 * does, so it cannot make the server answer faster than it reads.
 */
export class WebSocketConnection implements GraphqlSocket, GuardedClient {
  readonly frames = new SharedFrames();
  readonly door: Doorway;
  readonly floor = new Floor();
  readonly holdings = new Holdings();
  readonly isServed = false;
  readonly #socket: WebSocket;
  readonly #stream: Duplex;
  readonly #waiting = new Set<Flushed>();
  readonly #bufferedBytes: number;
  readonly #logger: Logger;
  #heard = true;

  /** `stream` is the connection below the socket. */
  constructor(socket: WebSocket, stream: Duplex, bufferedBytes: number, logger: Logger) {
    this.#socket = socket;
    this.#stream = stream;
    this.#bufferedBytes = bufferedBytes;
    this.door = new Doorway(bufferedBytes, () => (this.isOpen ? stream.writableLength : 0));
    this.#logger = logger;
    // Oversized and malformed frames end here; ws closes with the code that says so.
    socket.on('error', (error) => logger.debug('A WebSocket failed', { error }));
    socket.on('pong', () => this.#hear());
    socket.on('ping', () => this.#hear());
    socket.once('close', () => {
      this.#flush();
      this.door.admit();
    });
  }

  get protocol(): string {
    return this.#socket.protocol;
  }

  get isOpen(): boolean {
    return this.#socket.readyState === this.#socket.OPEN;
  }

  /** Whether the operating system has taken all that was sent. */
  get isIdle(): boolean {
    return this.#stream.writableLength === 0;
  }

  /** Sends a whole frame. Where the messages of ws are never compressed it writes each in one go, so that frames may stand between them. */
  sendFrame(frame: readonly [Buffer] | readonly [Buffer, Buffer]): void {
    if (!this.isOpen) return;
    const [first, second] = frame;
    if (second === undefined) {
      this.#stream.write(first, this.#written);
    } else {
      this.#stream.cork();
      this.#stream.write(first);
      this.#stream.write(second, this.#written);
      this.#stream.uncork();
    }
    if (!this.isIdle) this.#readLess();
  }

  /** Has it flushed once all that was sent is taken. */
  remember(waiting: Flushed): void {
    this.#waiting.add(waiting);
  }

  forget(waiting: Flushed): void {
    this.#waiting.delete(waiting);
  }

  /** Resolves when the operating system has taken the message, or the socket has closed. */
  send(message: string): Promise<void> {
    return new Promise((resolve) => this.#send(this.frames.fill(message), resolve));
  }

  /** It learns why if it reads on, and may come back. */
  cutOff(): void {
    this.#socket.close(TRY_AGAIN_LATER, TOO_SLOW);
    this.holdings.release();
    this.door.admit();
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
      if (this.isOpen) this.#socket.ping(this.#written);
    } else {
      this.#socket.terminate();
    }
  }

  /** By itself, so that what waits for `sent` does not hold the text of the frame, which is bytes by then. */
  #send(frame: string, sent: () => void): void {
    if (!this.isOpen) {
      sent();
      return;
    }
    this.#socket.send(frame, () => {
      this.#written();
      sent();
    });
    this.#readLess();
  }

  readonly #written = (): void => {
    this.#readAgain();
    if (this.#waiting.size > 0 && this.isIdle) this.#flush();
    this.door.admit();
  };

  /** One after the other, as long as there is room: what is sent last waits for the newest. */
  #flush(): void {
    for (const waiting of this.#waiting) {
      this.#waiting.delete(waiting);
      waiting.flush();
      if (!this.isIdle && this.isOpen) return;
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
