import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';

/** Both ends of one connection through the proxy. */
interface Pair {
  readonly client: Socket;
  readonly target: Socket;
}

/** Stands between a client and a server on loopback, and does to connections what networks do. */
export class TcpProxy {
  readonly port: number;
  readonly #server: Server;
  readonly #targetPort: number;
  readonly #pairs = new Set<Pair>();
  #isStalled = false;
  /** Bytes from the server that still pass before everything is cut. */
  #bytesLeft = Number.POSITIVE_INFINITY;
  #accepted = 0;

  private constructor(server: Server, port: number, targetPort: number) {
    this.#server = server;
    this.port = port;
    this.#targetPort = targetPort;
    server.on('connection', (client) => this.#join(client));
  }

  static async start(targetPort: number): Promise<TcpProxy> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('the proxy has no port');
    return new TcpProxy(server, address.port, targetPort);
  }

  /** Connections taken since it began. */
  get accepted(): number {
    return this.#accepted;
  }

  /** Resets all connections (RST). */
  cut(): void {
    for (const { client, target } of this.#pairs) {
      client.resetAndDestroy();
      target.resetAndDestroy();
    }
    this.#pairs.clear();
  }

  /** Resets all connections once as many more bytes have come from the server: in the middle of an answer. Once only. */
  cutAfter(bytes: number): void {
    this.#bytesLeft = bytes;
  }

  /** Holds everything back, both ways; connections stay open, and new ones are taken. */
  stall(): void {
    this.#isStalled = true;
    for (const { client, target } of this.#pairs) {
      client.pause();
      target.pause();
    }
  }

  resume(): void {
    this.#isStalled = false;
    for (const { client, target } of this.#pairs) {
      client.resume();
      target.resume();
    }
  }

  async close(): Promise<void> {
    this.cut();
    const closed = once(this.#server, 'close');
    this.#server.close();
    await closed;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #join(client: Socket): void {
    this.#accepted++;
    const target = connect(this.#targetPort, '127.0.0.1');
    const pair = { client, target };
    this.#pairs.add(pair);
    const end = (): void => {
      this.#pairs.delete(pair);
      client.destroy();
      target.destroy();
    };
    for (const socket of [client, target]) {
      socket.setNoDelay(true);
      socket.once('error', end);
      socket.once('close', end);
    }
    client.on('data', (chunk: Buffer) => pass(chunk, client, target));
    target.on('data', (chunk: Buffer) => {
      if (chunk.length >= this.#bytesLeft) {
        client.write(chunk.subarray(0, this.#bytesLeft));
        this.#bytesLeft = Number.POSITIVE_INFINITY;
        this.cut();
        return;
      }
      this.#bytesLeft -= chunk.length;
      pass(chunk, target, client);
    });
    if (this.#isStalled) {
      client.pause();
      target.pause();
    }
  }
}

/** Goes no faster than the other end takes it. */
function pass(chunk: Buffer, from: Socket, to: Socket): void {
  if (to.write(chunk)) return;
  from.pause();
  to.once('drain', () => from.resume());
}
