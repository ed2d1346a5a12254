import { type MonitorEvent, SEVERITIES } from '../model/events.js';
import type { EventFilter } from './event-reader.js';

type Matcher = (event: MonitorEvent) => boolean;

/** Makes one function of a filter, so that what does not depend on the event is worked out once. */
export function eventMatcher({ types, minSeverity, entity, room, peer }: EventFilter): Matcher {
  const tests: Matcher[] = [];
  if (types !== undefined) {
    const wanted = new Set(types);
    tests.push((event) => wanted.has(event.type));
  }
  if (minSeverity !== undefined) {
    const enough = new Set(SEVERITIES.slice(SEVERITIES.indexOf(minSeverity)));
    tests.push((event) => enough.has(event.severity));
  }
  if (room !== undefined) tests.push((event) => event.room === room);
  if (peer !== undefined) tests.push((event) => event.peer === peer);
  if (entity !== undefined) {
    tests.push((event) => event.entity?.key === entity || event.ancestors.some(({ key }) => key === entity));
  }
  return (event) => tests.every((test) => test(event));
}
