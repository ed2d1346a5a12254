import { fingerprint } from '../../../core/index.js';
import { gathered, type Notification, type NotifiedAlert } from '../../../plugins/webhook/notification.js';

/** A believable alert as it is told, with the given differences. */
export function sampleNotified(differences: Partial<NotifiedAlert> = {}): NotifiedAlert {
  const labels = differences.labels ?? {
    alertname: 'ProducerStalled',
    severity: 'warning',
    room: 'r1',
    worker: 'worker-1',
  };
  return {
    status: 'firing',
    labels,
    annotations: { summary: 'Producer 4711 sends nothing.', description: 'Look at its network.' },
    startsAt: 1_700_000_000_000,
    endsAt: differences.status === 'resolved' ? 1_700_000_060_000 : null,
    generatorUrl: 'https://sfu.example/graphql?query=%7B%7D',
    fingerprint: fingerprint(labels),
    ...differences,
  };
}

let next = 0;

/** A notification of these alerts; each has an id of its own. */
export function sampleNotification(
  differences: Partial<Notification> = {},
  alerts: readonly NotifiedAlert[] = [sampleNotified()],
): Notification {
  return {
    id: `msg_${next++}`,
    receiver: 'a',
    groupKey: '{}:{alertname="ProducerStalled"}',
    groupLabels: { alertname: 'ProducerStalled' },
    externalUrl: 'https://sfu.example/graphql',
    at: 1_700_000_000_000,
    ...gathered(alerts, 100, 0),
    ...differences,
  };
}
