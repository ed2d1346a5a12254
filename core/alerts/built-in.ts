import type { EventType } from '../model/events.js';
import type { AlertSeverity } from './alert.js';

/** The built-in conditions, each with the events that begin and end it (a close of the entity ends it too). */
export const ALERTS = {
  workerHung: { onset: 'worker.hung', recovery: 'worker.recovered', severity: 'critical' },
  transportNeverConnected: { onset: 'transport.neverConnected', recovery: 'transport.connected', severity: 'warning' },
  transportIdle: { onset: 'transport.idled', recovery: 'transport.resumed', severity: 'warning' },
  producerStalled: { onset: 'producer.stalled', recovery: 'producer.recovered', severity: 'warning' },
  consumerStarved: { onset: 'consumer.starved', recovery: 'consumer.recovered', severity: 'warning' },
} as const satisfies Record<string, { onset: EventType; recovery: EventType; severity: AlertSeverity }>;

/** Name of a built-in condition. */
export type AlertName = keyof typeof ALERTS;
