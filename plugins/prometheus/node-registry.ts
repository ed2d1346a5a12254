import type { UserRegistry } from './options.js';

/** One for the process: prom-client's observers of the event loop and of garbage collections cannot be taken back. */
let shared: Promise<UserRegistry> | undefined;

/** prom-client's metrics of this process. Rejects when the package is not installed. */
export function nodeRegistry(): Promise<UserRegistry> {
  shared ??= load();
  return shared;
}

async function load(): Promise<UserRegistry> {
  const { collectDefaultMetrics, Registry } = await import('prom-client');
  const register = new Registry();
  collectDefaultMetrics({ register });
  // Its declarations hide that every metric can be asked for its values.
  return register as unknown as UserRegistry;
}
