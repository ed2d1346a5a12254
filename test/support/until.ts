/**
 * Waits until `check` throws no more, without a timer of its own, so that the check may count timers. Rejects with its last error
 * after `timeoutMs`.
 */
export async function until<T>(check: () => T, timeoutMs: number): Promise<T> {
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
