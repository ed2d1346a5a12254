import { SinkError } from '../dispatch/sink-error.js';
import type { HttpAnswer } from './http-post.js';

const LONGEST_BODY = 300;

/** The receiver does not take this sender, or is not there; what it was sent is not at fault, so it is kept until that is put right. */
const MISPLACED: Readonly<Record<number, string>> = {
  401: 'correct the credentials',
  403: 'give these credentials the right to write',
  404: 'correct the address, or make what it names',
  405: 'correct the address',
  407: 'correct the credentials of the proxy',
  421: 'correct the address',
};

/** Too many requests, or one that the receiver gave up reading, may pass later: RFC 9110 §15.5.9, RFC 8470 §5.2, RFC 6585 §4. */
const LATER = new Set([408, 425, 429]);

/**
 * What an answer outside of 2xx means for a batch. 408, 425, 429 and 5xx: try again, no earlier than `Retry-After` says. Redirects and
 * answers about credentials and address: try again, for the batch is not at fault. All others: the batch is lost.
 */
export function httpRefusal(shown: string, answer: HttpAnswer, now: number): SinkError {
  const { status, headers } = answer;
  const body = oneLine(answer.text);
  const said = `${shown}: HTTP ${status}${body === '' ? '' : ` (${body})`}`;
  if (status >= 300 && status < 400) {
    return new SinkError(`${said}: redirects are not followed, set the final address`, { recoverable: true });
  }
  const advice = MISPLACED[status];
  if (advice !== undefined) return new SinkError(`${said}: ${advice}`, { recoverable: true });
  const retryAfterMs = retryAfter(headers['retry-after'], now);
  return new SinkError(said, {
    recoverable: LATER.has(status) || status >= 500,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });
}

const LONGEST_WAIT_MS = 3_600_000;

/** `Retry-After` of RFC 9110 §10.2.3, seconds or a date, as a wait from `now` in ms: at most an hour; undefined when it is neither. */
export function retryAfter(value: string | undefined, now: number): number | undefined {
  if (value === undefined) return undefined;
  const ms = /^\s*\d+\s*$/.test(value) ? Number(value) * 1000 : Date.parse(value) - now;
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(ms, 0), LONGEST_WAIT_MS);
}

function oneLine(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > LONGEST_BODY ? `${line.slice(0, LONGEST_BODY)}…` : line;
}
