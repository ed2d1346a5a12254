/** Longer than any wait that has a deadline. */
const LONG_MS = 2_147_483_647;

/**
 * Runs work that others wait for, and keeps the process alive until it settles. The timers of the clock keep none alive, so a process with
 * nothing else to do would end in the middle of the wait.
 */
export async function holdOpen<T>(work: () => Promise<T>): Promise<T> {
  const hold = setInterval(() => undefined, LONG_MS);
  try {
    return await work();
  } finally {
    clearInterval(hold);
  }
}
