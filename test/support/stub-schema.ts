import { GraphQLError, type GraphQLSchema } from 'graphql';
import { createSchema } from 'graphql-yoga';
import { Conflated, Mailbox, SignalIterator } from '../../core/index.js';

/** A value that arrived, as subscriptions of the stub yield it. */
export interface Tick {
  readonly n: number;
  readonly text: string;
}

/** What tests turn to make subscriptions of the stub speak, and what they look at afterwards. */
export class StubFeed {
  readonly latest = new Conflated<Tick>();
  /** How often a selection was executed on a tick. */
  executions = 0;
  /** Sources open now. */
  sources = 0;
  readonly #queues = new Set<{ queue: Mailbox<Tick>; iterator: SignalIterator<Tick> }>();

  publish(tick: Tick): void {
    this.latest.publish(tick);
    for (const { queue, iterator } of this.#queues) {
      queue.push(tick);
      iterator.wake();
    }
  }

  /** Each later tick, at most 100 for a slow reader. */
  each(): AsyncIterableIterator<Tick> {
    const queue = new Mailbox<Tick>(100, 'dropOldest');
    const iterator: SignalIterator<Tick> = new SignalIterator(
      () => queue.shift(),
      () => {
        this.#queues.delete(entry);
        this.sources--;
      },
    );
    const entry = { queue, iterator };
    this.#queues.add(entry);
    this.sources++;
    return iterator;
  }

  /** As `each`, wrapped anew for every reader, as the events of the core are. */
  eachItem(): AsyncIterableIterator<{ readonly event: Tick }> {
    const inner = this.each();
    return {
      async next() {
        const { done, value } = await inner.next();
        return done === true ? { done, value: undefined } : { done: false, value: { event: value } };
      },
      async return() {
        await inner.return?.();
        return { done: true, value: undefined };
      },
      [Symbol.asyncIterator]() {
        return this;
      },
    };
  }

  newest(): AsyncIterableIterator<Tick> {
    this.sources++;
    const inner = this.latest.subscribe();
    return {
      next: () => inner.next(),
      return: async () => {
        this.sources--;
        await inner.return?.();
        return { done: true, value: undefined };
      },
      [Symbol.asyncIterator]() {
        return this;
      },
    };
  }
}

const TYPES = /* GraphQL */ `
  type Query {
    hello: String
    "Throws what was not meant for clients."
    boom: String
    "Throws what was."
    refused: String
    echo(n: Int!, side: Side = LEFT): Int
    self: Query
    scopes: [String!]!
    actor: String
    text(length: Int!): String
  }
  enum Side {
    LEFT
    RIGHT
  }
  type Mutation {
    touch: Int
  }
  type Tick {
    n: Int
    text: String
    boom: String
  }
  type Subscription {
    stats(room: String): Tick
    events: Tick
    graph: Tick
    broken: Tick
    never: Tick
    refused: Tick
  }
`;

/** A small schema that behaves in every way a schema can, without a monitor behind it. */
export function stubSchema(feed: StubFeed): GraphQLSchema {
  const secret = () => {
    throw new Error('the password is hunter2');
  };
  const refused = () => {
    throw new GraphQLError('You may not.', { extensions: { code: 'FORBIDDEN' } });
  };
  const field = (subscribe: () => AsyncIterableIterator<Tick>) => ({
    subscribe,
    resolve: (tick: Tick) => {
      feed.executions++;
      return tick;
    },
  });
  return createSchema<{ scopes: ReadonlySet<string>; actor: string }>({
    typeDefs: TYPES,
    resolvers: {
      Query: {
        hello: () => 'world',
        boom: secret,
        refused,
        echo: (_: unknown, { n }: { n: number }) => n,
        self: () => ({}),
        scopes: (_: unknown, _args: unknown, context) => [...context.scopes].sort(),
        actor: (_: unknown, _args: unknown, context) => context.actor,
        text: (_: unknown, { length }: { length: number }) => 'x'.repeat(length),
      },
      Mutation: { touch: () => 1 },
      Tick: { boom: secret },
      Subscription: {
        stats: field(() => feed.newest()),
        events: {
          subscribe: () => feed.eachItem(),
          resolve: ({ event }: { event: Tick }) => {
            feed.executions++;
            return event;
          },
        },
        graph: field(() => feed.each()),
        broken: {
          subscribe: async function* () {
            yield* [];
            secret();
          },
        },
        never: { subscribe: secret },
        refused: { subscribe: refused },
      },
    },
  });
}
