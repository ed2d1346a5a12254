import { createHash } from 'node:crypto';
import { gathered, type Notification, type NotifiedAlert } from '../notification.js';
import { groupLabels, type Route } from './route.js';

export interface Composition {
  readonly route: Pick<Route, 'receiver' | 'groupBy'>;
  readonly groupKey: string;
  /** At least one, and no more than the receiver takes. */
  readonly alerts: readonly NotifiedAlert[];
  /** Alerts of the group that are not among them. */
  readonly left: number;
  readonly externalUrl: string;
  /** Counts what the receiver was told of this group, so that the same words said again are another notification. */
  readonly ordinal: number;
  readonly at: number;
}

/** A notification of these alerts. The same question gives the same id, in every process. */
export function compose({ route, groupKey, alerts, left, externalUrl, ordinal, at }: Composition): Notification {
  return {
    id: idOf(`${route.receiver}\n${groupKey}\n${ordinal}`, alerts),
    receiver: route.receiver,
    groupKey,
    groupLabels: groupLabels(route.groupBy, alerts[0]?.labels ?? {}),
    ...gathered(alerts, alerts.length, left),
    externalUrl,
    at,
  };
}

function idOf(what: string, alerts: readonly NotifiedAlert[]): string {
  const hash = createHash('sha256').update(what);
  for (const { fingerprint, status, startsAt } of alerts) hash.update(`\n${fingerprint} ${status} ${startsAt}`);
  return `msg_${hash.digest('base64url').slice(0, 32)}`;
}
