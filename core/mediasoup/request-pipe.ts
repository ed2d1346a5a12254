/** The stream that a worker gets its requests by, as far as it is used here. */
export interface PipeShape {
  readonly writable: boolean;
  cork(): void;
  uncork(): void;
}

export function isPipe(candidate: unknown): candidate is PipeShape {
  if (typeof candidate !== 'object' || candidate === null) return false;
  const { writable, cork, uncork } = candidate as Partial<Record<keyof PipeShape, unknown>>;
  return typeof writable === 'boolean' && typeof cork === 'function' && typeof uncork === 'function';
}

/**
 * The way of requests to one worker. mediasoup writes each request by itself, and a write is a system call that may have to wake
 * the worker: a large part of what asking costs.
 */
export class RequestPipe {
  readonly #stream: PipeShape;

  constructor(stream: PipeShape) {
    this.#stream = stream;
  }

  /** What is asked in `work` is written in one piece when it returns, also when it throws. Nothing is held back longer. */
  together(work: () => void): void {
    const stream = this.#stream;
    if (!stream.writable) {
      work();
      return;
    }
    stream.cork();
    try {
      work();
    } finally {
      stream.uncork();
    }
  }
}
