import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type Clock, MonitorError } from '../core/index.js';
import type { GraphqlServer } from './graphql-server.js';
import { createHttpServer, HttpListener } from './http-listener.js';
import type { ServerSettings } from './options.js';
import type { AnyServer, ListeningAt, RequestHandler, SfuscopeServer } from './sfuscope-server.js';

interface Dependencies {
  readonly graphql: GraphqlServer;
  readonly settings: ServerSettings;
  readonly server: AnyServer | undefined;
  readonly clock: Clock;
  /** Runs once when the server closes. */
  readonly release: () => void;
}

/** Puts a `GraphqlServer` on a port of its own, or into servers of the application. */
export class MountedServer implements SfuscopeServer {
  readonly #graphql: GraphqlServer;
  readonly #settings: ServerSettings;
  readonly #given: AnyServer | undefined;
  readonly #clock: Clock;
  readonly #release: () => void;
  readonly #attached = new Set<() => void>();
  #listener: HttpListener | undefined;
  #listening: Promise<ListeningAt> | undefined;
  #closed: Promise<void> | undefined;

  constructor({ graphql, settings, server, clock, release }: Dependencies) {
    this.#graphql = graphql;
    this.#settings = settings;
    this.#given = server;
    this.#clock = clock;
    this.#release = release;
  }

  readonly handler: RequestHandler = (request, response, next) => {
    if (this.#closed === undefined && this.#graphql.handle(request, response)) return;
    if (this.#closed === undefined && next !== undefined) return next();
    response.writeHead(this.#closed === undefined ? 404 : 503).end();
  };

  listen(): Promise<ListeningAt> {
    this.#listening ??= this.#listen();
    return this.#listening;
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  attach(server: AnyServer): () => void {
    const listener = (request: IncomingMessage, socket: Duplex, head: Buffer) =>
      void this.upgrade(request, socket, head);
    const detach = () => {
      server.off('upgrade', listener);
      this.#attached.delete(detach);
    };
    server.on('upgrade', listener);
    this.#attached.add(detach);
    return detach;
  }

  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): boolean {
    return this.#graphql.upgrade(request, socket, head);
  }

  fetch(input: string | URL | Request, init?: RequestInit): Promise<Response> {
    return this.#graphql.fetch(input, init);
  }

  async #listen(): Promise<ListeningAt> {
    const { host, port, basePath } = this.#settings;
    const listener = new HttpListener(this.#given ?? createHttpServer(), this.#clock, {
      request: this.handler,
      upgrade: (request, socket, head) => {
        // Nobody else is there to take it.
        if (!this.upgrade(request, socket, head)) socket.destroy();
      },
    });
    try {
      const taken = await listener.listen(host, port);
      this.#listener = listener;
      const name = host.includes(':') ? `[${host}]` : host;
      return { url: `${listener.isSecure ? 'https' : 'http'}://${name}:${taken}${basePath}/graphql`, port: taken };
    } catch (cause) {
      const reason = (cause as Error).message;
      throw new MonitorError('SFUSCOPE_LISTEN', `The server cannot listen on ${host}:${port}: ${reason}.`, { cause });
    }
  }

  async #close(): Promise<void> {
    this.#graphql.announceClosing();
    await this.#listening?.catch(() => undefined);
    this.#release();
    const listenerClosed = this.#listener?.close(this.#settings.timing.closeMs);
    await Promise.all([listenerClosed, this.#graphql.close()]);
    for (const detach of this.#attached) detach();
  }
}
