import type { ExecutionResult } from 'graphql';
import { Conflated } from '../core/index.js';

/**
 * One execution for many subscribers who only want the newest state. A late subscriber is sent the last result at once; a
 * slow one misses results and holds one at most. The execution ends with its last subscriber.
 */
export class LatestResults {
  readonly #stream: AsyncIterableIterator<ExecutionResult>;
  readonly #results = new Conflated<ExecutionResult>();
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

  subscribe(): AsyncIterableIterator<ExecutionResult> {
    const results = this.#results.subscribe();
    const leave = () => this.#leave();
    let first = this.#latest;
    return {
      next() {
        if (first === undefined) return results.next();
        const value = first;
        first = undefined;
        return Promise.resolve({ done: false, value });
      },
      async return() {
        await results.return?.();
        leave();
        return { done: true, value: undefined };
      },
      [Symbol.asyncIterator]() {
        return this;
      },
    };
  }

  async #pump(): Promise<void> {
    try {
      for await (const result of this.#stream) {
        this.#latest = result;
        this.#results.publish(result);
      }
    } catch (error) {
      this.#results.publish({ errors: [error as never] });
    }
    this.#end();
  }

  #leave(): void {
    if (this.#results.subscribers > 0 || this.#ended) return;
    this.#end();
    this.#stream.return?.().catch(() => undefined);
  }

  #end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#onEnd();
    this.#results.close();
  }
}
