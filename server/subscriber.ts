import type { ExecutionArgs } from 'graphql';
import type { Doorway } from './doorway.js';
import type { Floor } from './floor.js';
import type { Holdings } from './holdings.js';

/** Whoever waits for the results of an operation over a connection that it may share with others. */
export interface Subscriber {
  /** Whether it wants no more. */
  readonly aborted: boolean;
  /** Of the connection. */
  readonly door: Doorway;
  /** Of the connection. */
  readonly floor: Floor;
  /** Of the connection. */
  readonly holdings: Holdings;
}

/** The subscriber over a WebSocket; `undefined` for any other. */
export function subscriberOf({ contextValue }: ExecutionArgs): Subscriber | undefined {
  return (contextValue as { readonly client?: Subscriber } | null | undefined)?.client;
}
