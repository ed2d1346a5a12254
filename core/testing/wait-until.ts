const EVERY_MS = 5;

/** Waits until a condition holds; false when it still does not after `deadlineMs`. */
export async function waitUntil(condition: () => boolean, deadlineMs: number): Promise<boolean> {
  const end = performance.now() + deadlineMs;
  while (!condition()) {
    if (performance.now() >= end) return false;
    await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
    // Node tells of the end of a timer, this one too, a turn after it has run.
    await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
  }
  return true;
}

/** Whether a promise settles, either way, within `deadlineMs`. */
export async function settlesWithin(promise: Promise<unknown>, deadlineMs: number): Promise<boolean> {
  let settled = false;
  const note = (): void => {
    settled = true;
  };
  promise.then(note, note);
  return waitUntil(() => settled, deadlineMs);
}
