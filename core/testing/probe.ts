import type { DependencyContainer } from 'tsyringe';
import type { MonitorPlugin, PluginDefinition } from '../plugin.js';

export type HookName = keyof MonitorPlugin;

/** What the host called on one plugin, and a way to make a hook throw. */
export class Probe {
  readonly calls: HookName[] = [];
  /** These hooks throw instead of being called. */
  readonly sabotaged = new Set<HookName>();
  /** The plugin itself, once it was made. */
  plugin: MonitorPlugin | undefined;

  /** The same plugin, with this probe between it and the host. */
  attach(definition: PluginDefinition): PluginDefinition {
    const pluginClass = definition.plugin as new () => MonitorPlugin;
    return {
      ...definition,
      provide: (scope, options) => {
        definition.provide?.(scope, options);
        const useFactory = (own: DependencyContainer): MonitorPlugin => {
          // In a container of its own the class is found, not this factory again.
          const inner = own.createChildContainer();
          inner.registerSingleton(pluginClass);
          const plugin = inner.resolve(pluginClass);
          this.plugin = plugin;
          return this.#wrap(plugin);
        };
        scope.register(pluginClass, { useFactory });
      },
    };
  }

  /** A plugin with private fields cannot be called through a bare proxy, so every method runs on the plugin itself. */
  #wrap(plugin: MonitorPlugin): MonitorPlugin {
    return new Proxy(plugin, {
      get: (target, key) => {
        const value: unknown = Reflect.get(target, key, target);
        if (typeof value !== 'function') return value;
        return (...args: readonly unknown[]): unknown => {
          this.calls.push(key as HookName);
          if (this.sabotaged.has(key as HookName)) throw new Error(`sabotaged ${String(key)}`);
          return Reflect.apply(value, target, args);
        };
      },
    });
  }
}
