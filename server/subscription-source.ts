import { createSourceEventStream, type ExecutionArgs, type ExecutionResult } from 'graphql';
import { isAsyncIterable } from 'graphql-yoga';
import { inOneText } from '../schema/index.js';
import { PacedResults } from './paced-results.js';
import type { Subscriber } from './subscriber.js';

/** What a subscription's resolver yields, before the selection is executed on it. */
export type SourceStream = AsyncIterable<unknown>;

/** Executes an operation, at once or not. */
export type Execute = (args: ExecutionArgs) => ExecutionResult | Promise<ExecutionResult>;

/** Runs the resolver of the subscribed field. An `ExecutionResult` tells why it could not. */
export async function openSource(args: ExecutionArgs): Promise<SourceStream | ExecutionResult> {
  return await createSourceEventStream(args);
}

/** Whether the source could be opened. */
export function isSource(opened: SourceStream | ExecutionResult): opened is SourceStream {
  return isAsyncIterable(opened);
}

/** Executes the selection on one value of the source. */
export async function executeOn(execute: Execute, args: ExecutionArgs, payload: unknown): Promise<ExecutionResult> {
  return inOneText(await execute({ ...args, rootValue: payload }));
}

/**
 * Each value of the source, mapped. Holds none of them: the source is asked only when the next result is wanted, and for a subscriber when its
 * connection has room.
 */
export function mapSource<T>(
  source: SourceStream,
  map: (payload: unknown) => Promise<T>,
  subscriber?: Subscriber,
): AsyncIterableIterator<T> {
  const iterator = source[Symbol.asyncIterator]();
  if (subscriber !== undefined) return new PacedResults(iterator, map, subscriber);
  return {
    async next() {
      const { done, value } = await iterator.next();
      return done === true ? { done: true, value: undefined } : { done: false, value: await map(value) };
    },
    async return() {
      await iterator.return?.();
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
