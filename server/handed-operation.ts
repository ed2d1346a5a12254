import type { ExecutionResult } from 'graphql';
import type { HandingOver } from './handout.js';
import { type NextFrames, nextEnvelope } from './next-frames.js';
import type { WebSocketConnection } from './websocket-connection.js';

type Stream = AsyncIterableIterator<ExecutionResult>;
type Ended = IteratorResult<ExecutionResult, undefined>;

interface Parts {
  /** What runs the operation, with every plugin around it. */
  readonly stream: Stream;
  /** Where its results come from. */
  readonly source: HandingOver<ExecutionResult>;
  readonly connection: WebSocketConnection;
  readonly id: string;
  readonly frames: NextFrames;
}

/**
 * A subscription whose results go straight to the socket. graphql-ws is told nothing but the end, and sends everything else. A client that
 * does not keep up holds one result that waits, the newest.
 */
export class HandedOperation implements AsyncIterableIterator<ExecutionResult> {
  readonly #parts: Parts;
  readonly #envelope: Buffer;
  #begun = false;
  #waiting: ExecutionResult | undefined;
  #sent: () => void = () => undefined;
  #fail: (reason: unknown) => void = () => undefined;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#envelope = nextEnvelope(parts.id);
  }

  /** Resolves when it has ended and everything was sent; rejects when a result cannot be sent, which graphql-ws then tells. */
  next(): Promise<Ended> {
    const { stream, source } = this.#parts;
    return new Promise((resolve, reject) => {
      this.#fail = reject;
      // Not before graphql-ws asks: until then the client may have changed its mind.
      if (!this.#begun) source.handOver((result) => this.#take(result));
      this.#begun = true;
      stream.next().then((ended) => this.#whenSent(() => resolve(ended as Ended)), reject);
    });
  }

  /** The client wants nothing more. */
  async return(): Promise<Ended> {
    this.#waiting = undefined;
    this.#parts.connection.forget(this);
    this.#sent();
    return (await this.#parts.stream.return?.()) as Ended;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** To be called when the socket has room again. */
  flush(): void {
    const result = this.#waiting;
    this.#waiting = undefined;
    if (result !== undefined) this.#send(result);
    this.#sent();
  }

  #whenSent(then: () => void): void {
    if (this.#waiting === undefined || !this.#parts.connection.isOpen) then();
    else this.#sent = then;
  }

  #take(result: ExecutionResult): void {
    const { connection } = this.#parts;
    if (connection.isIdle) {
      this.#send(result);
    } else {
      this.#waiting = result;
      connection.remember(this);
    }
  }

  #send(result: ExecutionResult): void {
    const { connection, frames, stream } = this.#parts;
    try {
      connection.sendFrame(frames.frame(this.#envelope, result));
    } catch (error) {
      // A result that is no JSON.
      this.#fail(error);
      void stream.return?.();
    }
  }
}
