import { connect, type Socket } from 'node:net';

/** A client of server-sent events, or of answers of another type, that is in charge of when it reads. */
export class SlowReader {
  readonly #socket: Socket;
  #text = '';
  closed = false;

  constructor(port: number, query: string, accept = 'text/event-stream') {
    const body = JSON.stringify({ query });
    this.#socket = connect(port, '127.0.0.1');
    this.#socket.on('data', (chunk) => {
      this.#text += chunk.toString('utf8');
    });
    this.#socket.on('close', () => {
      this.closed = true;
    });
    this.#socket.on('error', () => undefined);
    this.#socket.write(
      `POST /graphql HTTP/1.1\r\nHost: localhost\r\nAccept: ${accept}\r\nContent-Type: application/json\r\n` +
        `Content-Length: ${body.length}\r\n\r\n${body}`,
    );
  }

  /** Everything read so far, HTTP's own framing included. */
  get text(): string {
    return this.#text;
  }

  stopReading(): void {
    this.#socket.pause();
  }

  readAgain(): void {
    this.#socket.resume();
  }

  close(): void {
    this.#socket.destroy();
  }
}
