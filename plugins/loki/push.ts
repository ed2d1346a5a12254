import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { type Clock, type HttpAnswer, type HttpPost, httpRefusal, type SinkBatch } from '../../core/index.js';
import { type Entry, entryTime, pushBody } from './entry.js';

const gzipped = promisify(gzip);

/** Loki can be told to answer this to a tenant whose lines it throws away, so that no sender takes it for an error (`block_ingestion_status_code`). */
const BLOCKED = 260;
const HEADERS = { 'content-type': 'application/json', 'content-encoding': 'gzip' };

export interface PushOptions {
  readonly http: HttpPost;
  readonly clock: Clock;
  /** Lines older than this are not sent, in ms. */
  readonly maxAgeMs: number;
}

/**
 * Delivers batches. Loki keeps the good lines of a request that it answers with 400, without telling which those are; so the request is
 * halved until the bad ones are found. Lines that are sent twice by that have the same time and text, which Loki keeps once.
 */
export class Pusher {
  readonly #options: PushOptions;
  /** Lines that were not sent for their age. */
  tooOld = 0;

  constructor(options: PushOptions) {
    this.#options = options;
  }

  /** Acknowledges and rejects lines one by one; rejects when the rest is to be sent again, or is lost together. */
  async push(batch: SinkBatch<Entry>, signal: AbortSignal): Promise<void> {
    const { clock, maxAgeMs } = this.#options;
    const oldest = clock.now() - maxAgeMs;
    const fresh: number[] = [];
    for (const [index, entry] of batch.items.entries()) {
      if (entryTime(entry) >= oldest) fresh.push(index);
      else {
        this.tooOld++;
        batch.reject(index, 'older than Loki takes (limits.maxAgeHours)');
      }
    }
    if (fresh.length === 0) return;
    // Finding one bad line takes two requests for every halving.
    const requests = { left: 2 * Math.ceil(Math.log2(fresh.length)) + 4 };
    await this.#send(batch, fresh, requests, signal);
  }

  async #send(
    batch: SinkBatch<Entry>,
    indexes: readonly number[],
    requests: { left: number },
    signal: AbortSignal,
  ): Promise<void> {
    requests.left--;
    const answer = await this.#post(
      indexes.map((index) => batch.items[index] ?? ''),
      signal,
    );
    if (answer.status >= 200 && answer.status < 300 && answer.status !== BLOCKED) {
      for (const index of indexes) batch.ack(index);
      return;
    }
    const isAboutSome = answer.status === 400 || answer.status === 413;
    if (isAboutSome && indexes.length > 1 && requests.left >= 2) {
      const half = Math.ceil(indexes.length / 2);
      await this.#send(batch, indexes.slice(0, half), requests, signal);
      await this.#send(batch, indexes.slice(half), requests, signal);
      return;
    }
    const refusal = httpRefusal(this.#options.http.shown, answer, this.#options.clock.now());
    if (refusal.recoverable) throw refusal;
    for (const index of indexes) batch.reject(index, refusal.message);
  }

  async #post(entries: readonly Entry[], signal: AbortSignal): Promise<HttpAnswer> {
    // Level 1: a third less CPU than level 6, for bodies that are a twentieth larger.
    const body = await gzipped(pushBody(entries), { level: 1 });
    signal.throwIfAborted();
    return this.#options.http.post(body, { headers: HEADERS, signal });
  }
}
