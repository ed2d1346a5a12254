import {
  createMonitor,
  monitorOptions,
  parseOptions,
  type Logger,
  type Monitor,
  MonitorError,
  nearestName,
  type PluginUse,
  use,
} from '../core/index.js';
import { PLUGINS } from '../plugins/registry.js';
import type { Config } from './config.js';
import { createServer } from './create-server.js';
import { demoOptions } from './demo/options.js';
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

/** The composition root of the program: configuration and plugin registry to a monitor and its server, neither of them started. */
export async function compose({ config, mediasoup, logger }: ComposeOptions): Promise<Composition> {
  const plugins = await pluginUses(config.plugins);
  const monitor = createMonitor({ ...config.monitor, mediasoup, plugins, logger });
  const server = createServer(monitor, { ...config.server, logger });
  return { monitor, server };
}

/**
 * The plugins that section `plugins` of a configuration switches on. The same plugin is used twice with `name:label` as the
 * second key. Throws `SFUSCOPE_OPTIONS_INVALID` for a name that is not in the registry.
 */
async function pluginUses(plugins: Config['plugins']): Promise<PluginUse[]> {
  const uses: PluginUse[] = [];
  for (const [key, options] of Object.entries(plugins)) {
    if (options === false) continue;
    const [name = key] = key.split(':');
    const load = PLUGINS[name];
    if (load === undefined) throw unknownPlugin(key, name);
    uses.push(use(await load(), options === true ? {} : (options ?? {}), key));
  }
  return uses;
}

/** Parses every part of a configuration as `compose` would. Throws `SFUSCOPE_OPTIONS_INVALID` with all that is wrong in a part. */
export async function checkComposition(config: Config): Promise<void> {
  for (const { definition, options, as } of await pluginUses(config.plugins)) {
    parseOptions(definition.options, options, `plugins.${as}`);
  }
  parseOptions(monitorOptions, config.monitor, '');
  parseOptions(serverOptions, config.server, 'server');
  parseOptions(demoOptions, config.demo, 'demo');
}

function unknownPlugin(key: string, name: string): MonitorError {
  const near = nearestName(name, Object.keys(PLUGINS));
  const hint = near === undefined ? `The plugins are: ${Object.keys(PLUGINS).join(', ')}.` : `Is '${near}' meant?`;
  return new MonitorError('SFUSCOPE_OPTIONS_INVALID', `plugins.${key}: there is no plugin '${name}'. ${hint}`);
}
