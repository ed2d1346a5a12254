import { onTestFinished } from 'vitest';
import { systemClock } from '../../core/index.js';
import { GraphqlServer } from '../../server/graphql-server.js';
import { MountedServer } from '../../server/mounted-server.js';
import { type ServerSettingsInput, serverOptions } from '../../server/options.js';
import type { Route } from '../../server/route.js';
import type { AnyServer } from '../../server/sfuscope-server.js';
import { RecordingLogger } from './recording-logger.js';
import { stubMonitor } from './stub-monitor.js';
import { StubFeed, stubSchema } from './stub-schema.js';

interface Extras {
  readonly monitor?: ReturnType<typeof stubMonitor>;
  readonly routes?: readonly Route[];
  readonly server?: AnyServer;
}

/** A server over the stub schema, not yet listening; closed when the test has finished. */
export function stubServer(
  settings: ServerSettingsInput = {},
  { monitor = stubMonitor(), routes = [], server }: Extras = {},
) {
  const feed = new StubFeed();
  const logger = new RecordingLogger();
  const parsed = serverOptions.parse({ port: 0, ...settings });
  const graphql = new GraphqlServer({
    monitor,
    schema: stubSchema(feed),
    createContext: (caller) => ({ ...caller }),
    settings: parsed,
    routes,
    clock: systemClock,
    logger,
  });
  const mounted = new MountedServer({
    graphql,
    settings: parsed,
    server,
    clock: systemClock,
    release: () => undefined,
  });
  onTestFinished(() => mounted.close());
  return { mounted, graphql, feed, lines: logger.lines, monitor };
}

/** As `stubServer`, listening. */
export async function listeningStub(settings: ServerSettingsInput = {}, extras: Extras = {}) {
  const stub = stubServer(settings, extras);
  const { url, port } = await stub.mounted.listen();
  return { ...stub, url, port, socketUrl: url.replace(/^http/, 'ws') };
}
