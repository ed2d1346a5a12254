import { MonitorError } from '../../core/index.js';

/** A monitor that says nothing for so long does not answer, in ms. */
const DEADLINE_MS = 10_000;

/** Asks a running monitor, with a token where one is given. Rejects with `MonitorError` when nothing answers; any status is an answer. */
export async function askMonitor(url: string, token: unknown, init: RequestInit = {}): Promise<Response> {
  const authorization: Record<string, string> = typeof token === 'string' ? { authorization: `Bearer ${token}` } : {};
  const headers = { ...(init.headers as Record<string, string> | undefined), ...authorization };
  try {
    return await fetch(url, { ...init, headers, signal: AbortSignal.timeout(DEADLINE_MS) });
  } catch (error) {
    throw new MonitorError('SFUSCOPE_OPTIONS_INVALID', `Nothing answers at ${url}.`, { cause: error });
  }
}
