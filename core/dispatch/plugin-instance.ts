import type { DependencyContainer, InjectionToken } from 'tsyringe';
import type { Logger } from '../logger.js';
import type { MonitorPlugin, PluginDefinition } from '../plugin.js';
import { OwnRoutes } from '../routes.js';
import { LOGGER, OPTIONS, PLUGIN_NAME, ROUTES } from '../tokens.js';

/** One object of a plugin's class, with the container it was made from. */
export interface PluginInstance {
  readonly plugin: MonitorPlugin;
  /** Takes back its routes, and disposes what `provide` registered and the container made. May throw. */
  dispose(): Promise<void>;
}

/** Makes a child container with the plugin's own name, options and logger, and resolves the class from it, once. Throws what that throws. */
export function makePlugin(
  name: string,
  definition: PluginDefinition,
  options: unknown,
  parent: DependencyContainer,
  logger: Logger,
): PluginInstance {
  const scope = parent.createChildContainer();
  const routes = parent.isRegistered(ROUTES, true) ? new OwnRoutes(parent.resolve(ROUTES)) : undefined;
  const dispose = async (): Promise<void> => {
    routes?.close();
    await scope.dispose();
  };
  const token = definition.plugin as InjectionToken<MonitorPlugin>;
  try {
    scope.registerInstance(OPTIONS, options);
    scope.registerInstance(PLUGIN_NAME, name);
    scope.registerInstance(LOGGER, logger);
    if (routes !== undefined) scope.registerInstance(ROUTES, routes);
    definition.provide?.(scope, options);
    // A class that was declared a singleton stands in the global container, and would be shared by every monitor.
    if (!scope.isRegistered(token)) scope.registerSingleton(definition.plugin as new () => MonitorPlugin);
    return { plugin: scope.resolve(token), dispose };
  } catch (error) {
    // What was made before the failure is of no use; why it cannot be disposed either is not the news.
    dispose().catch(() => undefined);
    throw error;
  }
}
