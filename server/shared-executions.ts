import type { ExecutionArgs, ExecutionResult } from 'graphql';
import { type SharedResult, withSharedText } from './execution-result.js';
import { LatestResults } from './latest-results.js';
import { subscriberOf } from './subscriber.js';
import { type Execute, executeOn, isSource, mapSource, openSource } from './subscription-source.js';
import { TrackedStream } from './tracked-stream.js';

type Opened = AsyncIterableIterator<ExecutionResult> | ExecutionResult;

/** What makes two values of different sources the same. `undefined`: this one is the same as no other. */
export type Identity = (payload: unknown) => object | undefined;

/** The newest executed results of one operation, by what they are results of. */
interface EventGroup {
  readonly results: Map<object, Promise<SharedResult>>;
  subscribers: number;
}

/** Results kept for subscribers that are a little behind; one that is further behind executes for itself. */
const KEPT_RESULTS = 64;

/** Executions in progress, by what makes operations identical. Nothing is kept of one that nobody subscribes to. */
export class SharedExecutions {
  readonly #latest = new Map<string, Promise<LatestResults | ExecutionResult>>();
  readonly #events = new Map<string, EventGroup>();
  readonly #execute: Execute;

  constructor(execute: Execute) {
    this.#execute = execute;
  }

  /** Operations now shared, or ready to be. */
  get size(): number {
    return this.#latest.size + this.#events.size;
  }

  /** One source and one execution for all. For fields whose every result is the whole newest state. */
  async subscribeLatest(key: string, args: ExecutionArgs): Promise<Opened> {
    for (;;) {
      const starting = this.#latest.get(key) ?? this.#startLatest(key, args);
      const started = await starting;
      if (!(started instanceof LatestResults)) return started;
      // It may have ended while it was waited for, when another subscriber came and went.
      if (!started.ended) return started.subscribe();
    }
  }

  /** A source for each, which knows its own place and gaps; what is the same in several is executed once. */
  async subscribeEvents(key: string, args: ExecutionArgs, identity: Identity): Promise<Opened> {
    const source = await openSource(args);
    if (!isSource(source)) return source;
    const group = this.#joinEvents(key);
    return new TrackedStream(
      mapSource(
        source,
        (payload) => resultOf(this.#execute, group, args, payload, identity(payload)),
        subscriberOf(args),
      ),
      () => {
        group.subscribers--;
        if (group.subscribers === 0) this.#events.delete(key);
      },
    );
  }

  #startLatest(key: string, args: ExecutionArgs): Promise<LatestResults | ExecutionResult> {
    const forget = () => {
      if (this.#latest.get(key) === starting) this.#latest.delete(key);
    };
    const starting = startLatest(this.#execute, args, forget);
    this.#latest.set(key, starting);
    starting.then((started) => started instanceof LatestResults || forget(), forget);
    return starting;
  }

  #joinEvents(key: string): EventGroup {
    const group = this.#events.get(key) ?? { results: new Map(), subscribers: 0 };
    this.#events.set(key, group);
    group.subscribers++;
    return group;
  }
}

async function startLatest(
  execute: Execute,
  args: ExecutionArgs,
  onEnd: () => void,
): Promise<LatestResults | ExecutionResult> {
  const source = await openSource(args);
  if (!isSource(source)) return source;
  return new LatestResults(
    mapSource(source, async (payload) => withSharedText(await executeOn(execute, args, payload))),
    onEnd,
  );
}

function resultOf(
  execute: Execute,
  { results }: EventGroup,
  args: ExecutionArgs,
  payload: unknown,
  same: object | undefined,
): Promise<ExecutionResult> {
  if (same === undefined) return executeOn(execute, args, payload);
  const known = results.get(same);
  if (known !== undefined) return known;
  const result = executeOn(execute, args, payload).then(withSharedText);
  results.set(same, result);
  if (results.size > KEPT_RESULTS) {
    const [oldest] = results.keys();
    if (oldest !== undefined) results.delete(oldest);
  }
  return result;
}
