import type { ExecutionResult } from 'graphql';
import { Conflated } from '../core/index.js';
import { type HandingOver, Handout, type Take } from './handout.js';

const DONE = { done: true, value: undefined } as const;

/**
 * One execution for many subscribers who only want the newest state. A late subscriber is sent the last result at once; a
 * slow one misses results and holds one at most. The execution ends with its last subscriber.
 */
export class LatestResults {
  readonly #stream: AsyncIterableIterator<ExecutionResult>;
  readonly #asked = new Conflated<ExecutionResult>();
  readonly #handed = new Handout<ExecutionResult>();
  readonly #whenEnded = new Set<() => void>();
  readonly #onEnd: () => void;
  #latest: ExecutionResult | undefined;
  #ended = false;

  /** `onEnd` runs once, when the source has ended or nobody listens any more. */
  constructor(stream: AsyncIterableIterator<ExecutionResult>, onEnd: () => void) {
    this.#stream = stream;
    this.#onEnd = onEnd;
    void this.#pump();
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** A stream that can hand over. */
  subscribe(): AsyncIterableIterator<ExecutionResult> & HandingOver<ExecutionResult> {
    const results = this.#asked.subscribe();
    let first = this.#latest;
    let taking: Take<ExecutionResult> | undefined;
    let finish = (): void => undefined;
    let finished: Promise<typeof DONE> | undefined;
    return {
      handsOver: true,
      next: () => {
        if (finished !== undefined) return finished;
        if (first === undefined) return results.next();
        const value = first;
        first = undefined;
        return Promise.resolve({ done: false, value });
      },
      handOver: (take) => {
        finished = new Promise((resolve) => {
          finish = () => resolve(DONE);
        });
        if (this.#ended) finish();
        else this.#whenEnded.add(finish);
        taking = take;
        this.#handed.add(take);
        void results.return?.();
      },
      return: async () => {
        if (taking !== undefined) this.#handed.delete(taking);
        this.#whenEnded.delete(finish);
        finish();
        await results.return?.();
        this.#leave();
        return DONE;
      },
      [Symbol.asyncIterator]() {
        return this;
      },
    };
  }

  async #pump(): Promise<void> {
    try {
      for await (const result of this.#stream) this.#publish(result);
    } catch (error) {
      this.#publish({ errors: [error as never] });
    }
    this.#end();
  }

  #publish(result: ExecutionResult): void {
    this.#latest = result;
    this.#asked.publish(result);
    this.#handed.publish(result);
  }

  #leave(): void {
    if (this.#asked.subscribers > 0 || this.#handed.size > 0 || this.#ended) return;
    this.#end();
    this.#stream.return?.().catch(() => undefined);
  }

  #end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#onEnd();
    this.#asked.close();
    for (const finish of this.#whenEnded) finish();
    this.#whenEnded.clear();
  }
}
