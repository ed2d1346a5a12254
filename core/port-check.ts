import { optionsError } from './option-errors.js';

/** Methods that each of the application's own parts must have; `[]` for a function. */
const PORTS = {
  identify: [],
  logger: ['debug', 'info', 'warn', 'error', 'child'],
  clock: ['now', 'monotonic', 'setTimeout', 'setInterval'],
  source: ['start', 'stop', 'read', 'inspect'],
  container: ['createChildContainer'],
} as const satisfies Record<string, readonly string[]>;

/** Throws `SFUSCOPE_OPTIONS_INVALID` for options that are none, and for parts that lack what they need. Plain JavaScript passes anything. */
export function checkPorts(options: unknown): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw optionsError([`options: expected an object as in createMonitor({ mediasoup }), found ${String(options)}`]);
  }
  const given = options as Readonly<Record<string, unknown>>;
  const problems: string[] = [];
  for (const [name, methods] of Object.entries(PORTS)) {
    const part = given[name];
    if (part === undefined) continue;
    if (methods.length === 0) {
      if (typeof part !== 'function') problems.push(`${name}: expected a function, found ${typeof part}`);
      continue;
    }
    const missing = methods.filter(
      (method) => typeof (part as Record<string, unknown> | null)?.[method] !== 'function',
    );
    if (missing.length > 0) problems.push(`${name}: it has no ${missing.map((method) => `${method}()`).join(', ')}`);
  }
  if (given.workers !== undefined && !Array.isArray(given.workers)) {
    problems.push(`workers: expected a list of mediasoup workers, found ${typeof given.workers}`);
  }
  if (problems.length > 0) throw optionsError(problems);
}
