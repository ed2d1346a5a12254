import { once } from 'node:events';
import {
  createServer as createHttpServer,
  type IncomingMessage,
  type RequestListener,
  type ServerResponse,
} from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { onTestFinished } from 'vitest';
import { systemClock } from '../../core/index.js';
import { buildSchema, type ContextOptions, createContext } from '../../schema/index.js';
import { GraphqlServer } from '../../server/graphql-server.js';
import { type ServerSettingsInput, serverOptions } from '../../server/options.js';
import { RecordingLogger } from './recording-logger.js';
import { RoomScene } from './room-scene.js';
import { SchemaKit } from './schema-kit.js';

type Upgrade = Parameters<GraphqlServer['upgrade']>;

const schema = buildSchema();

/** What came back on a connection that sent these bytes, until the other side closed it. */
export async function exchange(port: number, ...pieces: readonly (string | Buffer)[]): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.setNoDelay(true);
  const chunks: Buffer[] = [];
  socket.on('data', (chunk) => chunks.push(chunk));
  await once(socket, 'connect');
  for (const piece of pieces) {
    await new Promise((resolve) => socket.write(piece, resolve));
    // So that the next piece arrives on its own, as far as that can be had.
    await new Promise((resolve) => setImmediate(resolve));
  }
  await once(socket, 'close');
  return Buffer.concat(chunks).toString();
}

/** The server over a real graph, on two ports: as it is, and one where every request takes the long way. */
export async function twoWays(settings: ServerSettingsInput = {}, options: ContextOptions = {}) {
  const kit = new SchemaKit();
  const scene = await RoomScene.open(kit, 'blue', ['ann', 'bob']);
  const logger = new RecordingLogger();
  const graphql = new GraphqlServer({
    monitor: kit.monitor,
    schema,
    createContext: (caller) => createContext(kit.monitor, { ...options, ...caller, now: () => kit.kit.clock.now() }),
    settings: serverOptions.parse(settings),
    routes: [],
    clock: systemClock,
    logger,
  });
  let latest: ServerResponse | undefined;
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    latest = response;
    if (!graphql.handle(request, response)) response.writeHead(404).end();
  };
  const quick = await listening(answer, (...parts) => void graphql.upgrade(...parts));
  const long = await listening((request, response) => {
    // Nothing but the quick way looks at this.
    request.httpVersionMajor = 9;
    answer(request, response);
  });
  onTestFinished(() => graphql.close());
  const socketUrl = `ws://127.0.0.1:${quick}/graphql`;
  return { kit, scene, graphql, quick, long, socketUrl, lines: logger.lines, latest: () => latest };
}

async function listening(
  listener: RequestListener,
  upgrade: (...parts: Upgrade) => void = () => undefined,
): Promise<number> {
  const server = createHttpServer(listener);
  server.on('upgrade', upgrade);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}
