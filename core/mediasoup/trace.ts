import type { EventMap } from '../model/events.js';
import type { TraceShape } from './shapes.js';

const MAX_DEPTH = 4;

export function traceOf({ type, direction, info }: TraceShape): EventMap['producer.traced'] {
  const plain = plainCopy(info);
  return {
    trace: type,
    direction: direction ?? null,
    info: typeof plain === 'object' && plain !== null ? (plain as Record<string, unknown>) : {},
  };
}

/** mediasoup's info is an object of a class of its own with bigints in it; what leaves here can be made JSON of. */
function plainCopy(value: unknown, depth = 0): unknown {
  if (typeof value === 'bigint') return Number(value);
  if (value === null || typeof value !== 'object') return value;
  if (depth >= MAX_DEPTH) return null;
  if (Array.isArray(value)) return value.map((item) => plainCopy(item, depth + 1));
  const copy: Record<string, unknown> = {};
  for (const [key, item] of Object.entries(value)) {
    if (typeof item !== 'function' && item !== undefined) copy[key] = plainCopy(item, depth + 1);
  }
  return copy;
}
