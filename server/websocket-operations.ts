import { type ExecutionArgs, type ExecutionResult, GraphQLError } from 'graphql';
import { isAsyncIterable } from 'graphql-yoga';
import { type Context, makeServer, type Server, type SubscribePayload } from 'graphql-ws';
import type { Access, Caller, Scopes } from './access.js';
import type { SharedResult } from './execution-result.js';
import { formatErrors, formatResult } from './format-result.js';
import { HandedOperation } from './handed-operation.js';
import type { MaskError } from './mask-error.js';
import { NextFrames } from './next-frames.js';
import type { ServerSettings } from './options.js';
import { type Subscriber, subscriberOf } from './subscriber.js';
import type { OpenSubscriptions } from './use-subscription-cap.js';
import type { WebSocketConnection } from './websocket-connection.js';

/** What graphql-ws keeps for each connection. */
export interface ConnectionState {
  readonly caller: Caller;
  readonly connection: WebSocketConnection;
  scopes?: Scopes;
  actor?: string;
}

/** The GraphQL functions with every plugin of the HTTP server around them, for one operation. */
interface Enveloped {
  readonly schema: ExecutionArgs['schema'];
  parse(source: string): ExecutionArgs['document'];
  validate(schema: ExecutionArgs['schema'], document: ExecutionArgs['document']): readonly GraphQLError[];
  contextFactory(): unknown;
  execute(args: ExecutionArgs): unknown;
  subscribe(args: ExecutionArgs): unknown;
}

export type Envelop = (context: {
  readonly params: SubscribePayload;
  readonly scopes: Scopes | undefined;
  readonly actor: string | undefined;
  /** Who waits for the answer. */
  readonly client: Subscriber;
}) => Enveloped;

interface Dependencies {
  readonly access: Access;
  readonly envelop: Envelop;
  readonly mask: MaskError;
  readonly subscriptions: OpenSubscriptions;
  readonly settings: ServerSettings;
}

type ConnectionContext = Context<Record<string, unknown> | undefined, ConnectionState>;
type Stream = AsyncIterableIterator<ExecutionResult>;
type Result = ExecutionResult | AsyncIterable<ExecutionResult>;

/**
 * The graphql-transport-ws protocol over the same plugins as HTTP, so that tokens, limits and masking are the same. What is
 * wrong with one operation ends that operation only; the socket and its other operations live on.
 */
export function createWebSocketOperations({
  access,
  envelop,
  mask,
  subscriptions,
  settings,
}: Dependencies): Server<ConnectionState> {
  const frames = new NextFrames(mask);
  const functions = new WeakMap<ExecutionArgs, Enveloped>();

  const prepare = async (
    context: ConnectionContext,
    id: string,
    payload: SubscribePayload,
  ): Promise<ExecutionArgs | GraphQLError[]> => {
    const { scopes, actor, connection } = context.extra;
    const client = {
      door: connection.door,
      floor: connection.floor,
      holdings: connection.holdings,
      // graphql-ws forgets operations that the client has completed, and all of them when the socket closes.
      get aborted() {
        return !connection.isOpen || !(id in context.subscriptions);
      },
    };
    const enveloped = envelop({ params: payload, scopes, actor, client });
    const document = enveloped.parse(payload.query);
    const errors = enveloped.validate(enveloped.schema, document);
    if (errors.length > 0) return [...errors];
    const args: ExecutionArgs = {
      schema: enveloped.schema,
      document,
      operationName: payload.operationName,
      variableValues: payload.variables,
      contextValue: await enveloped.contextFactory(),
      // Left out, graphql-ws would look for one.
      rootValue: undefined,
    };
    functions.set(args, enveloped);
    return args;
  };

  const run = async (args: ExecutionArgs, how: 'execute' | 'subscribe'): Promise<Result> => {
    try {
      return (await functions.get(args)?.[how](args)) as Result;
    } catch (error) {
      return { errors: [mask(error)] };
    }
  };

  return makeServer<Record<string, unknown> | undefined, ConnectionState>({
    connectionInitWaitTimeout: settings.timing.initMs,

    onConnect({ extra, connectionParams }) {
      const verdict = access.judge({
        ...extra.caller,
        authorization: given(connectionParams) ?? extra.caller.authorization,
      });
      if (!verdict.allowed) return false;
      extra.scopes = verdict.scopes;
      extra.actor = verdict.actor;
      return true;
    },

    async onSubscribe(context, id, payload) {
      const limit = settings.limits.operationsPerSocket;
      if (Object.keys(context.subscriptions).length > limit) return [tooMany(limit)];
      try {
        return await prepare(context, id, payload);
      } catch (error) {
        return [mask(error)];
      }
    },

    execute: (args) => run(args, 'execute'),
    subscribe: (args) => run(args, 'subscribe'),

    onOperation({ extra: { connection } }, id, _payload, { contextValue }, stream) {
      const source = subscriptions.of(contextValue as object);
      if (source?.handsOver !== true || !isAsyncIterable<ExecutionResult>(stream)) return stream;
      return new HandedOperation({ stream: stream as Stream, source, connection, id, frames });
    },

    onNext({ extra }, _id, _payload, args, result) {
      const text = (result as SharedResult).stringify?.();
      const subscriber = subscriberOf(args);
      if (text !== undefined && subscriber !== undefined) subscriber.door.learn(subscriber, text.length);
      return text === undefined ? formatResult(result as ExecutionResult, mask) : extra.connection.frames.payload(text);
    },

    onError: (_context, _id, _payload, errors) => formatErrors(errors, mask),
  });
}

function given(parameters: Record<string, unknown> | undefined): string | null {
  const value = parameters?.authorization ?? parameters?.Authorization;
  return typeof value === 'string' ? value : null;
}

function tooMany(limit: number): GraphQLError {
  return new GraphQLError(`Too many operations at once: the limit is ${limit} on one connection.`, {
    extensions: { code: 'TOO_MANY_OPERATIONS' },
  });
}
