import { randomUUID } from 'node:crypto';
import type { Notification, NotifiedAlert } from '../notification.js';

const LABELS = { alertname: 'ReceiverTest', severity: 'info' } as const;
const ANNOTATIONS = {
  summary: 'This is a test of the receiver.',
  description: 'Nothing is wrong. Somebody asked whether notifications arrive.',
} as const;
const FINGERPRINT = '0000000000000000';

/** A notification that says it is a test; where it would open an incident, also the one that ends it. */
export function testNotifications(receiver: string, now: number, ends: boolean): readonly Notification[] {
  const groupKey = `{}:{alertname="ReceiverTest", test="${randomUUID()}"}`;
  const states: readonly NotifiedAlert['status'][] = ends ? ['firing', 'resolved'] : ['firing'];
  return states.map((status) => ({
    id: `msg_${randomUUID()}`,
    receiver,
    groupKey,
    status,
    alerts: [
      {
        status,
        labels: LABELS,
        annotations: ANNOTATIONS,
        startsAt: now,
        endsAt: status === 'firing' ? null : now,
        generatorUrl: '',
        fingerprint: FINGERPRINT,
      },
    ],
    groupLabels: { alertname: LABELS.alertname },
    commonLabels: LABELS,
    commonAnnotations: ANNOTATIONS,
    truncatedAlerts: 0,
    externalUrl: '',
    at: now,
  }));
}
