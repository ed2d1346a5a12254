import { createHash } from 'node:crypto';
import { httpRefusal } from '../../../core/index.js';
import type { Notification } from '../notification.js';
import { type Dialect, JSON_HEADERS } from './dialect.js';
import { cut, firingCount, summaryOf, title, worstSeverity } from './texts.js';

/** Limits of the Events API v2: developer.pagerduty.com/docs/send-alert-event. */
const SUMMARY_LENGTH = 1024;
const LARGEST_BODY = 524_288;
const MOST_ALERTS = 10;

export interface PagerDutyOptions {
  readonly routingKey: string;
  /** Name of this SFU node, shown as the source. */
  readonly source: string;
}

/** PagerDuty's Events API v2: one incident for each group of alerts, opened and updated by `trigger`, ended by `resolve`. */
export function pagerDuty(shown: string, options: PagerDutyOptions): Dialect {
  return {
    message(notification) {
      const body = JSON.stringify(event(notification, options, MOST_ALERTS));
      const fits = Buffer.byteLength(body) <= LARGEST_BODY;
      return { headers: JSON_HEADERS, body: fits ? body : JSON.stringify(event(notification, options, 0)) };
    },
    judge(answer, now) {
      if (answer.status < 200 || answer.status >= 300) throw httpRefusal(shown, answer, now);
    },
  };
}

function event(notification: Notification, { routingKey, source }: PagerDutyOptions, mostAlerts: number): unknown {
  const common = {
    routing_key: routingKey,
    // At most 255 characters; group keys may be longer.
    dedup_key: createHash('sha256').update(`${notification.receiver}\n${notification.groupKey}`).digest('hex'),
  };
  if (notification.status === 'resolved') return { ...common, event_action: 'resolve' };
  const { alerts, truncatedAlerts, commonLabels, externalUrl } = notification;
  const first = alerts[0];
  const href = first?.generatorUrl || externalUrl;
  return {
    ...common,
    event_action: 'trigger',
    client: 'sfuscope',
    ...(externalUrl !== '' && { client_url: externalUrl }),
    ...(href !== '' && { links: [{ href, text: 'Show it' }] }),
    payload: {
      summary: cut(`${title(notification)}: ${first === undefined ? '' : summaryOf(first)}`, SUMMARY_LENGTH),
      source: commonLabels.node || source,
      severity: worstSeverity(notification),
      timestamp: new Date(Math.min(...alerts.map(({ startsAt }) => startsAt))).toISOString(),
      ...(commonLabels.worker !== undefined && { component: commonLabels.worker }),
      ...(commonLabels.room !== undefined && { group: commonLabels.room }),
      ...(commonLabels.alertname !== undefined && { class: commonLabels.alertname }),
      custom_details: {
        firing: firingCount(notification) + truncatedAlerts,
        alerts: alerts.slice(0, mostAlerts).map(({ status, labels, annotations }) => ({ status, labels, annotations })),
      },
    },
  };
}
