import type { IncomingMessage, Server as HttpServer, ServerResponse } from 'node:http';
import type { Server as HttpsServer } from 'node:https';
import type { Duplex } from 'node:stream';

export type AnyServer = HttpServer | HttpsServer;

export interface ListeningAt {
  /** Address of the GraphQL endpoint, which browsers are shown GraphiQL at. */
  readonly url: string;
  readonly port: number;
}

/** Called with a next function, as by Express, it passes on requests for other paths; without, it answers them with 404. */
export type RequestHandler = (request: IncomingMessage, response: ServerResponse, next?: () => void) => void;

/** Serves one monitor: on a port of its own, or inside a server the application has already. */
export interface SfuscopeServer {
  /** Listens on its own port. Rejects with `MonitorError` when it cannot have it. A second call returns the same promise. */
  listen(): Promise<ListeningAt>;
  /**
   * Stops: WebSocket clients are sent away with code 1001, subscriptions over HTTP are cut, and what is left after the grace
   * period is cut too. A second call returns the same promise. Does not stop the monitor.
   */
  close(): Promise<void>;
  /** Answers requests for its paths in a node:http, Express or Fastify application. */
  readonly handler: RequestHandler;
  /** Takes WebSocket connections for its path from an HTTP server and leaves all others alone. The answer undoes it. */
  attach(server: AnyServer): () => void;
  /** As `attach`, for an application that tells its upgrade requests apart itself. False when the path is another one. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): boolean;
  /** Answers a request without any network, for tests. */
  fetch(input: string | URL | Request, init?: RequestInit): Promise<Response>;
}
