/** How long an orderly stop may take before the process ends anyway, in ms: longer than plugins may take to flush and to stop. */
const STOP_DEADLINE_MS = 20_000;

/**
 * Resolves with the reason once the program should stop: a signal, or `seconds` are over. A second signal ends the process at
 * once, and so does a stop that takes longer than 20 s.
 */
export function untilStopped(seconds: number | undefined): Promise<string> {
  return new Promise((resolve) => {
    let timer: NodeJS.Timeout | undefined;
    const stop = (why: string): void => {
      clearTimeout(timer);
      setTimeout(() => process.exit(1), STOP_DEADLINE_MS).unref();
      resolve(why);
    };
    let signals = 0;
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.on(signal, () => {
        signals++;
        if (signals > 1) process.exit(1);
        stop(signal);
      });
    }
    if (seconds !== undefined) timer = setTimeout(() => stop(`${seconds} s are over`), seconds * 1_000);
  });
}
