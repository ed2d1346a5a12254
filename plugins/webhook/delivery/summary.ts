import { createHash } from 'node:crypto';
import { gathered, type Notification } from '../notification.js';

/** One notification in place of several of different groups, for receivers that take few a minute and have people read them. */
export function summedUp(all: readonly Notification[], maxAlerts: number): Notification | undefined {
  const [first] = all;
  if (first === undefined || all.length === 1) return first;
  const ids = all.map(({ id }) => id).join('\n');
  const left = all.reduce((sum, { truncatedAlerts }) => sum + truncatedAlerts, 0);
  return {
    ...first,
    id: `msg_${createHash('sha256').update(ids).digest('base64url').slice(0, 32)}`,
    groupKey: 'summary',
    groupLabels: {},
    ...gathered(
      all.flatMap(({ alerts }) => alerts),
      maxAlerts,
      left,
    ),
  };
}

/** The newer of two notifications of one group, with the alerts that only the one before it told of. */
export function merged(before: Notification, now: Notification, maxAlerts: number): Notification {
  const known = new Set(now.alerts.map(({ fingerprint }) => fingerprint));
  const others = before.alerts.filter(({ fingerprint }) => !known.has(fingerprint));
  return others.length === 0
    ? now
    : { ...now, ...gathered([...now.alerts, ...others], maxAlerts, now.truncatedAlerts) };
}
