import { createHmac } from 'node:crypto';
import type { Received, Reply } from './receiver-server.js';

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
const LARGEST_BODY = 20_000;
const TITLE_LENGTH = 64;
const TEXT_LENGTH = 5_000;

/** It answers 200 whatever happened. */
const tell = (errcode: number, errmsg: string): Reply => ({
  status: 200,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ errcode, errmsg }),
});

/**
 * A custom robot of DingTalk, as strict as the real one (open.dingtalk.com/document/robots/custom-robot-access and
 * .../customize-robot-security-settings): `access_token` in the query; the signature is base64 of HMAC-SHA256 over `<timestamp>\n<secret>`
 * and no more than an hour old (310000); at most 20 messages a minute, then it is silent for 10 minutes (130101); markdown with a title of
 * 64 and a text of 5,000 characters (34016), and 20,000 bytes in all (460101).
 */
export class DingTalkFake {
  readonly texts: string[] = [];
  readonly #given: { readonly token: string; readonly secret: string; readonly now: () => number };
  #taken: number[] = [];
  #silentUntil = 0;

  constructor(given: { readonly token: string; readonly secret: string; readonly now: () => number }) {
    this.#given = given;
  }

  readonly answer = ({ query, headers, body }: Received): Reply => {
    const { token, secret } = this.#given;
    const now = this.#given.now();
    if (query.get('access_token') !== token) return tell(400_101, 'access_token is not exist');
    if (!(headers['content-type'] ?? '').startsWith('application/json'))
      return tell(43_004, 'invalid http header Content-Type');
    const timestamp = query.get('timestamp') ?? '';
    if (!/^\d{13}$/.test(timestamp) || Math.abs(now - Number(timestamp)) > HOUR_MS) {
      return tell(310_000, 'invalid timestamp');
    }
    const sign = createHmac('sha256', secret).update(`${timestamp}\n${secret}`).digest('base64');
    if (query.get('sign') !== sign) return tell(310_000, 'sign not match');
    if (Buffer.byteLength(body) > LARGEST_BODY) return tell(460_101, 'message too long, exceed 20000 bytes');
    const { msgtype, markdown } = JSON.parse(body) as {
      msgtype?: unknown;
      markdown?: { title?: string; text?: string };
    };
    if (msgtype !== 'markdown' || typeof markdown?.title !== 'string' || typeof markdown.text !== 'string') {
      return tell(400_105, 'msgtype is not supported');
    }
    if (markdown.title.length > TITLE_LENGTH || markdown.text.length > TEXT_LENGTH)
      return tell(34_016, 'content too long');
    if (now < this.#silentUntil) return tell(130_101, 'send too fast, exceed 20 times per minute');
    this.#taken = [...this.#taken.filter((at) => now - at < MINUTE_MS), now];
    if (this.#taken.length > 20) {
      this.#silentUntil = now + 10 * MINUTE_MS;
      return tell(130_101, 'send too fast, exceed 20 times per minute');
    }
    this.texts.push(markdown.text);
    return tell(0, 'ok');
  };
}
