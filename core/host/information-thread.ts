import { createRequire } from 'node:module';
import { setImmediate } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import type { Clock, Timer } from '../clock.js';
import type { Logger } from '../logger.js';
import { CALL_ARGUMENTS, type InformationCall, type InformationCalls } from './information-calls.js';

/**
 * What runs in the thread: one question, one answer. It is text and not a file of its own because a thread cannot load
 * the TypeScript that tests run from, and the build would not copy a plain JavaScript file; so it is kept too small to
 * go wrong, and everything that needs types stays on this side.
 */
const PROGRAM = `
const { parentPort, workerData } = require('node:worker_threads');
const information = require(workerData.module);
parentPort.on('message', async ({ id, call, args }) => {
  try {
    parentPort.postMessage({ id, value: await information[call](...args) });
  } catch (error) {
    parentPort.postMessage({ id, error: String(error) });
  }
});
`;

/** Waits before the next thread is made after one, two … failures in a row. One more failure, and it is given up. */
const BACK_OFF_MS = [1_000, 5_000, 25_000];
/**
 * A call that cost this many threads is not asked again: a dead network mount must not take the other calls with it.
 */
const MAX_STRIKES = 2;
/** Heap of the thread in MB; beyond it the thread dies, not the process. */
const MAX_HEAP_MB = 96;
const STOP_DEADLINE_MS = 2_000;

type Outcome =
  | { readonly type: 'answered'; readonly value: unknown }
  | { readonly type: 'refused'; readonly reason: string }
  | { readonly type: 'lost'; readonly reason: string }
  | { readonly type: 'stopped' };

interface Answer {
  readonly id: number;
  readonly value?: unknown;
  readonly error?: string;
}

interface Dependencies {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly callTimeoutMs: number;
  /** For tests: another program than systeminformation's. */
  readonly program?: string;
}

/**
 * systeminformation in a worker thread, because several of its calls block with `execSync`. One call runs at a time,
 * each with a deadline. A thread that dies or hangs is replaced after a wait, a few times; a call with no answer is
 * `null`, never a rejection.
 */
export class InformationThread {
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #callTimeoutMs: number;
  readonly #program: string;
  readonly #strikes = new Map<InformationCall, number>();
  /** The last question; `undefined` before the first. */
  #tail: Promise<unknown> | undefined;
  #worker: Worker | undefined;
  /** Ends the wait for an answer or for the end of a back-off. */
  #settle: ((outcome: Outcome) => void) | undefined;
  #nextId = 1;
  #failures = 0;
  #state: 'open' | 'givenUp' | 'stopped' = 'open';
  #ending: Promise<unknown> = Promise.resolve();

  constructor({ clock, logger, callTimeoutMs, program = PROGRAM }: Dependencies) {
    this.#clock = clock;
    this.#logger = logger;
    this.#callTimeoutMs = callTimeoutMs;
    this.#program = program;
  }

  /**
   * Asks after all earlier questions. The first one waits for the end of this turn of the event loop, because making a
   * thread holds it up for milliseconds, and whoever asks first is busy starting.
   */
  ask<C extends InformationCall>(call: C): Promise<InformationCalls[C] | null> {
    const answer = (this.#tail ?? setImmediate()).then(() => this.#askNow(call));
    this.#tail = answer;
    return answer;
  }

  /**
   * Ends the thread; what is being asked is answered with `null`. A thread inside a blocking call ends up to its
   * deadline later.
   */
  async stop(): Promise<void> {
    if (this.#state !== 'stopped') {
      this.#state = 'stopped';
      this.#settle?.({ type: 'stopped' });
      this.#endThread();
    }
    await this.#within(STOP_DEADLINE_MS, this.#ending);
  }

  async #askNow<C extends InformationCall>(call: C): Promise<InformationCalls[C] | null> {
    if ((this.#strikes.get(call) ?? 0) >= MAX_STRIKES) return null;
    const wait = this.#worker === undefined && this.#failures > 0 ? BACK_OFF_MS[this.#failures - 1] : undefined;
    if (wait !== undefined && this.#state === 'open')
      await this.#waitFor(wait, () => ({ type: 'answered', value: null }));
    if (this.#state !== 'open') return null;

    const outcome = await this.#exchange(call);
    switch (outcome.type) {
      case 'answered':
        this.#failures = 0;
        // The thread calls exactly the function that `InformationCalls` describes.
        return outcome.value as InformationCalls[C];
      case 'refused':
        this.#logger.debug('systeminformation has no answer', { call, reason: outcome.reason });
        return null;
      case 'lost':
        this.#lose(call, outcome.reason);
        return null;
      case 'stopped':
        return null;
    }
  }

  async #exchange(call: InformationCall): Promise<Outcome> {
    const id = this.#nextId++;
    try {
      this.#worker ??= this.#makeThread();
      this.#worker.postMessage({ id, call, args: CALL_ARGUMENTS[call] });
    } catch (error) {
      return { type: 'lost', reason: String(error) };
    }
    return this.#waitFor(this.#callTimeoutMs, () => ({
      type: 'lost',
      reason: `no answer in ${this.#callTimeoutMs} ms`,
    }));
  }

  /** Settles with the next outcome, or with `late` after `ms`. */
  async #waitFor(ms: number, late: () => Outcome): Promise<Outcome> {
    let timer: Timer | undefined;
    const outcome = await new Promise<Outcome>((resolve) => {
      this.#settle = resolve;
      timer = this.#clock.setTimeout(() => resolve(late()), ms);
    });
    timer?.cancel();
    this.#settle = undefined;
    return outcome;
  }

  #makeThread(): Worker {
    const worker = new Worker(this.#program, {
      eval: true,
      name: 'sfuscope-host',
      // Loaders and inspectors of the application are not for this thread.
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MB },
      workerData: { module: createRequire(import.meta.url).resolve('systeminformation') },
    });
    let reason = 'it ended';
    worker.on('message', ({ id, value, error }: Answer) => {
      if (worker !== this.#worker || id !== this.#nextId - 1) return;
      this.#settle?.(error === undefined ? { type: 'answered', value } : { type: 'refused', reason: error });
    });
    worker.on('error', (error) => {
      reason = String(error);
    });
    worker.on('exit', () => {
      if (worker !== this.#worker) return;
      this.#worker = undefined;
      if (this.#settle === undefined) this.#countFailure(reason);
      else this.#settle({ type: 'lost', reason });
    });
    // Last, because a listener for messages holds the process again.
    worker.unref();
    return worker;
  }

  #lose(call: InformationCall, reason: string): void {
    const strikes = (this.#strikes.get(call) ?? 0) + 1;
    this.#strikes.set(call, strikes);
    if (strikes === MAX_STRIKES) {
      this.#logger.warn('a call of systeminformation is not made any more', { call, reason });
    }
    this.#endThread();
    this.#countFailure(reason);
  }

  #countFailure(reason: string): void {
    this.#failures++;
    if (this.#failures <= BACK_OFF_MS.length) {
      this.#logger.debug('the thread of systeminformation was lost', { reason, failures: this.#failures });
      return;
    }
    this.#state = 'givenUp';
    this.#logger.warn('systeminformation is given up; what it tells of the host stays unknown', { reason });
  }

  #endThread(): void {
    const worker = this.#worker;
    this.#worker = undefined;
    if (worker !== undefined) this.#ending = Promise.all([this.#ending, worker.terminate()]);
  }

  async #within(ms: number, promise: Promise<unknown>): Promise<void> {
    let timer: Timer | undefined;
    const deadline = new Promise<void>((resolve) => {
      timer = this.#clock.setTimeout(resolve, ms);
    });
    await Promise.race([promise, deadline]);
    timer?.cancel();
  }
}
