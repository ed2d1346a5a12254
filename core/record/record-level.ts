import type { MonitorEvent, Severity } from '../model/events.js';
import type { RecordLevel } from './record.js';

const LEVELS: Readonly<Record<Severity, RecordLevel>> = {
  debug: 'DEBUG',
  info: 'INFO',
  warning: 'WARN',
  error: 'ERROR',
};

/** The level of an event: that of its severity, but a score that falls below `lowScore` is a warning, once, and its return is told. */
export function levelOfEvent(event: MonitorEvent, lowScore: number): RecordLevel {
  if (event.type === 'producer.scoreChanged' || event.type === 'consumer.scoreChanged') {
    const { previous, score } = event.data;
    const wasLow = previous !== null && previous < lowScore;
    const isLow = score !== null && score < lowScore;
    if (isLow !== wasLow) return isLow ? 'WARN' : 'INFO';
  }
  return LEVELS[event.severity];
}
