import type { GraphQLSchema } from 'graphql';
import {
  type Clock,
  consoleLogger,
  type Logger,
  type Monitor,
  optionsError,
  parseOptions,
  systemClock,
} from '../core/index.js';
import { buildSchema, createContext, standingDemand } from '../schema/index.js';
import { GraphqlServer } from './graphql-server.js';
import { openDoorProblem } from './open-door.js';
import { MountedServer } from './mounted-server.js';
import { type ServerSettingsInput, serverOptions } from './options.js';
import type { Route } from './route.js';
import type { AnyServer, SfuscopeServer } from './sfuscope-server.js';

/** What a configuration file cannot hold. */
export interface ServerParts {
  /**
   * Listens with this server instead of a plain HTTP one, for TLS: `https.createServer({ key, cert })`. `close()` closes it. If it
   * listens already, `host` and `port` have no effect.
   */
  readonly server?: AnyServer;
  /** Further paths to answer, for example `/metrics` of a plugin. */
  readonly routes?: readonly Route[];
  /** The schema to serve instead of sfuscope's own, for one that was extended. */
  readonly schema?: GraphQLSchema;
  /** @default warnings and errors to standard error */
  readonly logger?: Logger;
  readonly clock?: Clock;
}

export type ServerOptions = ServerSettingsInput & ServerParts;

/**
 * Makes a server for a monitor. It asks for statistics from now until it closes. Throws `MonitorError` for wrong options, and
 * for an address that other machines reach without a token.
 */
export function createServer(monitor: Monitor, options: ServerOptions = {}): SfuscopeServer {
  const { server, routes = [], schema, logger = consoleLogger(), clock = systemClock, ...rest } = options;
  const settings = parseOptions(serverOptions, rest, 'server');
  const problem = openDoorProblem(settings);
  if (problem !== undefined) throw optionsError([problem]);

  const graphql = new GraphqlServer({
    monitor,
    schema: schema ?? buildSchema(),
    createContext: (caller) =>
      createContext(monitor, { ...caller, exposure: settings.exposure, now: () => clock.now() }),
    settings,
    routes,
    clock,
    logger,
  });
  const demand = standingDemand(monitor);
  return new MountedServer({ graphql, settings, server, clock, release: () => demand.release() });
}
