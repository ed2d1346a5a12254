import { onTestFinished } from 'vitest';
import { createServer, type ServerOptions } from '../../server/index.js';
import { RecordingLogger } from './recording-logger.js';
import { RoomScene } from './room-scene.js';
import { SchemaKit } from './schema-kit.js';

/** The server with its own schema over a real graph with one room in it, listening; closed when the test has finished. */
export async function realServer(options: ServerOptions = {}) {
  const kit = new SchemaKit();
  const scene = await RoomScene.open(kit, 'blue', ['ann', 'bob']);
  const logger = new RecordingLogger();
  const server = createServer(kit.monitor, { port: 0, logger, ...options });
  onTestFinished(() => server.close());
  const { url, port } = await server.listen();
  return { kit, scene, server, url, port, socketUrl: url.replace(/^http/, 'ws'), lines: logger.lines };
}
