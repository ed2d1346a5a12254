import type { MonitorEvent } from '../model/events.js';

/** An event object with its share of what events of an entity have in common. With it the estimate is a little above what is measured. */
const EVENT_BYTES = 200;
const DEEPEST = 4;
/** What a client reports may be nested on purpose, and is bounded in its number of values. */
const DEEPEST_REPORT = 8;

/** Roughly how many bytes of heap keeping an event costs. Cheap: it looks at the data only, and four levels deep, or eight in reports. */
export function eventBytes(event: MonitorEvent): number {
  return EVENT_BYTES + valueBytes(event.data, event.type === 'peer.reported' ? DEEPEST_REPORT : DEEPEST);
}

function valueBytes(value: unknown, levels: number): number {
  if (typeof value === 'string') return 16 + value.length;
  if (typeof value !== 'object' || value === null) return 8;
  let bytes = 24;
  if (levels === 0) return bytes;
  if (Array.isArray(value)) {
    for (const item of value) bytes += 8 + valueBytes(item, levels - 1);
    return bytes;
  }
  for (const name in value) bytes += 8 + valueBytes((value as Record<string, unknown>)[name], levels - 1);
  return bytes;
}
