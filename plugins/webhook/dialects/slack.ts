import { httpRefusal, SinkError } from '../../../core/index.js';
import type { Notification, NotifiedAlert } from '../notification.js';
import { type Dialect, JSON_HEADERS } from './dialect.js';
import { cut, summaryOf, title } from './texts.js';

/** Limits of Block Kit: docs.slack.dev/reference/block-kit/blocks, `header` and `section`. */
const HEADER_LENGTH = 150;
const SECTION_LENGTH = 3000;
/** A longer link is left out, for it would leave no room for words. */
const LINK_LENGTH = 2000;
/** More than a person reads; far below the 50 blocks Slack takes. */
const MOST_ALERTS = 10;

/** Incoming webhooks of Slack (docs.slack.dev/messaging/sending-messages-using-incoming-webhooks): 200 and `ok`, or a word for the error. */
export function slack(shown: string): Dialect {
  return {
    message: (notification) => ({ headers: JSON_HEADERS, body: JSON.stringify(payload(notification)) }),
    judge(answer, now) {
      if (answer.status < 200 || answer.status >= 300) throw httpRefusal(shown, answer, now);
      // A proxy that asks for a login answers 200 as well.
      if (answer.text.trim() !== 'ok') {
        throw new SinkError(`${shown}: answered 200, but not with 'ok': it is no incoming webhook of Slack`, {
          recoverable: true,
        });
      }
    },
  };
}

function payload(notification: Notification): unknown {
  const { alerts, truncatedAlerts } = notification;
  const heading = title(notification);
  const shownAlerts = alerts.slice(0, MOST_ALERTS);
  const left = alerts.length - shownAlerts.length + truncatedAlerts;
  return {
    // What a notification on a phone shows.
    text: cut(escaped(`${heading}: ${alerts[0] === undefined ? '' : summaryOf(alerts[0])}`), SECTION_LENGTH),
    blocks: [
      { type: 'header', text: { type: 'plain_text', text: cut(heading, HEADER_LENGTH) } },
      ...shownAlerts.map((alert) => ({ type: 'section', text: { type: 'mrkdwn', text: section(alert) } })),
      ...(left > 0 ? [{ type: 'section', text: { type: 'mrkdwn', text: `and ${left} more` } }] : []),
    ],
  };
}

function section(alert: NotifiedAlert): string {
  const { status, annotations, labels, generatorUrl } = alert;
  const address = escaped(generatorUrl);
  const link = address === '' || address.length > LINK_LENGTH ? '' : `\n<${address}|Show it>`;
  const words = `*${status === 'firing' ? (labels.severity ?? 'firing') : 'resolved'}* ${summaryOf(alert)}`;
  const text = escaped(
    [words, annotations.description, annotations.verdict, annotations.examples].filter(Boolean).join('\n'),
  );
  return `${cut(text, SECTION_LENGTH - link.length)}${link}`;
}

/** docs.slack.dev/messaging/formatting-message-text: only these three are escaped. */
function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
