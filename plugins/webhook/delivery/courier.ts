import {
  Backoff,
  type AlertReceiver,
  type Clock,
  errorText,
  type HttpPost,
  type Logger,
  type PluginHealth,
  type ReceiverStatus,
  type ReceiverTest,
  SinkError,
  type Timer,
} from '../../../core/index.js';
import type { Dialect } from '../dialects/dialect.js';
import type { Notification } from '../notification.js';
import type { DeadLetters, DeathCause } from './dead-letters.js';
import { Pace } from './pace.js';
import { summedUp } from './summary.js';
import { testNotifications } from './test-notification.js';
import { Waiting } from './waiting.js';

const MINUTE_MS = 60_000;

export interface CourierOptions {
  readonly name: string;
  readonly kind: string;
  /** Most notifications that wait. */
  readonly queue: number;
  /** ms. */
  readonly maxAgeMs: number;
  readonly maxPerMinute: number;
  /** Whether groups are summed up when there are too many a minute. */
  readonly sumsUp: boolean;
  readonly maxAlerts: number;
  /** Whether a test has to be ended again. */
  readonly endsTest: boolean;
  readonly retry: { readonly initialMs: number; readonly maxMs: number };
}

interface Dependencies {
  readonly options: CourierOptions;
  readonly dialect: Dialect;
  readonly http: HttpPost;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly deadLetters: DeadLetters;
  /** Called after whatever has to be kept over a restart. */
  onChange(): void;
  /** 0 to below 1, for the jitter. */
  readonly random?: () => number;
}

/** Brings notifications to one receiver, one request at a time, until each is delivered, refused for good or too old. */
export class Courier implements AlertReceiver {
  readonly #given: Dependencies;
  readonly #waiting: Waiting;
  readonly #pace: Pace;
  readonly #backoff: Backoff;
  readonly #stop = new AbortController();
  #rest: Timer | undefined;
  #wake: (() => void) | undefined;
  #running: Promise<void> | undefined;
  #delivered = 0;
  #retried = 0;
  #failed = 0;
  #dropped = 0;
  #deliveredAt: number | null = null;
  #lastError: string | null = null;
  #failingSince: number | null = null;
  #flushes: (() => void)[] = [];

  constructor(given: Dependencies) {
    const { options, clock } = given;
    this.#given = given;
    this.#waiting = new Waiting(options.queue);
    this.#pace = new Pace(clock, options.maxPerMinute);
    this.#backoff = new Backoff({ ...options.retry, factor: 2, jitter: 0.3 }, given.random);
  }

  get name(): string {
    return this.#given.options.name;
  }

  /** What waits, for the next process. */
  waiting(): readonly Notification[] {
    return this.#waiting.all();
  }

  push(notification: Notification): void {
    if (this.#stop.signal.aborted) return;
    const lost = this.#waiting.push(notification);
    if (lost !== undefined) {
      this.#dropped++;
      this.#given.deadLetters.bury(lost, 'overflow', `${this.#given.options.queue} others wait`);
    }
    this.#given.onChange();
    this.#running ??= this.#run();
  }

  /** Resolves when nothing waits; rejects when the signal aborts before. */
  async flush(signal: AbortSignal): Promise<void> {
    this.#wake?.();
    while (this.#waiting.size > 0) {
      signal.throwIfAborted();
      await new Promise<void>((resolve) => {
        signal.addEventListener('abort', () => resolve(), { once: true });
        this.#flushes.push(resolve);
      });
    }
  }

  /** Gives up the request in flight. What waits stays in `waiting()`. */
  async stop(): Promise<void> {
    this.#stop.abort(new Error('Stopped.'));
    this.#wake?.();
    this.#given.http.close();
    await this.#running;
  }

  status(): ReceiverStatus {
    const { name, kind } = this.#given.options;
    return {
      name,
      kind,
      health: this.#health(),
      queued: this.#waiting.size,
      delivered: this.#delivered,
      retried: this.#retried,
      failed: this.#failed,
      dropped: this.#dropped,
      deliveredAt: this.#deliveredAt,
      lastError: this.#lastError,
    };
  }

  async test(): Promise<ReceiverTest> {
    const { clock, options } = this.#given;
    const begin = clock.monotonic();
    const durationMs = (): number => Math.round(clock.monotonic() - begin);
    try {
      for (const notification of testNotifications(options.name, clock.now(), options.endsTest)) {
        await this.#send(notification);
      }
      return { ok: true, detail: 'The receiver took it.', durationMs: durationMs() };
    } catch (error) {
      return { ok: false, detail: errorText(error), durationMs: durationMs() };
    }
  }

  #health(): PluginHealth {
    if (this.#failingSince === null) return { status: 'ok' };
    const ms = this.#given.clock.monotonic() - this.#failingSince;
    const reason = `${this.#lastError ?? 'no answer'} (${this.#waiting.size} notifications wait)`;
    return { status: ms >= MINUTE_MS ? 'failing' : 'degraded', reason };
  }

  async #run(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      await this.#restFor(this.#pace.waitMs());
      const next = this.#next();
      if (next === undefined || this.#stop.signal.aborted) break;
      await this.#try(next);
      for (const done of this.#flushes.splice(0)) done();
    }
    this.#running = undefined;
  }

  /** The next one. When they are more than may be sent in a minute, they become one. */
  #next(): Notification | undefined {
    const { options } = this.#given;
    if (!options.sumsUp || this.#waiting.size <= Math.max(options.maxPerMinute / 4, 1)) return this.#waiting.peek();
    const all = this.#waiting.drain();
    const summary = summedUp(all, options.maxAlerts);
    if (summary !== undefined) this.#waiting.push(summary);
    return summary;
  }

  async #try(notification: Notification): Promise<void> {
    const { clock, options } = this.#given;
    if (clock.now() - notification.at > options.maxAgeMs) {
      this.#bury(notification, 'expired', this.#lastError ?? 'no answer');
      return;
    }
    try {
      this.#pace.take();
      await this.#send(notification);
      this.#delivered++;
      this.#deliveredAt = clock.now();
      this.#failingSince = null;
      this.#backoff.reset();
      this.#settle(notification);
    } catch (error) {
      if (!this.#stop.signal.aborted) await this.#failedWith(notification, error);
    }
  }

  async #failedWith(notification: Notification, error: unknown): Promise<void> {
    const { clock, logger, options } = this.#given;
    const text = errorText(error);
    if (text !== this.#lastError) logger.warn('a notification was not taken', { receiver: options.name, error: text });
    this.#lastError = text;
    if (error instanceof SinkError && !error.recoverable) {
      this.#bury(notification, 'refused', text);
      return;
    }
    this.#failingSince ??= clock.monotonic();
    this.#retried++;
    this.#waiting.postpone(notification);
    const asked = error instanceof SinkError ? (error.retryAfterMs ?? 0) : 0;
    await this.#restFor(Math.max(this.#backoff.next(), asked));
  }

  async #send(notification: Notification): Promise<void> {
    const { dialect, http, clock } = this.#given;
    const { body, headers, query } = dialect.message(notification, clock.now());
    const signal = this.#stop.signal;
    const answer = await http.post(body, { headers, signal, ...(query !== undefined && { query }) });
    dialect.judge(answer, clock.now());
  }

  #bury(notification: Notification, cause: DeathCause, reason: string): void {
    this.#failed++;
    this.#settle(notification);
    this.#given.deadLetters.bury(notification, cause, reason);
  }

  #settle(notification: Notification): void {
    this.#waiting.settle(notification);
    this.#given.onChange();
  }

  async #restFor(ms: number): Promise<void> {
    if (ms <= 0 || this.#stop.signal.aborted) return;
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      this.#rest = this.#given.clock.setTimeout(resolve, ms);
    });
    this.#rest?.cancel();
    this.#wake = undefined;
  }
}
