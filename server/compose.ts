import type { z } from 'zod';
import {
  checkOptions,
  createMonitor,
  type Logger,
  type Monitor,
  monitorOptions,
  nearestName,
  optionsError,
  type PluginUse,
  use,
} from '../core/index.js';
import { PLUGINS } from '../plugins/registry.js';
import type { Config } from './config.js';
import { createServer } from './create-server.js';
import { demoOptions } from './demo/options.js';
import { openDoorProblem } from './open-door.js';
import { serverOptions } from './options.js';
import type { SfuscopeServer } from './sfuscope-server.js';

export interface Composition {
  readonly monitor: Monitor;
  readonly server: SfuscopeServer;
}

export interface ComposeOptions {
  readonly config: Config;
  /** The application's own mediasoup module. */
  readonly mediasoup: unknown;
  readonly logger: Logger;
}

/**
 * The composition root of the program: configuration and plugin registry to a monitor and its server, neither of them started.
 * Throws `SFUSCOPE_OPTIONS_INVALID` with every problem of every part.
 */
export async function compose({ config, mediasoup, logger }: ComposeOptions): Promise<Composition> {
  const plugins = await checkComposition(config);
  const monitor = createMonitor({ ...config.monitor, mediasoup, plugins, logger });
  const server = createServer(monitor, { ...config.server, logger });
  return { monitor, server };
}

/**
 * Checks every part of a configuration and gives the plugins that it switches on; the same plugin is used twice with
 * `name:label` as the second key. Throws `SFUSCOPE_OPTIONS_INVALID` with every problem of every part.
 */
export async function checkComposition(config: Config): Promise<readonly PluginUse[]> {
  const { uses, problems } = await pluginUses(config.plugins);
  for (const { definition, options, as } of uses)
    problems.push(...problemsOf(definition.options, options, `plugins.${as}`));
  problems.push(...problemsOf(monitorOptions, config.monitor, ''));
  const server = checkOptions(serverOptions, config.server, 'server');
  if (!server.ok) problems.push(...server.problems);
  else problems.push(...[openDoorProblem(server.output)].filter((problem) => problem !== undefined));
  problems.push(...problemsOf(demoOptions, config.demo, 'demo'));
  if (problems.length > 0) throw optionsError(problems);
  return uses;
}

async function pluginUses(plugins: Config['plugins']): Promise<{ uses: PluginUse[]; problems: string[] }> {
  const uses: PluginUse[] = [];
  const problems: string[] = [];
  for (const [key, options] of Object.entries(plugins)) {
    if (options === false) continue;
    const [name = key] = key.split(':');
    const load = PLUGINS[name];
    if (load === undefined) problems.push(unknownPlugin(key, name));
    else uses.push(use(await load(), options === true ? {} : (options ?? {}), key));
  }
  return { uses, problems };
}

function problemsOf(schema: z.ZodType, input: unknown, path: string): readonly string[] {
  const checked = checkOptions(schema, input, path);
  return checked.ok ? [] : checked.problems;
}

function unknownPlugin(key: string, name: string): string {
  const near = nearestName(name, Object.keys(PLUGINS));
  const hint = near === undefined ? `the plugins are: ${Object.keys(PLUGINS).join(', ')}` : `did you mean '${near}'?`;
  return `plugins.${key}: there is no plugin '${name}'; ${hint}`;
}
