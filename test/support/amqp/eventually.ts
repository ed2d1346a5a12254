/** How long a broker may take to do something on a busy machine, in ms. */
export const PATIENCE_MS = 120_000;
const PAUSE_MS = 10;

/** Waits until `check` throws no more; leaves the processor to the broker meanwhile. Rejects with its last error when that takes too long. */
export async function eventually<T>(check: () => T): Promise<T> {
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    try {
      return check();
    } catch (error) {
      if (performance.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  }
}
