import type { IncomingMessage } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { answer, bodyOf, httpServer } from './http-server.js';

/** A line as [InfluxDB v2 documentation, Line protocol] has it, without the string fields' contents being looked at. */
const KEY = String.raw`(?:[^,= \\\n]|\\.)+`;
const VALUE = String.raw`(?:-?\d+i|-?\d+(?:\.\d+)?(?:e[+-]?\d+)?|true|false|"(?:[^"\\]|\\.)*")`;
const LINE = new RegExp(`^${KEY}(?:,${KEY}=${KEY})* ${KEY}=${VALUE}(?:,${KEY}=${VALUE})* \\d{16}$`, 's');

/**
 * Stands for the write API of InfluxDB 2, of which no package is to be had here. Statuses are those of [InfluxDB v2 API, POST /api/v2/write]: 204
 * written, 400 malformed, 401 token, 404 org or bucket unknown, 413 too large, 429 and 503 with `Retry-After`.
 */
export class FakeInflux2 {
  readonly lines: string[] = [];
  readonly statuses: number[] = [];
  /** Answers to the next requests, one each. */
  readonly faults: { status: number; headers?: Record<string, string>; text?: string }[] = [];
  /** Lines that hold this are refused, and nothing is said of which. */
  poison: string | undefined;
  url = '';

  /** Closed when the test has finished. */
  static async start(token: string): Promise<FakeInflux2> {
    const fake = new FakeInflux2();
    const { url } = await httpServer((request, response) => {
      void bodyOf(request).then((body) => {
        const fault = fake.faults.shift();
        const [status, text] =
          fault === undefined ? fake.#take(request, body, token) : [fault.status, fault.text ?? ''];
        fake.statuses.push(status);
        answer(response, status, fault?.headers, text);
      });
    });
    fake.url = url;
    return fake;
  }

  #take({ method, url = '', headers }: IncomingMessage, body: Buffer, token: string): readonly [number, string] {
    const { pathname, searchParams } = new URL(url, 'http://fake');
    if (pathname !== '/api/v2/write') return [404, '{"code":"not found","message":"path not found"}'];
    if (method !== 'POST') return [405, ''];
    if (headers.authorization !== `Token ${token}`)
      return [401, '{"code":"unauthorized","message":"unauthorized access"}'];
    if (searchParams.get('org') !== 'my org' || searchParams.get('bucket') !== 'sfu') {
      return [404, '{"code":"not found","message":"bucket \\"…\\" not found"}'];
    }
    if (searchParams.get('precision') !== 'us') return [400, '{"code":"invalid","message":"invalid precision"}'];
    if (!/^text\/plain; charset=utf-8$/.test(headers['content-type'] ?? '')) return [415, ''];
    if (headers['content-encoding'] !== 'gzip') return [400, 'not gzip'];
    const lines = gunzipSync(body)
      .toString()
      .split('\n')
      .filter((line) => line !== '');
    const good = lines.filter((line) => LINE.test(line) && (this.poison === undefined || !line.includes(this.poison)));
    for (const line of good) if (!this.lines.includes(line)) this.lines.push(line);
    return good.length === lines.length ? [204, ''] : [400, '{"code":"invalid","message":"unable to parse a line"}'];
  }
}
