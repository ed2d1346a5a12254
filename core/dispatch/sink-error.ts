/** How a sink's `write` says what became of a batch. Any other error counts as recoverable. */
export class SinkError extends Error {
  override readonly name = 'SinkError';
  /** False: the same batch would be refused again, so it is dropped and counted. */
  readonly recoverable: boolean;
  /** The receiver asked to wait this long, in ms. The next attempt comes no earlier. */
  readonly retryAfterMs: number | undefined;

  constructor(message: string, options: { recoverable: boolean; retryAfterMs?: number; cause?: unknown }) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.recoverable = options.recoverable;
    this.retryAfterMs = options.retryAfterMs;
  }
}
