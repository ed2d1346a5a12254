import { createHmac } from 'node:crypto';
import { httpRefusal, SinkError } from '../../../core/index.js';
import type { Notification, NotifiedAlert } from '../notification.js';
import type { Dialect } from './dialect.js';
import { cut, cutBytes, summaryOf, title } from './texts.js';

/** Limits of open.dingtalk.com/document/robots/custom-robot-access and of its error 34016 ("content too long"). */
const TITLE_LENGTH = 64;
const TEXT_LENGTH = 5_000;
/** The whole body may have 20,000; the rest is for all but the text: 50 numbers with their marks, twice. */
const TEXT_BYTES = 15_000;
const MOST_ALERTS = 10;
/** "Sent too fast, exceed 20 times per minute"; the robot is silent for 10 minutes then. */
const TOO_FAST = new Set([130_101, 410_100]);
const TOO_FAST_WAIT_MS = 600_000;
/** The system is busy, or its own failure: worth another attempt. */
const PASSING = new Set([-1, -2]);

export interface DingTalkOptions {
  /** For the robot's signed mode; `null` when it goes by keywords or addresses. */
  readonly secret: string | null;
  /** Telephone numbers of people to call by name. */
  readonly atMobiles: readonly string[];
  readonly atAll: boolean;
}

/**
 * A custom robot of DingTalk. It answers 200 whatever happened, and tells in `errcode`. The signature is HMAC-SHA256 over
 * `<timestamp>\n<secret>` with the secret as the key, and holds for an hour.
 */
export function dingTalk(shown: string, options: DingTalkOptions): Dialect {
  return {
    message: (notification, now) => ({
      // It wants to be told the letters.
      headers: { 'content-type': 'application/json; charset=utf-8' },
      ...(options.secret !== null && { query: { timestamp: `${now}`, sign: signature(options.secret, now) } }),
      body: JSON.stringify(payload(notification, options)),
    }),
    judge(answer, now) {
      if (answer.status < 200 || answer.status >= 300) throw httpRefusal(shown, answer, now);
      const { errcode, errmsg } = read(answer.text);
      if (errcode === 0) return;
      const said = `${shown}: errcode ${errcode ?? 'missing'} (${cut(errmsg, 300)})`;
      if (errcode !== undefined && TOO_FAST.has(errcode)) {
        throw new SinkError(said, { recoverable: true, retryAfterMs: TOO_FAST_WAIT_MS });
      }
      // 310000: keyword, signature or address do not fit; 400013 to 400106: group, token, robot or message. A person has to mend them.
      throw new SinkError(said, { recoverable: errcode === undefined || PASSING.has(errcode) });
    },
  };
}

function signature(secret: string, now: number): string {
  return createHmac('sha256', secret).update(`${now}\n${secret}`).digest('base64');
}

function payload(notification: Notification, { atMobiles, atAll }: DingTalkOptions): unknown {
  const { alerts, truncatedAlerts } = notification;
  const heading = title(notification);
  const lines = alerts.slice(0, MOST_ALERTS).map(line);
  const left = alerts.length - lines.length + truncatedAlerts;
  // A name is only called when its number stands in the text as well.
  const calls = atMobiles.map((number) => `@${number}`).join(' ');
  const text = [`### ${heading}`, ...lines, ...(left > 0 ? [`and ${left} more`] : [])].join('\n\n');
  return {
    msgtype: 'markdown',
    markdown: {
      title: cut(heading, TITLE_LENGTH),
      text: `${cutBytes(cut(text, TEXT_LENGTH - calls.length - 2), TEXT_BYTES)}${calls && `\n\n${calls}`}`,
    },
    at: { atMobiles, isAtAll: atAll },
  };
}

function line(alert: NotifiedAlert): string {
  const { status, labels, annotations, generatorUrl } = alert;
  const state = status === 'firing' ? (labels.severity ?? 'firing') : 'resolved';
  const link = generatorUrl === '' ? '' : ` [show](${generatorUrl})`;
  return `- **${state}** ${summaryOf(alert)}${annotations.verdict === undefined ? '' : ` (${annotations.verdict})`}${link}`;
}

function read(text: string): { readonly errcode: number | undefined; readonly errmsg: string } {
  try {
    const answer: unknown = JSON.parse(text);
    const { errcode, errmsg } = Object(answer) as { errcode?: unknown; errmsg?: unknown };
    return {
      errcode: typeof errcode === 'number' ? errcode : undefined,
      errmsg: typeof errmsg === 'string' ? errmsg : 'no errmsg',
    };
  } catch {
    return { errcode: undefined, errmsg: 'the answer is no JSON' };
  }
}
