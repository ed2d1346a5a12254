import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Clock, Logger } from '../../../core/index.js';
import { type Answer, plain } from './pages.js';
import { Pieces } from './pieces.js';
import { PortRehearsal } from './port-rehearsal.js';

const HEADERS_TIMEOUT_MS = 5_000;
const MAX_CONNECTIONS = 64;
/** How long a page that is being sent may take at a stop, ms. */
const GRACE_MS = 500;

/** A port of the exporter's own, for those who serve nothing else or scrape over another network. */
export class OwnPort {
  readonly #server: Server;
  readonly #clock: Clock;
  readonly #answers: ReadonlyMap<string, Answer>;
  readonly #logger: Logger;
  readonly #anyHost: boolean;
  #rehearsal: PortRehearsal | undefined;

  /** `anyHost`: whether requests may name another host than this machine, which only a token makes harmless. */
  constructor(answers: ReadonlyMap<string, Answer>, clock: Clock, logger: Logger, anyHost: boolean) {
    this.#answers = answers;
    this.#clock = clock;
    this.#logger = logger;
    this.#anyHost = anyHost;
    this.#server = createServer(
      { headersTimeout: HEADERS_TIMEOUT_MS, requestTimeout: HEADERS_TIMEOUT_MS },
      (...both) => {
        void this.#handle(...both);
      },
    );
    this.#server.maxConnections = MAX_CONNECTIONS;
  }

  /** Rejects when the address cannot be had, naming it. Tells the port. */
  async listen(host: string, port: number): Promise<number> {
    await new Promise<void>((resolve, reject) => {
      const fail = (error: Error): void => reject(new Error(`Cannot listen on ${host}:${port}: ${error.message}`));
      this.#server.once('error', fail);
      this.#server.listen(port, host, () => {
        this.#server.off('error', fail);
        resolve();
      });
    });
    const address = this.#server.address() as AddressInfo;
    this.#rehearsal = new PortRehearsal(address, this.#clock);
    return address.port;
  }

  async close(): Promise<void> {
    if (!this.#server.listening) return;
    this.#rehearsal?.end();
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeIdleConnections();
    const deadline = this.#clock.setTimeout(() => this.#server.closeAllConnections(), GRACE_MS);
    await closed;
    deadline.cancel();
  }

  async #handle(message: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      // What takes a request, what begins a page and ends it, and what begins to send it are turns of their own: on the first page each is one of
      // the longest.
      await turn();
      const answer = await this.#answer(message);
      await turn();
      await send(answer, response, this.#clock);
    } catch (error) {
      this.#logger.error('a page could not be sent', { path: message.url, error });
      response.destroy();
    }
  }

  async #answer(message: IncomingMessage): Promise<Response> {
    const { host = '' } = message.headers;
    // A web page can make a browser ask this machine under a name of its own, and then read the answer.
    if (!this.#anyHost && !isThisMachine(host)) return plain(403, 'This address is not served.');
    const path = (message.url ?? '/').split('?', 1)[0] ?? '/';
    const answer = this.#rehearsal?.answerTo(message) ?? this.#answers.get(path);
    if (answer === undefined) return plain(404, `Not found. Pages: ${[...this.#answers.keys()].join(' ')}`);
    const headers = new Headers();
    for (const name of ['accept', 'accept-encoding', 'authorization']) {
      const value = message.headers[name];
      if (typeof value === 'string') headers.set(name, value);
    }
    const method = message.method ?? 'GET';
    const isKnown = /^(GET|HEAD|POST|PUT|DELETE|OPTIONS|PATCH)$/.test(method);
    return await answer(new Request(`http://localhost${path}`, { method: isKnown ? method : 'POST', headers }));
  }
}

async function send(answer: Response, response: ServerResponse, clock: Clock): Promise<void> {
  response.writeHead(answer.status, Object.fromEntries(answer.headers));
  if (answer.body === null) response.end();
  else await sendBody(answer.body, response, clock);
}

/**
 * Without a stream of Node.js made of it: to load what makes one takes milliseconds of the first answer, and to run it a part of each. Pages
 * are sent without a copy, since here it is known when the operating system has taken the last of one.
 */
async function sendBody(body: NonNullable<Response['body']>, response: ServerResponse, clock: Clock): Promise<void> {
  const pieces = Pieces.of(body);
  const { socket } = response.req;
  for await (const piece of pieces?.inTurns(clock) ?? body) {
    if (socket.destroyed) break;
    if (!response.write(piece)) await eventOf(response, 'drain');
  }
  if (!socket.destroyed) {
    const finished = eventOf(response, 'finish');
    response.end();
    await finished;
  }
  if (pieces !== undefined) await body.cancel();
}

/** Until then, or until the client has gone: of that an answer hears nothing while it waits for another on the same connection. */
async function eventOf(response: ServerResponse, event: 'drain' | 'finish'): Promise<void> {
  const { socket } = response.req;
  await new Promise<void>((resolve) => {
    const end = (): void => {
      response.off(event, end);
      socket.off('close', end);
      resolve();
    };
    response.on(event, end);
    socket.on('close', end);
  });
}

async function turn(): Promise<void> {
  await new Promise<void>((resolve) => setImmediate(resolve));
}

export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}

function isThisMachine(host: string): boolean {
  return isLoopback(host.replace(/:\d+$/, '').replace(/^\[|\]$/g, ''));
}
