import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request as a receiver got it. */
export interface Received {
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly at: number;
}

/** `reset` closes the connection in the middle of the answer; `hang` never answers. */
export type Reply =
  | { readonly status: number; readonly body?: string; readonly headers?: Readonly<Record<string, string>> }
  | 'reset'
  | 'hang';

/** A receiver on a free port of the loopback address. It keeps every request, and answers as it is told. */
export class ReceiverServer implements AsyncDisposable {
  readonly received: Received[] = [];
  answer: (received: Received) => Reply;
  readonly #server: Server;

  private constructor(server: Server, answer: (received: Received) => Reply) {
    this.#server = server;
    this.answer = answer;
  }

  static async start(answer: (received: Received) => Reply = () => ({ status: 200 })): Promise<ReceiverServer> {
    const server = createServer();
    const receiver = new ReceiverServer(server, answer);
    server.on('request', (request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
        const body = Buffer.concat(chunks).toString('utf8');
        const received = { path: pathname, query: searchParams, headers: request.headers, body, at: Date.now() };
        receiver.received.push(received);
        reply(response, receiver.answer(received));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return receiver;
  }

  /** Like `http://127.0.0.1:43303`. */
  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Bodies of the requests, parsed. */
  get bodies(): readonly unknown[] {
    return this.received.map(({ body }) => JSON.parse(body));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

function reply(response: ServerResponse, given: Reply): void {
  if (given === 'hang') return;
  if (given === 'reset') {
    response.writeHead(200, { 'content-length': '1000' });
    response.write('the beginning of', () => response.destroy());
    return;
  }
  response.writeHead(given.status, given.headers).end(given.body ?? '');
}
