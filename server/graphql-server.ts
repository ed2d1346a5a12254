import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { useCSRFPrevention } from '@graphql-yoga/plugin-csrf-prevention';
import type { GraphQLSchema } from 'graphql';
import { createYoga, type YogaServerInstance } from 'graphql-yoga';
import type { Clock, Logger, Monitor, Timer } from '../core/index.js';
import { CompiledExecutor } from '../schema/index.js';
import { Access, type Scopes } from './access.js';
import { GraphiqlRenderer } from './graphiql-page.js';
import { healthRoutes } from './health-routes.js';
import { createMaskError } from './mask-error.js';
import type { ServerSettings } from './options.js';
import type { RequestContext } from './request-context.js';
import { QuickQueries } from './quick-queries.js';
import type { Route } from './route.js';
import { Routes } from './routes.js';
import { StallGuard } from './stall-guard.js';
import { useCompiledExecution } from './use-compiled-execution.js';
import { CSRF_HEADER, graphiqlOptions, useGraphiql } from './use-graphiql.js';
import { useGraphqlRequest } from './use-graphql-request.js';
import { useHiddenSchema, useHiddenSuggestions } from './use-hidden-names.js';
import { useLimits } from './use-limits.js';
import { useRoutes } from './use-routes.js';
import { useSecurityHeaders } from './use-security-headers.js';
import { useSharedSubscriptions } from './use-shared-subscriptions.js';
import { useSlicedAnswers } from './use-sliced-answers.js';
import { OpenSubscriptions, useSubscriptionCap } from './use-subscription-cap.js';
import { WebSocketEndpoint } from './websocket-endpoint.js';
import { createWebSocketOperations, type Envelop } from './websocket-operations.js';

export interface GraphqlServerDependencies {
  readonly monitor: Monitor;
  readonly schema: GraphQLSchema;
  /** Makes what resolvers get, for one operation. */
  readonly createContext: (caller: { readonly scopes: Scopes; readonly actor: string }) => object;
  readonly settings: ServerSettings;
  readonly routes: readonly Route[];
  readonly clock: Clock;
  readonly logger: Logger;
}

const NO_SCOPES: Scopes = new Set();
/** What makes the same query cheaper the next time is given up when there was none for this long to twice as long, ms. */
const UNUSED_MS = 60_000;

/** Everything that answers requests, without a port of its own: GraphQL over three transports, health and further routes. */
export class GraphqlServer {
  readonly subscriptions: OpenSubscriptions;
  readonly sockets: WebSocketEndpoint;
  readonly stallGuard: StallGuard;
  readonly quickQueries: QuickQueries;
  readonly #yoga: YogaServerInstance<RequestContext, object>;
  readonly #basePath: string;
  readonly #graphiql: GraphiqlRenderer | null;
  readonly #forgetting: Timer;
  #closing = false;

  constructor({ monitor, schema, createContext, settings, routes, clock, logger }: GraphqlServerDependencies) {
    const endpoint = `${settings.basePath}/graphql`;
    const access = new Access(settings);
    const executor = new CompiledExecutor(schema);
    this.#forgetting = clock.setInterval(() => executor.forgetUnused(), UNUSED_MS);
    const paths = new Routes(
      settings.basePath,
      [...healthRoutes(monitor, () => this.#closing), ...routes],
      monitor.routes,
    );
    this.quickQueries = new QuickQueries({
      access,
      executor,
      schema,
      createContext,
      endpoint,
      isTaken: () => paths.find(endpoint) !== undefined,
      hasOrigins: settings.origins.length > 0,
      bodyBytes: settings.limits.bodyBytes,
      holdingsOf: (socket) => this.stallGuard.holdingsOf(socket),
    });
    const mask = createMaskError(logger, settings.suggestions);
    const quiet = (...words: unknown[]) => logger.debug(words.map(String).join(' '));
    this.#basePath = settings.basePath;
    this.#graphiql = settings.graphiql
      ? new GraphiqlRenderer(graphiqlOptions(endpoint, access.needsToken), logger)
      : null;
    this.subscriptions = new OpenSubscriptions(settings.limits.subscriptions);
    this.stallGuard = new StallGuard(clock, settings.limits, logger);
    const holdingsOf = ({ req }: RequestContext) => this.stallGuard.holdingsOf(req?.socket);
    this.#yoga = createYoga<RequestContext, object>({
      schema,
      context: ({ scopes, actor }) => createContext({ scopes: scopes ?? NO_SCOPES, actor: actor ?? 'nobody' }),
      graphqlEndpoint: endpoint,
      // Yoga answers any URL with this ending before a plugin is asked; no URL ends so.
      healthCheckEndpoint: ' ',
      landingPage: false,
      graphiql: false,
      batching: false,
      multipart: false,
      maxRequestBodySize: settings.limits.bodyBytes,
      cors:
        settings.origins.length === 0
          ? false
          : {
              origin: settings.origins,
              credentials: false,
              methods: ['GET', 'POST'],
              allowedHeaders: ['authorization', 'content-type', CSRF_HEADER],
            },
      maskedErrors: { maskError: mask, errorMessage: 'Unexpected error.' },
      // What matters is logged where it is masked.
      logging: { debug: quiet, info: quiet, warn: quiet, error: quiet },
      plugins: [
        useGraphiql(access, settings.basePath, this.#graphiql),
        useRoutes(access, paths, logger),
        useGraphqlRequest(),
        useCSRFPrevention({ requestHeaders: [CSRF_HEADER] }),
        useLimits(settings.limits),
        !settings.introspection && useHiddenSchema(),
        !settings.suggestions && useHiddenSuggestions(),
        useCompiledExecution(executor, this.quickQueries),
        useSharedSubscriptions((args) => executor.execute(args), holdingsOf),
        useSubscriptionCap(this.subscriptions),
        useSlicedAnswers(holdingsOf),
        // Last, so that nothing answers after it.
        useSecurityHeaders(),
      ],
    });
    this.sockets = new WebSocketEndpoint({
      access,
      operations: createWebSocketOperations({
        access,
        // The types of Yoga ask for the request, which a socket's operation has none of.
        envelop: this.#yoga.getEnveloped as unknown as Envelop,
        mask,
        subscriptions: this.subscriptions,
        settings,
      }),
      stallGuard: this.stallGuard,
      settings,
      clock,
      logger,
    });
  }

  /** Answers a request for one of its paths; the answer says whether it was. */
  handle(request: IncomingMessage & { originalUrl?: string }, response: ServerResponse): boolean {
    const path = (request.originalUrl ?? request.url ?? '').split('?', 1)[0] ?? '';
    if (path !== this.#basePath && !path.startsWith(`${this.#basePath}/`)) return false;
    this.stallGuard.watchResponse(request.socket, response);
    this.quickQueries.answer(request, response, () => void this.#yoga(request, response));
    return true;
  }

  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): boolean {
    return this.sockets.upgrade(request, socket, head);
  }

  fetch(input: string | URL | Request, init?: RequestInit): Promise<Response> {
    // Made here, because Yoga's own request writes into the headers it is given.
    return Promise.resolve(this.#yoga.fetch(new Request(input, init)));
  }

  /** Not ready from now on. */
  announceClosing(): void {
    this.#closing = true;
  }

  /** Sends every WebSocket client away and ends every subscription. */
  async close(): Promise<void> {
    this.announceClosing();
    // First the sockets: a client that is told to go away subscribes again, one that is told "complete" does not.
    const left = this.sockets.close();
    this.subscriptions.endAll();
    await Promise.all([left, this.#graphiql?.stop()]);
    this.stallGuard.stop();
    this.#forgetting.cancel();
  }
}
