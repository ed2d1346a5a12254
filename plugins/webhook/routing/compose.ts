import { createHash } from 'node:crypto';
import type { Notification, NotifiedAlert } from '../notification.js';
import { groupLabels, type Route } from './route.js';

export interface Composition {
  readonly route: Pick<Route, 'receiver' | 'groupBy'>;
  readonly groupKey: string;
  /** Not empty. */
  readonly alerts: readonly NotifiedAlert[];
  readonly maxAlerts: number;
  readonly externalUrl: string;
  /** Counts what the receiver was told of this group, so that the same words said again are another notification. */
  readonly ordinal: number;
  readonly at: number;
}

/** A notification of these alerts: firing ones first, then by their begin. The same question gives the same id, in every process. */
export function compose({ route, groupKey, alerts, maxAlerts, externalUrl, ordinal, at }: Composition): Notification {
  const sorted = alerts.toSorted(
    (one, other) =>
      Number(one.status === 'resolved') - Number(other.status === 'resolved') ||
      one.startsAt - other.startsAt ||
      one.fingerprint.localeCompare(other.fingerprint),
  );
  const first = sorted[0]?.labels ?? {};
  const status = sorted.some((alert) => alert.status === 'firing') ? 'firing' : 'resolved';
  return {
    id: idOf(route.receiver, groupKey, ordinal, sorted),
    receiver: route.receiver,
    groupKey,
    status,
    alerts: sorted.slice(0, maxAlerts),
    groupLabels: groupLabels(route.groupBy, first),
    commonLabels: common(sorted.map(({ labels }) => labels)),
    commonAnnotations: common(sorted.map(({ annotations }) => annotations)),
    truncatedAlerts: Math.max(sorted.length - maxAlerts, 0),
    externalUrl,
    at,
  };
}

function idOf(receiver: string, groupKey: string, ordinal: number, alerts: readonly NotifiedAlert[]): string {
  const hash = createHash('sha256').update(`${receiver}\n${groupKey}\n${ordinal}`);
  for (const { fingerprint, status, startsAt } of alerts) hash.update(`\n${fingerprint} ${status} ${startsAt}`);
  return `msg_${hash.digest('base64url').slice(0, 32)}`;
}

function common(all: readonly Readonly<Record<string, string>>[]): Readonly<Record<string, string>> {
  const [first = {}, ...others] = all;
  return Object.fromEntries(
    Object.entries(first).filter(([name, value]) => others.every((other) => other[name] === value)),
  );
}
