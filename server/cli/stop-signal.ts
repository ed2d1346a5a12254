/** How long an orderly stop may take before the process ends anyway, in ms: longer than plugins may take to flush and to stop. */
const STOP_DEADLINE_MS = 20_000;

/**
 * Listens for SIGINT and SIGTERM from its making on, so that one that comes while the program still starts is not lost. A second signal ends
 * the process at once, and so does a stop that takes longer than 20 s.
 */
export class StopSignal {
  #why: string | null = null;
  #signals = 0;
  #tell: ((why: string) => void) | undefined;

  constructor() {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.on(signal, () => {
        this.#signals++;
        if (this.#signals > 1) process.exit(1);
        if (this.#why === null) this.#stop(signal);
      });
    }
  }

  /** Whether the program should stop. */
  get isGiven(): boolean {
    return this.#why !== null;
  }

  /** Resolves with the reason once the program should stop: a signal, or `seconds` from now are over. */
  wait(seconds: number | undefined): Promise<string> {
    if (this.#why !== null) return Promise.resolve(this.#why);
    return new Promise((resolve) => {
      const timer =
        seconds === undefined ? undefined : setTimeout(() => this.#stop(`${seconds} s are over`), seconds * 1_000);
      this.#tell = (why) => {
        clearTimeout(timer);
        resolve(why);
      };
    });
  }

  #stop(why: string): void {
    this.#why = why;
    setTimeout(() => process.exit(1), STOP_DEADLINE_MS).unref();
    this.#tell?.(why);
  }
}
