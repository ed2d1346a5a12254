import { createHash } from 'node:crypto';
import type { Notification } from '../notification.js';

/** One notification in place of several of different groups, for receivers that take few a minute and have people read them. */
export function summedUp(all: readonly Notification[], maxAlerts: number): Notification | undefined {
  const [first] = all;
  if (first === undefined || all.length === 1) return first;
  const alerts = all
    .flatMap((notification) => notification.alerts)
    .toSorted((one, other) => Number(one.status === 'resolved') - Number(other.status === 'resolved'));
  const left = all.reduce((sum, { truncatedAlerts }) => sum + truncatedAlerts, 0);
  const id = createHash('sha256')
    .update(all.map((notification) => notification.id).join('\n'))
    .digest('base64url');
  return {
    ...first,
    id: `msg_${id.slice(0, 32)}`,
    groupKey: 'summary',
    status: alerts.some(({ status }) => status === 'firing') ? 'firing' : 'resolved',
    alerts: alerts.slice(0, maxAlerts),
    groupLabels: {},
    commonLabels: {},
    commonAnnotations: {},
    truncatedAlerts: left + Math.max(alerts.length - maxAlerts, 0),
  };
}
