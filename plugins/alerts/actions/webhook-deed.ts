import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import {
  Backoff,
  type Clock,
  errorText,
  HttpPost,
  httpRefusal,
  signatureHeaders,
  signingKey,
  SinkError,
  withDeadline,
} from '../../../core/index.js';
import type { Deed, Occasion } from './deed.js';
import type { WebhookOrder } from './options.js';

const LONGEST_WAIT_MS = 60_000;

/** Posts an order to an orchestrator, signed as in Standard Webhooks. */
export class WebhookDeed implements Deed {
  readonly #clock: Clock;
  readonly #options: WebhookOrder;
  readonly #http: HttpPost;
  readonly #keys: readonly Buffer[];

  constructor(clock: Clock, options: WebhookOrder) {
    const { url, timeoutMs, publicOnly, secrets } = options;
    this.#clock = clock;
    this.#options = options;
    // A path is often a password.
    this.#http = new HttpPost({ clock, url, timeoutMs, publicOnly, shown: new URL(url).origin });
    this.#keys = secrets.map(signingKey);
  }

  plan(): string {
    return `order '${this.#options.action}' of ${this.#http.shown}`;
  }

  async perform(occasion: Occasion, signal: AbortSignal): Promise<string> {
    const { attempts, retryMs } = this.#options;
    const id = `msg_${randomUUID()}`;
    const body = this.#body(occasion);
    const backoff = new Backoff({ initialMs: retryMs, maxMs: LONGEST_WAIT_MS, factor: 2, jitter: 0.2 });
    for (let attempt = 1; ; attempt++) {
      try {
        const status = await this.#post(id, body, signal);
        return `${this.#http.shown} took the order '${this.#options.action}' with HTTP ${status}, attempt ${attempt}`;
      } catch (error) {
        const isLast = attempt >= attempts || (error instanceof SinkError && !error.recoverable) || signal.aborted;
        if (isLast) throw new Error(`${errorText(error)}, attempt ${attempt} of ${attempts}`, { cause: error });
        const wished = error instanceof SinkError ? (error.retryAfterMs ?? 0) : 0;
        await this.#wait(Math.min(Math.max(backoff.next(), wished), LONGEST_WAIT_MS), signal);
      }
    }
  }

  close(): void {
    this.#http.close();
  }

  async #post(id: string, body: string, signal: AbortSignal): Promise<number> {
    const now = this.#clock.now();
    const headers = { 'content-type': 'application/json', ...signatureHeaders(this.#keys, { id, now, body }) };
    const answer = await this.#http.post(body, { headers, signal });
    if (answer.status >= 200 && answer.status < 300) return answer.status;
    throw httpRefusal(this.#http.shown, answer, now);
  }

  #body({ on, alert }: Occasion): string {
    const { id, fingerprint, name, state, severity, labels, annotations } = alert;
    const { entity, room, peer, worker, since, firingSince, resolvedAt, value, verdict } = alert;
    const what = { id, fingerprint, name, state, severity, labels, annotations, entity, room, peer, worker };
    const when = { since: isoTime(since), firingSince: isoTime(firingSince), resolvedAt: isoTime(resolvedAt) };
    return JSON.stringify({
      type: `sfuscope.action.${this.#options.action}`,
      timestamp: isoTime(this.#clock.now()),
      data: { action: this.#options.action, on, node: hostname(), alert: { ...what, ...when, value, verdict } },
    });
  }

  /** Ends at the abort as well. */
  async #wait(ms: number, signal: AbortSignal): Promise<void> {
    const never = new Promise<never>(() => undefined);
    await withDeadline(() => never, { clock: this.#clock, ms, signal }).catch(() => signal.throwIfAborted());
  }
}

function isoTime(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString();
}
