import type { HttpAnswer } from '../../../core/index.js';
import type { Notification } from '../notification.js';

/** One HTTP POST. */
export interface Message {
  readonly headers: Readonly<Record<string, string>>;
  /** Added to the query of the receiver's address. */
  readonly query?: Readonly<Record<string, string>>;
  readonly body: string;
}

/** How one kind of receiver is spoken to. Pure: no I/O, no clock of its own. */
export interface Dialect {
  /** What is sent at `now`, wall time in ms; signatures hold the time, so it is made anew at every attempt. */
  message(notification: Notification, now: number): Message;
  /** Returns when the receiver took it. Throws `SinkError` that says whether another attempt can help. */
  judge(answer: HttpAnswer, now: number): void;
}

export const JSON_HEADERS = { 'content-type': 'application/json' } as const;
