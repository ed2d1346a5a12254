import type { ExecutionArgs, ExecutionResult } from 'graphql';
import { type SharedResult, withSharedText } from './execution-result.js';
import { LatestResults } from './latest-results.js';
import { executeOn, isSource, mapSource, openSource } from './subscription-source.js';
import { TrackedStream } from './tracked-stream.js';

type Opened = AsyncIterableIterator<ExecutionResult> | ExecutionResult;

/** Executed results of one operation, by the value of the source they came from. */
interface EventGroup {
  readonly results: WeakMap<object, Promise<SharedResult>>;
  subscribers: number;
}

/** Executions in progress, by what makes operations identical. Nothing is kept of one that nobody subscribes to. */
export class SharedExecutions {
  readonly #latest = new Map<string, Promise<LatestResults | ExecutionResult>>();
  readonly #events = new Map<string, EventGroup>();

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

  /** A source for each, which knows its own place and gaps; each value is executed once for all. */
  async subscribeEvents(key: string, args: ExecutionArgs): Promise<Opened> {
    const source = await openSource(args);
    if (!isSource(source)) return source;
    const group = this.#joinEvents(key);
    return new TrackedStream(
      mapSource(source, (payload) => resultOf(group, args, payload)),
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
    const starting = startLatest(args, forget);
    this.#latest.set(key, starting);
    starting.then((started) => started instanceof LatestResults || forget(), forget);
    return starting;
  }

  #joinEvents(key: string): EventGroup {
    const group = this.#events.get(key) ?? { results: new WeakMap(), subscribers: 0 };
    this.#events.set(key, group);
    group.subscribers++;
    return group;
  }
}

async function startLatest(args: ExecutionArgs, onEnd: () => void): Promise<LatestResults | ExecutionResult> {
  const source = await openSource(args);
  if (!isSource(source)) return source;
  return new LatestResults(
    mapSource(source, async (payload) => withSharedText(await executeOn(args, payload))),
    onEnd,
  );
}

function resultOf(group: EventGroup, args: ExecutionArgs, payload: unknown): Promise<ExecutionResult> {
  if (typeof payload !== 'object' || payload === null) return executeOn(args, payload);
  const known = group.results.get(payload);
  if (known !== undefined) return known;
  const result = executeOn(args, payload).then(withSharedText);
  group.results.set(payload, result);
  return result;
}
