import { createSourceEventStream, type ExecutionArgs, type ExecutionResult } from 'graphql';
import { isAsyncIterable } from 'graphql-yoga';
import { inOneText } from '../schema/index.js';
import type { Doorway } from './doorway.js';

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

/** Whoever waits for the results of a subscription over a connection that it may share with others. */
export interface Subscriber {
  /** Whether it wants no more. */
  readonly aborted: boolean;
  readonly door: Doorway;
}

/** The subscriber over a WebSocket; `undefined` for any other. */
export function subscriberOf({ contextValue }: ExecutionArgs): Subscriber | undefined {
  return (contextValue as { readonly client?: Subscriber } | null | undefined)?.client;
}

/**
 * Each value of the source, mapped. Holds none of them: the source is asked only when the next result is wanted. With a subscriber, each is
 * mapped when its connection has room.
 */
export function mapSource<T>(
  source: SourceStream,
  map: (payload: unknown) => Promise<T>,
  subscriber?: Subscriber,
): AsyncIterableIterator<T> {
  const iterator = source[Symbol.asyncIterator]();
  return {
    async next() {
      const { done, value } = await iterator.next();
      if (done === true) return { done: true, value: undefined };
      if (subscriber === undefined) return { done: false, value: await map(value) };
      await subscriber.door.enter(subscriber);
      try {
        return subscriber.aborted ? { done: true, value: undefined } : { done: false, value: await map(value) };
      } finally {
        subscriber.door.leave(subscriber);
      }
    },
    async return() {
      subscriber?.door.forget(subscriber);
      await iterator.return?.();
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
