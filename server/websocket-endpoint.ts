import { type IncomingMessage, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { handleProtocols, type Server } from 'graphql-ws';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Clock, Logger, Timer } from '../core/index.js';
import type { Access } from './access.js';
import type { ServerSettings } from './options.js';
import { callerOfIncoming } from './request-context.js';
import type { StallGuard } from './stall-guard.js';
import { WebSocketConnection } from './websocket-connection.js';
import type { ConnectionState } from './websocket-operations.js';

interface Dependencies {
  readonly access: Access;
  readonly operations: Server<ConnectionState>;
  readonly stallGuard: StallGuard;
  readonly settings: ServerSettings;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** A beat that comes later than this many intervals after the last shows that the process was held up. */
const LATE_BEAT = 1.5;

/** Takes upgrade requests and keeps the connections that come of them. */
export class WebSocketEndpoint {
  readonly #access: Access;
  readonly #operations: Server<ConnectionState>;
  readonly #stallGuard: StallGuard;
  readonly #settings: ServerSettings;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #path: string;
  readonly #sockets: WebSocketServer;
  readonly #connections = new Map<WebSocket, WebSocketConnection>();
  readonly #heartbeat: Timer;
  /** Monotonic ms. */
  #beatAt: number;
  #closing: Promise<void> | undefined;

  constructor({ access, operations, stallGuard, settings, clock, logger }: Dependencies) {
    this.#access = access;
    this.#operations = operations;
    this.#stallGuard = stallGuard;
    this.#settings = settings;
    this.#clock = clock;
    this.#logger = logger;
    this.#path = `${settings.basePath}/graphql`;
    this.#sockets = new WebSocketServer({
      noServer: true,
      maxPayload: settings.limits.messageBytes,
      perMessageDeflate: false,
      handleProtocols,
    });
    this.#beatAt = clock.monotonic();
    this.#heartbeat = clock.setInterval(() => this.#beat(), settings.timing.keepAliveMs);
  }

  get size(): number {
    return this.#connections.size;
  }

  /** Takes the request if it is for this endpoint; the answer says whether. A refusal is an answer too. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): boolean {
    if (pathOf(request) !== this.#path) return false;
    const refused = this.#refusal(request);
    if (refused !== null) refuse(socket, refused.status, refused.reason);
    else this.#sockets.handleUpgrade(request, socket, head, (accepted) => this.#open(accepted, request, socket));
    return true;
  }

  /** Sends every client away with code 1001 and cuts off those that have not left in time. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  #beat(): void {
    const now = this.#clock.monotonic();
    // When this process was held up, the answers to the last ping wait in the sockets and get their turn first.
    const late = now - this.#beatAt > LATE_BEAT * this.#settings.timing.keepAliveMs;
    this.#beatAt = now;
    for (const connection of this.#connections.values()) connection.beat(!late);
  }

  async #close(): Promise<void> {
    this.#heartbeat.cancel();
    for (const socket of this.#connections.keys()) socket.close(1001, 'Going away');
    const left = new Promise<void>((resolve) => this.#sockets.close(() => resolve()));
    const deadline = this.#clock.setTimeout(() => {
      for (const socket of this.#connections.keys()) socket.terminate();
    }, this.#settings.timing.closeMs);
    await left;
    deadline.cancel();
  }

  #refusal(request: IncomingMessage): { readonly status: number; readonly reason: string } | null {
    if (this.#closing !== undefined) return { status: 503, reason: 'The server is closing.' };
    const verdict = this.#access.admits(callerOfIncoming(request));
    if (!verdict.allowed) return verdict;
    if (!this.#originAllowed(request)) {
      return { status: 403, reason: 'Pages of this origin may not connect; see the option server.origins.' };
    }
    const limit = this.#settings.limits.sockets;
    if (this.size < limit) return null;
    return { status: 503, reason: `Too many connections: the limit is ${limit}.` };
  }

  /** CORS does not hold for WebSockets, so the page's origin is checked here. What is not a browser sends none. */
  #originAllowed({ headers: { origin, host } }: IncomingMessage): boolean {
    if (origin === undefined || this.#settings.origins.includes(origin)) return true;
    return URL.canParse(origin) && new URL(origin).host === host?.toLowerCase();
  }

  #open(socket: WebSocket, request: IncomingMessage, stream: Duplex): void {
    const connection = new WebSocketConnection(socket, stream, this.#settings.limits.bufferedBytes, this.#logger);
    this.#stallGuard.watch(request.socket, connection);
    this.#connections.set(socket, connection);
    const closed = this.#operations.opened(connection, { caller: callerOfIncoming(request), connection });
    socket.once('close', (code, reason) => {
      this.#connections.delete(socket);
      closed(code, reason.toString()).catch((error: unknown) => {
        this.#logger.error('A WebSocket could not be closed cleanly', { error });
      });
    });
  }
}

function pathOf(request: IncomingMessage): string {
  return (request.url ?? '').split('?', 1)[0] ?? '';
}

function refuse(socket: Duplex, status: number, reason: string): void {
  socket.on('error', () => socket.destroy());
  socket.once('finish', () => socket.destroy());
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\nContent-Type: text/plain; charset=utf-8\r\n` +
      `Content-Length: ${Buffer.byteLength(reason)}\r\n\r\n${reason}`,
  );
}
