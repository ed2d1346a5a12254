import type { Clock } from './clock.js';
import { withDeadline } from './deadline.js';

/** Something that starts and stops with others, in order. */
export interface Part {
  readonly name: string;
  /** A part whose start fails releases by itself what it had got: its `stop` is not called. */
  start?(signal: AbortSignal): Promise<void> | void;
  stop?(signal: AbortSignal): Promise<void> | void;
}

export interface LifecycleOptions {
  readonly clock: Clock;
  /** Deadline of each start in ms; left out when every part keeps its own. */
  readonly startTimeoutMs?: number;
  /** Deadline of each stop in ms; left out when every part keeps its own. */
  readonly stopTimeoutMs?: number;
  /** Told of every part that failed to stop; the others are stopped all the same. */
  readonly onStopError: (name: string, error: unknown) => void;
}

/** Starts parts one after another and stops them in reverse, once. Safe to stop at any time, also while it starts. */
export class Lifecycle {
  readonly #options: LifecycleOptions;
  readonly #started: Part[] = [];
  readonly #giveUp = new AbortController();
  #starting: Promise<void> | undefined;
  #stopping: Promise<void> | undefined;

  constructor(options: LifecycleOptions) {
    this.#options = options;
  }

  /**
   * Starts the parts in the order given. When one fails, or the signal aborts, those that run are stopped in reverse and it
   * rejects with the first error. To be called once.
   */
  start(parts: readonly Part[], signal?: AbortSignal): Promise<void> {
    const abort = (): void => this.#giveUp.abort(signal?.reason);
    if (signal?.aborted === true) abort();
    signal?.addEventListener('abort', abort, { once: true });
    this.#starting = this.#start(parts).finally(() => signal?.removeEventListener('abort', abort));
    return this.#starting;
  }

  /** Gives up a start that still runs, then stops what runs in reverse. Never rejects; a second call returns the same promise. */
  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  async #start(parts: readonly Part[]): Promise<void> {
    const { signal } = this.#giveUp;
    try {
      for (const part of parts) {
        signal.throwIfAborted();
        await this.#run((inner) => part.start?.(inner), this.#options.startTimeoutMs, signal);
        this.#started.push(part);
      }
      signal.throwIfAborted();
    } catch (error) {
      await this.#stopStarted();
      throw error;
    }
  }

  async #stop(): Promise<void> {
    if (this.#starting !== undefined) {
      this.#giveUp.abort(new Error('Stopped while it started.'));
      // Its rejection belongs to whoever called start.
      await this.#starting.catch(() => undefined);
    }
    await this.#stopStarted();
  }

  async #stopStarted(): Promise<void> {
    for (const part of this.#started.splice(0).reverse()) {
      try {
        await this.#run((signal) => part.stop?.(signal), this.#options.stopTimeoutMs);
      } catch (error) {
        this.#options.onStopError(part.name, error);
      }
    }
  }

  async #run(
    work: (signal: AbortSignal) => Promise<void> | void,
    ms: number | undefined,
    signal?: AbortSignal,
  ): Promise<void> {
    if (ms === undefined) await work(signal ?? new AbortController().signal);
    else await withDeadline(work, { clock: this.#options.clock, ms, signal });
  }
}
