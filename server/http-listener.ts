import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { Server as TlsServer } from 'node:tls';
import type { Clock } from '../core/index.js';
import type { AnyServer } from './sfuscope-server.js';

/** A head that is not whole by then is given up, ms. */
const HEADERS_TIMEOUT_MS = 10_000;
/** A request that is not whole by then is given up, ms. Answers may take as long as they like. */
const REQUEST_TIMEOUT_MS = 30_000;
/** How long an idle connection is kept for the next request, ms. Longer than the 60 s of common proxies, or they reuse dead ones. */
const KEEP_ALIVE_MS = 65_000;
/** Connections at once, of all kinds. */
const MAX_CONNECTIONS = 2_000;

interface Listeners {
  readonly request: (request: IncomingMessage, response: ServerResponse) => void;
  readonly upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => void;
}

/** A plain HTTP server with deadlines for slow senders. */
export function createHttpServer(): Server {
  const server = createServer({
    headersTimeout: HEADERS_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    connectionsCheckingInterval: HEADERS_TIMEOUT_MS / 2,
  });
  server.maxConnections = MAX_CONNECTIONS;
  return server;
}

/** A server that listens, and what is needed to close it without waiting for connections nobody uses. */
export class HttpListener {
  readonly #server: Server;
  readonly #clock: Clock;
  /** Connections that have asked for nothing yet. Node.js does not count them as idle. */
  readonly #unused = new Set<Socket>();

  constructor(server: AnyServer, clock: Clock, { request, upgrade }: Listeners) {
    this.#server = server as Server;
    this.#clock = clock;
    server.on(this.isSecure ? 'secureConnection' : 'connection', (socket: Socket) => {
      this.#unused.add(socket);
      socket.once('close', () => this.#unused.delete(socket));
    });
    server.on('request', (message, response) => {
      this.#unused.delete(message.socket);
      request(message, response);
    });
    server.on('upgrade', (message, socket, head) => {
      this.#unused.delete(message.socket);
      upgrade(message, socket, head);
    });
  }

  get isSecure(): boolean {
    return this.#server instanceof TlsServer;
  }

  /** Listens unless it does already, and tells the port. Rejects when the port is in use or the address is not this machine's. */
  async listen(host: string, port: number): Promise<number> {
    const server = this.#server;
    if (!server.listening) {
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject);
        server.listen(port, host, () => {
          server.off('error', reject);
          resolve();
        });
      });
    }
    return (server.address() as AddressInfo).port;
  }

  /** Closes the server; connections that are still busy after `graceMs` are cut. */
  async close(graceMs: number): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeIdleConnections();
    for (const socket of this.#unused) socket.destroy();
    const deadline = this.#clock.setTimeout(() => this.#server.closeAllConnections(), graceMs);
    await closed;
    deadline.cancel();
  }
}
