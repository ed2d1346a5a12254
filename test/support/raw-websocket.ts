import type { Socket } from 'node:net';
import { WebSocket } from 'ws';

/** A WebSocket without any GraphQL client around it, to say what no client would. */
export class RawWebSocket {
  readonly socket: WebSocket;
  readonly messages: string[] = [];
  /** Close code, once closed. */
  readonly closed: Promise<{ code: number; reason: string }>;
  readonly #opened: Promise<void>;

  /** `protocol: null` offers none. */
  constructor(
    url: string,
    { protocol = 'graphql-transport-ws', headers = {} }: { protocol?: string | null; headers?: object } = {},
  ) {
    this.socket = new WebSocket(url, protocol ?? [], { headers: { ...headers } });
    this.socket.on('message', (data: Buffer) => this.messages.push(data.toString('utf8')));
    this.#opened = new Promise((resolve, reject) => {
      this.socket.once('open', resolve);
      this.socket.once('error', reject);
    });
    // A refused upgrade is told by `opened`; later errors come with a close.
    this.#opened.catch(() => undefined);
    this.socket.on('error', () => undefined);
    this.closed = new Promise((resolve) => {
      this.socket.once('close', (code, reason) => resolve({ code, reason: reason.toString() }));
    });
  }

  /** Rejects with the status of a refused upgrade. */
  async opened(): Promise<this> {
    await this.#opened;
    return this;
  }

  /** Opens and is welcomed. */
  async init(payload?: object): Promise<this> {
    await this.opened();
    this.send({ type: 'connection_init', payload });
    await this.until((message) => message.includes('connection_ack'));
    return this;
  }

  send(message: object | string): void {
    this.socket.send(typeof message === 'string' ? message : JSON.stringify(message));
  }

  subscribe(id: string, query: string): void {
    this.send({ id, type: 'subscribe', payload: { query } });
  }

  /** The first message, come or to come, that matches. */
  async until(matches: (message: string) => boolean, deadlineMs = 60_000): Promise<string> {
    const known = this.messages.find(matches);
    if (known !== undefined) return known;
    return await new Promise((resolve, reject) => {
      const deadline = setTimeout(
        () => reject(new Error(`not said, but: ${this.messages.at(-1)?.slice(0, 200)}`)),
        deadlineMs,
      );
      const look = (data: Buffer) => {
        const message = data.toString('utf8');
        if (!matches(message)) return;
        clearTimeout(deadline);
        this.socket.off('message', look);
        resolve(message);
      };
      this.socket.on('message', look);
    });
  }

  /** What was said of one operation. */
  about(id: string): { type: string; payload?: unknown }[] {
    return this.messages
      .map((message) => JSON.parse(message) as { id?: string; type: string; payload?: unknown })
      .filter((message) => message.id === id);
  }

  /** Reads nothing more, as a client does whose machine sleeps. */
  stopReading(): void {
    this.#stream.pause();
  }

  readAgain(): void {
    this.#stream.resume();
  }

  /** Writes bytes that no WebSocket library would. */
  writeBytes(...bytes: number[]): void {
    this.#stream.write(Buffer.from(bytes));
  }

  /** The TCP connection below, which ws keeps to itself. */
  get #stream(): Socket {
    return (this.socket as unknown as { _socket: Socket })._socket;
  }

  async close(): Promise<void> {
    this.socket.terminate();
    await this.closed;
  }
}
