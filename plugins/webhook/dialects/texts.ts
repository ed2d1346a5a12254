import type { Notification, NotifiedAlert } from '../notification.js';

/** `text` with at most `max` UTF-16 units, cut between characters, an ellipsis at the cut. */
export function cut(text: string, max: number): string {
  if (text.length <= max) return text;
  let end = Math.max(max - 1, 0);
  // The second half of a pair would stand alone.
  if (/[\uD800-\uDBFF]/.test(text.charAt(end - 1))) end--;
  return `${text.slice(0, end)}…`;
}

/** `text` cut so that it has at most `max` bytes as JSON. */
export function cutBytes(text: string, max: number): string {
  let short = text;
  for (let bytes = bytesOf(short); bytes > max; bytes = bytesOf(short)) {
    short = cut(short, Math.min(Math.floor((short.length * max) / bytes), short.length - 1));
  }
  return short;
}

function bytesOf(text: string): number {
  return Buffer.byteLength(JSON.stringify(text));
}

/** `[FIRING:3] WorkerDied`, or `[RESOLVED] WorkerDied`. */
export function title(notification: Notification): string {
  const { status, truncatedAlerts } = notification;
  const firing = firingCount(notification) + truncatedAlerts;
  const name = notification.commonLabels.alertname ?? distinct(notification, 'alertname');
  return `[${status === 'firing' ? `FIRING:${firing}` : 'RESOLVED'}] ${name}`;
}

export function firingCount({ alerts }: Notification): number {
  return alerts.filter(({ status }) => status === 'firing').length;
}

/** One line of an alert for people. */
export function summaryOf({ annotations, labels }: NotifiedAlert): string {
  return annotations.summary ?? labels.alertname ?? 'alert';
}

const RANKS = ['info', 'warning', 'critical'] as const;

/** The highest severity among the alerts that fire; among all of them when none does. */
export function worstSeverity(notification: Notification): (typeof RANKS)[number] {
  const firing = notification.alerts.filter(({ status }) => status === 'firing');
  const severities = new Set((firing.length > 0 ? firing : notification.alerts).map(({ labels }) => labels.severity));
  return RANKS.findLast((rank) => severities.has(rank)) ?? 'info';
}

function distinct({ alerts }: Notification, label: string): string {
  return [...new Set(alerts.map(({ labels }) => labels[label] ?? ''))].filter((value) => value !== '').join(', ');
}
