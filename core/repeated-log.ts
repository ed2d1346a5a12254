import type { Clock } from './clock.js';
import type { Logger } from './logger.js';

type Fields = Readonly<Record<string, unknown>>;

const EVERY_MS = 60_000;

/** Logs an error that comes again and again: at once when it is a new one, then every minute with the number of repeats. */
export class RepeatedLog {
  readonly #logger: Logger;
  readonly #clock: Clock;
  #said: string | null = null;
  #repeats = 0;
  #loggedAt = 0;

  constructor(logger: Logger, clock: Clock) {
    this.#logger = logger;
    this.#clock = clock;
  }

  /**
   * The text decides whether it is the same error, without its numbers, for times and sizes differ every time; but an HTTP status counts.
   * Fields of a repeat that is not logged are lost.
   */
  error(message: string, fields: Fields = {}): void {
    const now = this.#clock.monotonic();
    const said = message.replace(/(?<!HTTP \d*)\d+/g, '0');
    const isNew = said !== this.#said;
    if (!isNew && now - this.#loggedAt < EVERY_MS) {
      this.#repeats++;
      return;
    }
    const repeats = isNew ? 0 : this.#repeats + 1;
    this.#said = said;
    this.#repeats = 0;
    this.#loggedAt = now;
    this.#logger.error(message, repeats === 0 ? fields : { ...fields, repeats });
  }

  /** Ends the series, so that the same error is news again; logs `message` if there was one. */
  recovered(message: string, fields: Fields = {}): void {
    if (this.#said === null) return;
    this.#said = null;
    this.#logger.info(message, fields);
  }
}
