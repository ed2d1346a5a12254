interface Held {
  readonly answer: () => unknown;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** How one fake worker answers requests: at once, not at all, with an error; without a deadline, as mediasoup's channel. */
export class FakeChannel {
  #held: Held[] = [];
  #hanging = false;
  #error: Error | null = null;
  #closed = false;
  /** Requests ever made. */
  requests = 0;

  /** Requests not answered yet. */
  get pending(): number {
    return this.#held.length;
  }

  request<T>(answer: () => T): Promise<T> {
    this.requests += 1;
    if (this.#closed) return Promise.reject(namedError('WorkerClosedError', 'Channel closed'));
    if (this.#error !== null) return Promise.reject(this.#error);
    if (!this.#hanging) {
      // A real answer never comes in the same turn of the microtask queue either.
      return Promise.resolve().then(answer);
    }
    return new Promise<T>((resolve, reject) => {
      this.#held.push({ answer, resolve: resolve as (value: unknown) => void, reject });
    });
  }

  /** From now on nothing is answered (a worker that is stopped, or busy). */
  hang(): void {
    this.#hanging = true;
  }

  /** Answers what was asked meanwhile, in order, and everything from now on. */
  recover(): void {
    this.#hanging = false;
    const held = this.#held;
    this.#held = [];
    for (const { answer, resolve } of held) resolve(answer());
  }

  /** Answers the oldest held request only. */
  answerOne(): void {
    const first = this.#held.shift();
    first?.resolve(first.answer());
  }

  /** Every request is rejected with this; `null` ends that. */
  reject(error: Error | null): void {
    this.#error = error;
  }

  /** Rejects what is pending, as mediasoup does when the worker closes or dies. */
  close(): void {
    this.#closed = true;
    const held = this.#held;
    this.#held = [];
    for (const { reject } of held) reject(namedError('WorkerClosedError', 'Channel closed, pending request aborted'));
  }
}

/** mediasoup's errors are told apart by name. */
export function namedError(name: string, message: string): Error {
  const error = new Error(message);
  error.name = name;
  return error;
}
