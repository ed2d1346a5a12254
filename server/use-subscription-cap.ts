import type { ServerResponse } from 'node:http';
import { type ExecutionResult, GraphQLError } from 'graphql';
import { isAsyncIterable, type Plugin } from 'graphql-yoga';
import type { HandingOver } from './handout.js';
import { TrackedStream } from './tracked-stream.js';

/** Every open subscription of every transport. */
export class OpenSubscriptions {
  readonly #limit: number;
  /** With how each is ended from this side. */
  readonly #streams = new Map<TrackedStream<ExecutionResult>, () => void>();
  readonly #byContext = new WeakMap<object, TrackedStream<ExecutionResult>>();
  #opening = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get size(): number {
    return this.#streams.size;
  }

  /** The one that was opened with this context, below whatever plugins have put around it. */
  of(context: object): HandingOver<ExecutionResult> | undefined {
    return this.#byContext.get(context);
  }

  /**
   * Opens one more, or answers with an error that names the limit. Closes it when the signal aborts. `cut` breaks the connection
   * it is sent over.
   */
  async open(
    start: () => unknown,
    {
      context,
      signal,
      cut,
    }: {
      readonly context: object;
      readonly signal?: AbortSignal | undefined;
      readonly cut?: (() => void) | undefined;
    },
  ): Promise<AsyncIterableIterator<ExecutionResult> | ExecutionResult> {
    if (this.#streams.size + this.#opening >= this.#limit) return { errors: [tooMany(this.#limit)] };
    this.#opening++;
    try {
      const started = await start();
      if (!isAsyncIterable<ExecutionResult>(started)) return started as ExecutionResult;
      const stream = this.#track(started, signal, cut);
      this.#byContext.set(context, stream);
      return stream;
    } finally {
      this.#opening--;
    }
  }

  /**
   * Ends them all. Where there is a connection to cut it is cut: clients try again after that, whereas one that is told its
   * subscription is complete does not.
   */
  endAll(): void {
    for (const [stream, cut] of this.#streams) {
      cut();
      void stream.return();
    }
  }

  #track(
    source: AsyncIterable<ExecutionResult>,
    signal: AbortSignal | undefined,
    cut: () => void = () => undefined,
  ): TrackedStream<ExecutionResult> {
    const abort = () => void stream.return();
    const stream = new TrackedStream(source, () => {
      this.#streams.delete(stream);
      signal?.removeEventListener('abort', abort);
    });
    this.#streams.set(stream, cut);
    if (signal?.aborted === true) abort();
    else signal?.addEventListener('abort', abort, { once: true });
    return stream;
  }
}

/**
 * Bounds the number of subscriptions over all connections, and ends those over HTTP when their request ends, or when
 * what was accepted leaves no way to send them.
 */
export function useSubscriptionCap(open: OpenSubscriptions): Plugin {
  const streams = new WeakMap<Request, AsyncIterableIterator<ExecutionResult>>();
  return {
    onSubscribe({ args, subscribeFn, setSubscribeFn }) {
      const { request, res } = args.contextValue as { request?: Request; res?: ServerResponse };
      const cut = res === undefined ? undefined : () => void res.destroy();
      setSubscribeFn(async (given) => {
        const opened = await open.open(() => subscribeFn(given), {
          context: args.contextValue as object,
          signal: request?.signal,
          cut,
        });
        if (request !== undefined && isAsyncIterable(opened)) streams.set(request, opened);
        return opened;
      });
    },
    onResponse({ request, response }) {
      // Yoga opens the subscription first and looks then whether it may send it.
      if (response.headers.get('content-type')?.startsWith('text/event-stream') === true) return;
      void streams.get(request)?.return?.();
    },
  };
}

function tooMany(limit: number): GraphQLError {
  return new GraphQLError(`Too many subscriptions: the limit is ${limit} over all connections of this server.`, {
    extensions: { code: 'TOO_MANY_SUBSCRIPTIONS', http: { status: 429 } },
  });
}
