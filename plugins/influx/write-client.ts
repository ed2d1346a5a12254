import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import {
  basicAuthorization,
  type Clock,
  deliverInParts,
  HttpPost,
  type HttpTls,
  type SinkBatch,
} from '../../core/index.js';
import type { InfluxOptions } from './options.js';

const gzipped = promisify(gzip);

const HEADERS = { 'content-type': 'text/plain; charset=utf-8', 'content-encoding': 'gzip' };

/**
 * Writes lines by the API of InfluxDB 1 (`/write`) or 2 (`/api/v2/write`). Of a request that is answered with 400 or 422 InfluxDB may have kept
 * the good lines; a line that it gets twice is the same point, so that nothing is doubled by finding the bad ones.
 */
export class WriteClient {
  readonly #http: HttpPost;
  readonly #clock: Clock;

  constructor(options: InfluxOptions, clock: Clock, tls: HttpTls) {
    this.#clock = clock;
    this.#http = new HttpPost({
      clock,
      url: writeAddress(options),
      headers: { ...HEADERS, ...authorization(options) },
      timeoutMs: options.writeTimeoutMs,
      tls,
    });
  }

  async write(batch: SinkBatch<string>, signal: AbortSignal): Promise<void> {
    await deliverInParts(batch, Array.from(batch.items.keys()), {
      clock: this.#clock,
      shown: this.#http.shown,
      send: async (lines) => {
        const body = await gzipped(`${lines.join('\n')}\n`, { level: 1 });
        signal.throwIfAborted();
        return this.#http.post(body, { signal });
      },
    });
  }

  close(): void {
    this.#http.close();
  }
}

function writeAddress({ url, v1, v2 }: InfluxOptions): string {
  const address = new URL(url);
  const base = address.pathname.replace(/\/+$/, '');
  if (v2 !== null) {
    address.pathname = `${base}/api/v2/write`;
    address.searchParams.set('org', v2.org);
    address.searchParams.set('bucket', v2.bucket);
  } else if (v1 !== null) {
    address.pathname = `${base}/write`;
    address.searchParams.set('db', v1.database);
    if (v1.retentionPolicy !== null) address.searchParams.set('rp', v1.retentionPolicy);
  }
  // Microseconds, as either version calls them.
  address.searchParams.set('precision', v2 === null ? 'u' : 'us');
  return address.href;
}

function authorization({ v1, v2 }: InfluxOptions): Readonly<Record<string, string>> {
  if (v2 !== null) return { authorization: `Token ${v2.token}` };
  return v1?.user == null ? {} : basicAuthorization(v1.user, v1.password ?? '');
}
