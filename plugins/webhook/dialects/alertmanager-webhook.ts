import { httpRefusal, signatureHeaders } from '../../../core/index.js';
import type { Notification, NotifiedAlert } from '../notification.js';
import { type Dialect, JSON_HEADERS } from './dialect.js';

/** How Alertmanager writes a time that is not there: Go's zero time. */
const NO_TIME = '0001-01-01T00:00:00Z';

/**
 * The webhook of Prometheus Alertmanager, version 4 (prometheus.io/docs/alerting/latest/configuration, `webhook_config`), signed by Standard
 * Webhooks when there are keys.
 */
export function alertmanagerWebhook(shown: string, keys: readonly Buffer[]): Dialect {
  return {
    message(notification, now) {
      const body = JSON.stringify(payload(notification));
      return { headers: { ...JSON_HEADERS, ...signatureHeaders(keys, { id: notification.id, now, body }) }, body };
    },
    judge(answer, now) {
      if (answer.status < 200 || answer.status >= 300) throw httpRefusal(shown, answer, now);
    },
  };
}

function payload(notification: Notification): unknown {
  const { receiver, status, alerts, groupLabels, commonLabels, commonAnnotations, externalUrl, groupKey } =
    notification;
  return {
    receiver,
    status,
    alerts: alerts.map(alertPayload),
    groupLabels,
    commonLabels,
    commonAnnotations,
    externalURL: externalUrl,
    version: '4',
    groupKey,
    truncatedAlerts: notification.truncatedAlerts,
  };
}

function alertPayload(alert: NotifiedAlert): unknown {
  const { status, labels, annotations, startsAt, endsAt, generatorUrl, fingerprint } = alert;
  return {
    status,
    labels,
    annotations,
    startsAt: timeText(startsAt),
    endsAt: endsAt === null ? NO_TIME : timeText(endsAt),
    generatorURL: generatorUrl,
    fingerprint,
  };
}

/** RFC 3339 as Go writes it: without zeros at the end of the seconds. */
function timeText(ms: number): string {
  return new Date(ms).toISOString().replace(/\.?0+Z$/, 'Z');
}
