import type { PluginHealth } from '../plugin.js';

/** Counters of its own that a plugin may show; what comes after them is left out. */
const MOST_COUNTERS = 100;

/** What `health` answered, made safe to show: an answer that makes no sense counts as failing. */
export function healthOf(answer: unknown): PluginHealth {
  if (answer === null || answer === undefined) return { status: 'ok' };
  if (isPromise(answer)) return { status: 'failing', reason: 'health returned a promise; it must be synchronous' };
  const { status, reason } = answer as { readonly status?: unknown; readonly reason?: unknown };
  if (status === 'ok') return { status };
  if (status === 'degraded' || status === 'failing') {
    return { status, reason: typeof reason === 'string' ? reason : 'no reason was given' };
  }
  return { status: 'failing', reason: 'health answered none of ok, degraded and failing' };
}

/** The counters among what `counters` answered: finite numbers, at most 100. `undefined` when the plugin has none. */
export function countersOf(answer: unknown): Readonly<Record<string, number>> | undefined {
  if (typeof answer !== 'object' || answer === null || isPromise(answer)) return undefined;
  const counters = Object.entries(answer).filter((entry): entry is [string, number] => Number.isFinite(entry[1]));
  return Object.fromEntries(counters.slice(0, MOST_COUNTERS));
}

/** Nobody else will look at a promise that is no answer, and a rejection that nobody handles ends the process. */
function isPromise(answer: unknown): boolean {
  if (!(answer instanceof Promise)) return false;
  answer.catch(() => undefined);
  return true;
}
