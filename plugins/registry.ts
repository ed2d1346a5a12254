import type { PluginDefinition } from '../core/index.js';

/** The plugins a configuration file can switch on, by name; each is loaded only when it is used. */
export const PLUGINS: Readonly<Record<string, () => Promise<PluginDefinition>>> = {
  alerts: async () => (await import('./alerts/plugin.js')).default,
  amqp: async () => (await import('./amqp/plugin.js')).default,
  example: async () => (await import('./example/plugin.js')).default,
  influx: async () => (await import('./influx/plugin.js')).default,
  loki: async () => (await import('./loki/plugin.js')).default,
  prometheus: async () => (await import('./prometheus/plugin.js')).default,
  stdout: async () => (await import('./stdout/plugin.js')).default,
  webhook: async () => (await import('./webhook/plugin.js')).default,
};
