import type { Received, Reply } from './receiver-server.js';

interface TextObject {
  readonly type: string;
  readonly text: string;
}

interface Block {
  readonly type: string;
  readonly text?: TextObject;
}

const MOST_BLOCKS = 50;
const HEADER_LENGTH = 150;
const SECTION_LENGTH = 3000;
const TEXT_LENGTH = 40_000;

const refuse = (status: number, body: string): Reply => ({ status, body });

/**
 * An incoming webhook of Slack, as strict as the real one:
 * - errors are words in plain text (api.slack.com/changelog/2016-05-17-changes-to-errors-for-incoming-webhooks, and
 *   docs.slack.dev/messaging/sending-messages-using-incoming-webhooks, "Handling errors");
 * - limits of blocks (docs.slack.dev/reference/block-kit/blocks: at most 50; `header` takes plain text of 1 to 150 characters, `section`
 *   text of 1 to 3000) and of text (docs.slack.dev/changelog/2018-truncating-really-long-messages: 40,000);
 * - one message a second, then 429 with `Retry-After` (docs.slack.dev/apis/web-api/rate-limits).
 */
export class SlackFake {
  /** A word and a status that every message is answered with, as for an archived channel. */
  refusal: readonly [status: number, word: string] | null = null;
  readonly texts: string[] = [];
  readonly #now: () => number;
  #lastAt = -Infinity;

  constructor(now: () => number) {
    this.#now = now;
  }

  readonly answer = ({ path, headers, body }: Received): Reply => {
    if (!/^\/services\/T\w+\/B\w+\/\w{24}$/.test(path)) return refuse(404, 'no_service');
    if (this.refusal !== null) return refuse(...this.refusal);
    if (!(headers['content-type'] ?? '').startsWith('application/json')) return refuse(400, 'invalid_payload');
    const message = parsed(body);
    if (message === null) return refuse(400, 'invalid_payload');
    if (typeof message.text !== 'string' && message.blocks === undefined) return refuse(400, 'no_text');
    if ((message.text ?? '').length > TEXT_LENGTH) return refuse(400, 'msg_too_long');
    if (message.blocks !== undefined && !areBlocks(message.blocks)) return refuse(400, 'invalid_blocks');
    const now = this.#now();
    if (now - this.#lastAt < 1_000) return { status: 429, body: 'rate_limited', headers: { 'retry-after': '1' } };
    this.#lastAt = now;
    this.texts.push([message.text, ...(message.blocks ?? []).map((block) => block.text?.text)].join('\n'));
    return { status: 200, body: 'ok' };
  };
}

function parsed(body: string): { readonly text?: string; readonly blocks?: readonly Block[] } | null {
  try {
    const message: unknown = JSON.parse(body);
    return typeof message === 'object' && message !== null ? message : null;
  } catch {
    return null;
  }
}

function areBlocks(blocks: readonly Block[]): boolean {
  return Array.isArray(blocks) && blocks.length <= MOST_BLOCKS && blocks.every(isBlock);
}

function isBlock({ type, text }: Block): boolean {
  if (text === undefined || typeof text.text !== 'string' || text.text.length < 1) return false;
  if (type === 'header') return text.type === 'plain_text' && text.text.length <= HEADER_LENGTH;
  return type === 'section' && /^(mrkdwn|plain_text)$/.test(text.type) && text.text.length <= SECTION_LENGTH;
}
