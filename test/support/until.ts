/**
 * How long a test waits for something that must happen, in ms. Far longer than it takes even on a slow machine with other work, for
 * a wait that is over costs nothing; shorter than the timeout of a test, so that what is missing is told by the check.
 */
const PATIENCE_MS = 60_000;

/**
 * Waits until `check` throws no more, without a timer of its own, so that the check may count timers. Rejects with its last error
 * after `timeoutMs`. Keeps a core busy: `eventually` is for everything else.
 */
export async function until<T>(check: () => T, timeoutMs = PATIENCE_MS): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    try {
      return check();
    } catch (error) {
      if (performance.now() > deadline) throw error;
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
}

/**
 * Waits until `check` throws no more, or its promise is not rejected any more, and looks every `everyMs`, 20 unless told. Rejects
 * with its last error after `timeoutMs`, a minute unless told.
 */
export async function eventually<T>(
  check: () => T | Promise<T>,
  { everyMs = 20, timeoutMs = PATIENCE_MS }: { readonly everyMs?: number; readonly timeoutMs?: number } = {},
): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    try {
      return await check();
    } catch (error) {
      if (performance.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, everyMs));
    }
  }
}
