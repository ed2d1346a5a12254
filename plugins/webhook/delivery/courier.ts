import {
  type AlertReceiver,
  Backoff,
  type Clock,
  errorText,
  type HttpPost,
  type Logger,
  type PluginHealth,
  type ReceiverStatus,
  type ReceiverTest,
  SinkError,
} from '../../../core/index.js';
import type { Dialect, Message } from '../dialects/dialect.js';
import type { Notification } from '../notification.js';
import type { DeadLetters, DeathCause } from './dead-letters.js';
import { Pace, type PaceOptions } from './pace.js';
import { Rest } from './rest.js';
import { summedUp } from './summary.js';
import { testNotifications } from './test-notification.js';
import { Waiting } from './waiting.js';

const MINUTE_MS = 60_000;
/** `AlertReceiver.test` must end within 30 s. */
const TEST_MS = 25_000;

export interface CourierOptions {
  readonly name: string;
  readonly kind: string;
  /** Most notifications that wait. */
  readonly queue: number;
  /** ms. */
  readonly maxAgeMs: number;
  readonly pace: PaceOptions;
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
  /** Takes secrets out of a text. */
  readonly clean: (text: string) => string;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly deadLetters: DeadLetters;
  /** Called after whatever has to be kept over a restart. */
  readonly onChange: () => void;
  /** A notification will not be delivered. */
  readonly onLost: (notification: Notification) => void;
  /** 0 to below 1, for the jitter. */
  readonly random?: () => number;
}

/** Brings notifications to one receiver, one request at a time, until each is delivered, refused for good or too old. */
export class Courier implements AlertReceiver {
  readonly #given: Dependencies;
  readonly #waiting: Waiting;
  readonly #pace: Pace;
  readonly #backoff: Backoff;
  readonly #rest: Rest;
  readonly #stop = new AbortController();
  #running: Promise<void> | undefined;
  #delivered = 0;
  #retried = 0;
  #failed = 0;
  #dropped = 0;
  #deliveredAt: number | null = null;
  #lastError: string | null = null;
  #failingSince: number | null = null;
  #onSettled: (() => void)[] = [];

  constructor(given: Dependencies) {
    const { options, clock } = given;
    this.#given = given;
    this.#waiting = new Waiting({ capacity: options.queue, maxAlerts: options.maxAlerts });
    this.#pace = new Pace(clock, options.pace);
    this.#backoff = new Backoff({ ...options.retry, factor: 2, jitter: 0.3 }, given.random);
    this.#rest = new Rest(clock, () => this.#pace.waitMs());
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
      this.#given.onLost(lost);
    }
    this.#given.onChange();
    this.#running ??= this.#run();
  }

  /** Resolves when nothing waits; rejects when the signal aborts before. Does not wait for a failure to be forgotten. */
  async flush(signal: AbortSignal): Promise<void> {
    this.#rest.cutBackoff();
    while (this.#waiting.size > 0 && !this.#stop.signal.aborted) {
      signal.throwIfAborted();
      await new Promise<void>((resolve) => {
        signal.addEventListener('abort', () => resolve(), { once: true });
        this.#onSettled.push(resolve);
      });
    }
  }

  /** Gives up the request in flight. What waits stays in `waiting()`. */
  async stop(): Promise<void> {
    this.#stop.abort(new Error('Stopped.'));
    this.#rest.end();
    this.#settled();
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
    const { clock, options, clean } = this.#given;
    const begin = clock.monotonic();
    const signal = new AbortController();
    const end = clock.setTimeout(() => signal.abort(new Error(`no answer within ${TEST_MS / 1000} s`)), TEST_MS);
    const told = (ok: boolean, detail: string): ReceiverTest => {
      return { ok, detail, durationMs: Math.round(clock.monotonic() - begin) };
    };
    try {
      for (const notification of testNotifications(options.name, clock.now(), options.endsTest)) {
        const waitMs = Math.ceil(this.#pace.waitMs());
        if (waitMs > 0) throw new Error(`it takes no more now; ask again in ${waitMs} ms`);
        await this.#send(notification, AbortSignal.any([signal.signal, this.#stop.signal]));
      }
      return told(true, 'The receiver took it.');
    } catch (error) {
      return told(false, clean(errorText(error)));
    } finally {
      end.cancel();
    }
  }

  #health(): PluginHealth {
    if (this.#failingSince === null) return { status: 'ok' };
    const ms = this.#given.clock.monotonic() - this.#failingSince;
    const reason = `${this.#lastError ?? 'no answer'} (${this.#waiting.size} notifications wait)`;
    return { status: ms >= MINUTE_MS ? 'failing' : 'degraded', reason };
  }

  async #run(): Promise<void> {
    for (;;) {
      await this.#rest.until();
      if (this.#stop.signal.aborted) break;
      const next = this.#next();
      if (next === undefined) break;
      await this.#attempt(next);
      this.#settled();
    }
    this.#running = undefined;
  }

  /** The next one. When they are more than may be sent in a minute, they become one. */
  #next(): Notification | undefined {
    const { sumsUp, pace, maxAlerts } = this.#given.options;
    if (!sumsUp || this.#waiting.size <= Math.max(pace.perMinute / 4, 1)) return this.#waiting.peek();
    const summary = summedUp(this.#waiting.drain(), maxAlerts);
    if (summary !== undefined) this.#waiting.push(summary);
    return summary;
  }

  async #attempt(notification: Notification): Promise<void> {
    const { clock, options } = this.#given;
    if (clock.now() - notification.at > options.maxAgeMs) {
      this.#bury(notification, 'expired', this.#lastError ?? 'no answer');
      return;
    }
    try {
      await this.#send(notification, this.#stop.signal);
      this.#succeeded(notification);
    } catch (error) {
      if (!this.#stop.signal.aborted) this.#failedWith(notification, error);
    }
  }

  #succeeded(notification: Notification): void {
    const { clock, logger, options } = this.#given;
    if (this.#failingSince !== null) logger.info('notifications are taken again', { receiver: options.name });
    this.#delivered++;
    this.#deliveredAt = clock.now();
    this.#failingSince = null;
    this.#backoff.reset();
    this.#settle(notification);
  }

  #failedWith(notification: Notification, error: unknown): void {
    const { clock, logger, options, clean } = this.#given;
    const text = clean(errorText(error));
    const isNews = this.#failingSince === null || text !== this.#lastError;
    this.#lastError = text;
    if (error instanceof SinkError && !error.recoverable) {
      this.#bury(notification, 'refused', text);
      return;
    }
    if (isNews) logger.warn('a notification was not taken', { receiver: options.name, error: text });
    this.#failingSince ??= clock.monotonic();
    this.#retried++;
    this.#waiting.postpone(notification);
    const asked = error instanceof SinkError ? (error.retryAfterMs ?? 0) : 0;
    this.#rest.add({ backoffMs: this.#backoff.next(), askedMs: asked });
  }

  async #send(notification: Notification, signal: AbortSignal): Promise<void> {
    const { dialect, http, clock, clean } = this.#given;
    const { body, headers, query } = messageOf(dialect, notification, clock.now());
    try {
      const answer = await http.post(body, { headers, signal, ...(query !== undefined && { query }) });
      // Cleaned before it is cut to what fits into an error, or half a secret would slip through.
      dialect.judge({ ...answer, text: clean(answer.text) }, clock.now());
    } finally {
      // Not before it: the receiver may have counted it as late as now.
      this.#pace.take();
    }
  }

  #bury(notification: Notification, cause: DeathCause, reason: string): void {
    this.#failed++;
    this.#settle(notification);
    this.#given.deadLetters.bury(notification, cause, reason);
    this.#given.onLost(notification);
  }

  #settle(notification: Notification): void {
    this.#waiting.settle(notification);
    this.#given.onChange();
  }

  #settled(): void {
    for (const resolve of this.#onSettled.splice(0)) resolve();
  }
}

/** One that cannot be written down would fail at every attempt. */
function messageOf(dialect: Dialect, notification: Notification, now: number): Message {
  try {
    return dialect.message(notification, now);
  } catch (error) {
    throw new SinkError(`it cannot be written down: ${errorText(error)}`, { recoverable: false, cause: error });
  }
}
