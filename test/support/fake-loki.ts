import type { IncomingMessage, ServerResponse } from 'node:http';
import { answer, bodyOf, httpServer } from './http-server.js';
import {
  LOKI_DEFAULTS,
  type LokiLimits,
  type LokiLine,
  LokiRefusal,
  type LokiStream,
  lineProblem,
  parsePush,
  streamProblem,
} from './loki-rules.js';

export interface FakeLokiOptions extends Partial<LokiLimits> {
  /** Wall time in ms. @default Date.now */
  readonly now?: () => number;
  /** Refuses requests without `X-Scope-OrgID`, as with `auth_enabled: true` [Manage tenant isolation]. @default false */
  readonly multiTenant?: boolean;
  /** What a reverse proxy before it wants as `Authorization` [Manage authentication]. */
  readonly authorization?: string;
  /** Largest body that this proxy takes, in bytes. */
  readonly maxBodyBytes?: number;
  /** [limits_config: block_ingestion_status_code], while ingestion is blocked. */
  readonly blockedStatus?: number;
}

/** An answer in place of the usual; `hang`: none at all; `cut`: half of one; `lost`: taken, but the answer never arrives. */
export type Fault = { status: number; headers?: Record<string, string>; text?: string } | 'hang' | 'cut' | 'lost';

/**
 * Stands for Grafana Loki, of which no package is to be had here: refuses what the real one refuses, by the documents that `loki-rules`
 * names, and keeps what the real one keeps.
 */
export class FakeLoki {
  readonly requests: {
    readonly headers: IncomingMessage['headers'];
    readonly bytes: number;
    readonly status: number;
  }[] = [];
  /** Answers to the next requests, one each. */
  readonly faults: Fault[] = [];
  /** What was discarded, and why. */
  readonly discarded: string[] = [];
  url = '';
  readonly #options: FakeLokiOptions;
  readonly #limits: LokiLimits;
  readonly #streams = new Map<string, { labels: LokiStream['labels']; lines: LokiLine[]; newest: bigint }>();
  /** Answers while it is set, whatever is asked. */
  always: Fault | undefined;

  private constructor(options: FakeLokiOptions) {
    this.#options = options;
    this.#limits = { ...LOKI_DEFAULTS, ...options };
  }

  /** Closed when the test has finished. */
  static async start(options: FakeLokiOptions = {}): Promise<FakeLoki> {
    const loki = new FakeLoki(options);
    const { url } = await httpServer(
      (request, response) => void loki.#serve(request, response).catch(() => response.destroy()),
    );
    loki.url = url;
    return loki;
  }

  /** Every line that was kept, by stream in order of arrival. */
  get streams(): readonly LokiStream[] {
    return Array.from(this.#streams.values(), ({ labels, lines }) => ({ labels, lines }));
  }

  get lines(): readonly LokiLine[] {
    return this.streams.flatMap(({ lines }) => lines);
  }

  /** Values of one entry of structured metadata, of all lines that have it. */
  metadata(name: string): readonly string[] {
    return this.lines.flatMap(({ metadata }) => metadata[name] ?? []);
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await bodyOf(request);
    const fault = this.faults.shift() ?? this.always;
    if (fault === 'hang') return;
    if (fault === 'cut') {
      this.#note(request, body, 204);
      response.writeHead(200, { 'content-length': '64' }).write('{', () => response.destroy());
      return;
    }
    if (typeof fault === 'object')
      return this.#answer(request, response, body, fault.status, fault.text, fault.headers);
    try {
      const problems = this.#take(request, body);
      if (fault === 'lost') {
        response.destroy();
        return;
      }
      // [Ingest logs]: 204 when everything was taken. Else what is good has been taken all the same [pkg/distributor/distributor.go].
      if (problems.length === 0) this.#answer(request, response, body, 204);
      else this.#answer(request, response, body, 400, problems.at(-1));
    } catch (error) {
      if (!(error instanceof LokiRefusal)) throw error;
      this.#answer(request, response, body, error.status, error.message);
    }
  }

  #answer(
    request: IncomingMessage,
    response: ServerResponse,
    body: Buffer,
    status: number,
    text = '',
    headers = {},
  ): void {
    this.#note(request, body, status);
    answer(response, status, headers, text);
  }

  #note({ headers }: IncomingMessage, { byteLength: bytes }: Buffer, status: number): void {
    this.requests.push({ headers, bytes, status });
  }

  #take({ method, url, headers }: IncomingMessage, body: Buffer): readonly string[] {
    const {
      authorization,
      maxBodyBytes = Number.POSITIVE_INFINITY,
      multiTenant = false,
      blockedStatus,
    } = this.#options;
    if (authorization !== undefined && headers.authorization !== authorization)
      throw new LokiRefusal(401, 'Unauthorized');
    if (body.byteLength > maxBodyBytes) throw new LokiRefusal(413, 'Request Entity Too Large');
    if (url !== '/loki/api/v1/push') throw new LokiRefusal(404, '404 page not found');
    if (method !== 'POST') throw new LokiRefusal(405, 'method not allowed');
    if (multiTenant && headers['x-scope-orgid'] === undefined) throw new LokiRefusal(401, 'no org id');
    if (blockedStatus !== undefined) throw new LokiRefusal(blockedStatus, 'ingestion blocked for user fake');
    const streams = parsePush(body, headers['content-type'], headers['content-encoding']);
    if (streams.length === 0) throw new LokiRefusal(400, 'error at least one valid stream is required for ingestion');
    const problems = streams.flatMap((stream) => this.#takeStream(stream));
    this.discarded.push(...problems);
    return problems;
  }

  #takeStream({ labels, lines }: LokiStream): readonly string[] {
    const problem = streamProblem(labels, this.#limits);
    if (problem !== null) return lines.map(() => problem);
    const shown = JSON.stringify(Object.entries(labels).toSorted(([a], [b]) => (a < b ? -1 : 1)));
    const stream = this.#streams.get(shown) ?? { labels, lines: [], newest: 0n };
    const now = (this.#options.now ?? Date.now)();
    const problems: string[] = [];
    for (const line of lines) {
      const found = lineProblem(line, shown, now, this.#limits) ?? this.#behind(line, stream.newest, shown);
      if (found !== null) {
        problems.push(found);
        continue;
      }
      if (line.ns > stream.newest) stream.newest = line.ns;
      // "…matching both the previous nanosecond timestamp and log text … is treated as an exact duplicate and ignored" [Loki architecture, Timestamp ordering].
      if (!stream.lines.some((kept) => kept.ns === line.ns && kept.line === line.line)) stream.lines.push(line);
    }
    if (stream.lines.length > 0) this.#streams.set(shown, stream);
    return problems;
  }

  /** [too_far_behind; pkg/ingester/stream.go, validateEntries] */
  #behind({ ns }: LokiLine, newest: bigint, shown: string): string | null {
    if (ns >= newest - BigInt(this.#limits.behindMs) * 1_000_000n) return null;
    const at = new Date(Number(ns / 1_000_000n)).toISOString();
    return `entry with timestamp ${at} ignored, reason: 'entry too far behind', user 'fake', total ignored: 1 out of 1 for stream: ${shown}`;
  }
}
