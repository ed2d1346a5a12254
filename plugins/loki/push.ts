import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { type Clock, deliverInParts, type HttpAnswer, type HttpPost, type SinkBatch } from '../../core/index.js';
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
    const { clock, http, maxAgeMs } = this.#options;
    const oldest = clock.now() - maxAgeMs;
    const fresh: number[] = [];
    for (const [index, entry] of batch.items.entries()) {
      if (entryTime(entry) >= oldest) fresh.push(index);
      else {
        this.tooOld++;
        batch.reject(index, 'older than Loki takes (limits.maxAgeHours)');
      }
    }
    await deliverInParts(batch, fresh, {
      clock,
      shown: http.shown,
      send: (entries) => this.#post(entries, signal),
      isDelivered: ({ status }) => status >= 200 && status < 300 && status !== BLOCKED,
    });
  }

  async #post(entries: readonly Entry[], signal: AbortSignal): Promise<HttpAnswer> {
    // Level 1: a third less CPU than level 6, for bodies that are a twentieth larger.
    const body = await gzipped(pushBody(entries), { level: 1 });
    signal.throwIfAborted();
    return this.#options.http.post(body, { headers: HEADERS, signal });
  }
}
