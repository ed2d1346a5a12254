import { HttpPost } from '../../../core/index.js';
import { ManualClock, RecordingLogger } from '../../../core/testing/index.js';
import { Courier, type CourierOptions } from '../../../plugins/webhook/delivery/courier.js';
import { DeadLetters } from '../../../plugins/webhook/delivery/dead-letters.js';
import { alertmanagerWebhook } from '../../../plugins/webhook/dialects/alertmanager-webhook.js';
import type { Dialect } from '../../../plugins/webhook/dialects/dialect.js';
import type { Notification } from '../../../plugins/webhook/notification.js';

interface KitOptions extends Partial<CourierOptions> {
  readonly url: string;
  readonly dialect?: Dialect;
  readonly deadLetterFile?: string;
  readonly timeoutMs?: number;
  readonly publicOnly?: boolean;
}

/** A courier on a clock that stands still, with a real connection to a receiver. Nothing is random. */
export class CourierKit implements AsyncDisposable {
  readonly clock = new ManualClock();
  readonly logger = new RecordingLogger();
  readonly lost: Notification[] = [];
  readonly deadLetters: DeadLetters;
  readonly courier: Courier;

  constructor({ url, dialect, deadLetterFile, timeoutMs = 10_000, publicOnly = false, ...options }: KitOptions) {
    const { clock, logger } = this;
    this.deadLetters = new DeadLetters(deadLetterFile, logger);
    this.courier = new Courier({
      options: {
        name: 'a',
        kind: 'webhook',
        queue: 200,
        maxAgeMs: 86_400_000,
        pace: { perMinute: 600, gapMs: 0 },
        sumsUp: false,
        maxAlerts: 100,
        endsTest: false,
        retry: { initialMs: 1_000, maxMs: 60_000 },
        ...options,
      },
      dialect: dialect ?? alertmanagerWebhook(url, []),
      http: new HttpPost({ clock, url, shown: new URL(url).origin, timeoutMs, publicOnly }),
      clean: (text) => text.replaceAll('top-secret-token', '***'),
      clock,
      logger,
      deadLetters: this.deadLetters,
      onChange: () => undefined,
      onLost: (notification) => this.lost.push(notification),
      random: () => 0,
    });
  }

  get status() {
    return this.courier.status();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.courier.stop();
    await this.deadLetters.flush();
  }
}
