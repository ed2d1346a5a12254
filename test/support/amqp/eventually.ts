import { eventually as within } from '../until.js';

/** How long a broker may take to do something on a busy machine, in ms. */
export const PATIENCE_MS = 120_000;

/** Waits until `check` throws no more; leaves the processor to the broker meanwhile. Rejects with its last error when that takes too long. */
export function eventually<T>(check: () => T): Promise<T> {
  return within(check, { everyMs: 10, timeoutMs: PATIENCE_MS });
}
