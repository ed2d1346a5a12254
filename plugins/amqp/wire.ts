import { type SinkBatch, SinkError } from '../../core/index.js';
import type { Connection } from './connection.js';
import { sizeLimitIn } from './failure.js';
import type { AmqpMessage } from './message.js';

export interface WirePorts {
  readonly exchange: string;
  readonly mandatory: boolean;
  /** Text for an error of this connection. */
  describe(error: unknown): string;
  /** The first confirmation came. */
  onConfirmed(): void;
  /** A message that no queue received. */
  onReturned(): void;
  /** The broker takes no more (`null`: takes them again). */
  onBlocked(reason: string | null): void;
  /** The broker refuses messages that are larger. */
  onSizeLimit(bytes: number): void;
  /** Largest body that the broker takes, as far as known. */
  sizeLimit(): number;
}

/** One write under way: which of its messages are not confirmed yet. */
interface Flight {
  readonly batch: SinkBatch<AmqpMessage>;
  open: number;
  settle(error?: SinkError): void;
}

/** Where the confirmation of a message goes: to the newest write of it. */
interface Landing {
  flight: Flight;
  index: number;
}

const APP_ID = 'sfuscope';

/**
 * An open connection that publishes with confirms. Messages go out in the order of the writes, pause while the socket is full or the broker
 * blocks publishers, and those that wait for their confirmation are known by id, so that a write which was given up and comes again on the
 * same connection publishes none of them twice.
 */
export class Wire {
  readonly #connection: Connection;
  readonly #ports: WirePorts;
  readonly #unconfirmed = new Map<string, Landing>();
  readonly #flights = new Set<Flight>();
  /** Done when the writes before are out. */
  #turn: Promise<void> = Promise.resolve();
  #isFull = false;
  #isBlocked = false;
  #isConfirmed = false;
  #isClosing = false;
  #resume: (() => void) | undefined;
  #failure: string | undefined;
  #tellClosed: (failure: string) => void = () => undefined;
  /** Resolves with why, when it is of no more use. */
  readonly closed: Promise<string>;

  constructor(connection: Connection, ports: WirePorts) {
    this.#connection = connection;
    this.#ports = ports;
    this.closed = new Promise((resolve) => {
      this.#tellClosed = resolve;
    });
    const { model, channel } = connection;
    model.on('error', (error) => this.fail(error));
    model.on('close', (error) => this.fail(error ?? new Error('the connection was closed')));
    model.on('blocked', (reason) => this.#setBlocked(reason));
    model.on('unblocked', () => this.#setBlocked(null));
    channel.on('error', (error) => this.fail(error));
    channel.on('return', () => ports.onReturned());
    channel.on('drain', () => {
      this.#isFull = false;
      this.#wake();
    });
  }

  /** Messages sent that are not confirmed. */
  get unconfirmed(): number {
    return this.#unconfirmed.size;
  }

  /** Publishes a batch; resolves when all of it is confirmed. Rejects when the connection fails, or `signal` aborts. */
  publish(batch: SinkBatch<AmqpMessage>, signal: AbortSignal): Promise<void> {
    return new Promise<void>((resolve, reject) => {
      const giveUp = (): void => {
        flight.settle(new SinkError('given up', { recoverable: true }));
        // A broker that blocks publishers will confirm when it has room again; one that is merely silent is not to be trusted.
        if (isDeadline(signal.reason) && !this.#isBlocked) this.fail(new Error('the broker did not confirm in time'));
        else this.#wake();
      };
      const flight: Flight = {
        batch,
        open: batch.items.length,
        settle: (error) => {
          if (!this.#flights.delete(flight)) return;
          signal.removeEventListener('abort', giveUp);
          if (error === undefined) resolve();
          else reject(error);
        },
      };
      this.#flights.add(flight);
      if (this.#failure !== undefined) return flight.settle(new SinkError(this.#failure, { recoverable: true }));
      signal.addEventListener('abort', giveUp, { once: true });
      this.#turn = this.#turn.then(() => this.#send(flight));
    });
  }

  /** Says goodbye to the broker; cuts the connection when that is not done before the signal aborts. */
  async close(signal: AbortSignal): Promise<void> {
    this.#isClosing = true;
    const { model } = this.#connection;
    await new Promise<void>((resolve) => {
      if (signal.aborted) return resolve();
      signal.addEventListener('abort', () => resolve(), { once: true });
      // It rejects when the connection is gone already, which is as good.
      Promise.resolve()
        .then(() => model.close())
        .then(resolve, () => resolve());
    });
    this.#connection.destroy();
    this.fail(new Error('the connection was closed'));
  }

  /** Ends it: every write under way rejects, and the socket is cut. What comes after the first call is not told. */
  fail(error: unknown): void {
    if (this.#failure !== undefined) return;
    const failure = this.#ports.describe(error);
    this.#failure = failure;
    const limit = sizeLimitIn(error);
    if (limit !== undefined) this.#ports.onSizeLimit(limit);
    if (this.#isBlocked) this.#ports.onBlocked(null);
    for (const flight of this.#flights) flight.settle(new SinkError(failure, { recoverable: true }));
    this.#unconfirmed.clear();
    this.#wake();
    // A goodbye that is under way waits for its answer.
    if (!this.#isClosing) this.#connection.destroy();
    this.#tellClosed(failure);
  }

  async #send(flight: Flight): Promise<void> {
    const { items, ids } = flight.batch;
    const limit = this.#ports.sizeLimit();
    for (const [index, message] of items.entries()) {
      while (this.#isFull || this.#isBlocked) {
        if (!this.#flights.has(flight)) return;
        await this.#pause();
      }
      if (!this.#flights.has(flight)) return;
      const id = ids[index] ?? message.id;
      const landing = this.#unconfirmed.get(id);
      if (landing !== undefined) {
        landing.flight = flight;
        landing.index = index;
      } else if (message.body.length > limit) {
        flight.batch.reject(index, `the broker takes no message of more than ${limit} bytes`);
        this.#land(flight);
      } else {
        this.#publish(id, message, { flight, index });
      }
    }
  }

  #publish(id: string, message: AmqpMessage, landing: Landing): void {
    this.#unconfirmed.set(id, landing);
    const { key, body, type, timestamp, isDurable } = message;
    const properties = {
      persistent: isDurable,
      mandatory: isDurable && this.#ports.mandatory,
      messageId: message.id,
      timestamp,
      type,
      appId: APP_ID,
      contentType: 'application/json',
    };
    try {
      const { channel } = this.#connection;
      this.#isFull = !channel.publish(this.#ports.exchange, key, body, properties, (error: unknown) => {
        if (this.#failure === undefined) this.#confirmed(id, landing, error);
      });
    } catch (error) {
      this.#unconfirmed.delete(id);
      // A channel that has just closed tells why by itself; a message that the library cannot encode would never go out.
      if (isUnencodable(error)) {
        landing.flight.batch.reject(landing.index, 'it cannot be put into frames of AMQP');
        this.#land(landing.flight);
      } else {
        this.fail(error);
      }
    }
  }

  #confirmed(id: string, landing: Landing, error: unknown): void {
    if (error !== null && error !== undefined) {
      // What came after it may be confirmed already; a new connection sends on from the oldest that is not.
      if (isNack(error)) this.fail(new Error('the broker could not take a message (basic.nack)'));
      return;
    }
    this.#unconfirmed.delete(id);
    if (!this.#isConfirmed) {
      this.#isConfirmed = true;
      this.#ports.onConfirmed();
    }
    landing.flight.batch.ack(landing.index);
    this.#land(landing.flight);
  }

  #land(flight: Flight): void {
    flight.open--;
    if (flight.open === 0) flight.settle();
  }

  #setBlocked(reason: string | null): void {
    this.#isBlocked = reason !== null;
    this.#ports.onBlocked(reason);
    if (reason === null) this.#wake();
  }

  #pause(): Promise<void> {
    return new Promise((resolve) => {
      this.#resume = resolve;
    });
  }

  #wake(): void {
    const resume = this.#resume;
    this.#resume = undefined;
    resume?.();
  }
}

function isNack(error: unknown): boolean {
  return error instanceof Error && error.message === 'message nacked';
}

/** What the codec of the library throws for a value that has no place in a frame. */
function isUnencodable(error: unknown): boolean {
  return error instanceof TypeError || error instanceof RangeError;
}

/** Else the sink is being stopped. */
function isDeadline(reason: unknown): boolean {
  return reason instanceof Error && reason.name === 'DeadlineError';
}
