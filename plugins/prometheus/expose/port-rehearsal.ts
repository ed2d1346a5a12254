import type { IncomingMessage } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import type { Clock } from '../../../core/index.js';
import { HEADERS } from '../rehearsal/headers.js';
import type { Answer } from './pages.js';
import { Pieces } from './pieces.js';

const REQUEST = [
  'GET / HTTP/1.1',
  'host: localhost',
  ...Object.entries(HEADERS).map(([name, value]) => `${name}: ${value}`),
  '\r\n',
].join('\r\n');
/** The second one finds a connection that was used before, as the second page does. */
const REQUESTS = 2;
const PIECE = Buffer.alloc(65_536, '#\n');
const PIECES = [PIECE, PIECE, PIECE, PIECE];

/**
 * Asks a port that has begun to listen for pages without any content, so that what Node.js loads for the first connection, request and answer
 * is there when others come. Over in a few turns; nobody is told when that does not succeed.
 */
export class PortRehearsal {
  readonly #client: Socket;
  readonly #answer: Answer;
  #left = REQUESTS;

  constructor({ address, port }: AddressInfo, clock: Clock) {
    this.#answer = () => Promise.resolve(new Response(new Pieces(PIECES).stream(clock, () => this.#next())));
    this.#client = connect({ host: address, port }, () => this.#client.write(REQUEST));
    this.#client.on('error', () => {}).resume();
  }

  /** What answers a request, where it is one of the rehearsal. */
  answerTo({ socket }: IncomingMessage): Answer | undefined {
    const { localAddress, localPort } = this.#client;
    if (this.#left === 0 || localPort === undefined) return undefined;
    return socket.remotePort === localPort && socket.remoteAddress === localAddress ? this.#answer : undefined;
  }

  /** Ends it at once. */
  end(): void {
    this.#left = 0;
    this.#client.destroy();
  }

  #next(): void {
    this.#left--;
    if (this.#left > 0) this.#client.write(REQUEST);
    else this.end();
  }
}
