import type { Clock } from '../clock.js';
import type { EntityNode } from '../model/entity.js';
import type { MonitorEvent } from '../model/events.js';
import type { GraphReader } from './graph-reader.js';
import { isClose } from './lifecycle-types.js';

/** What those who are told of an event need besides; found once for all of them. */
export interface Told {
  /** The entity as it is now; `null` when the event is of none, or of one that has closed. */
  readonly node: EntityNode | null;
  /** Monotonic ms, now. */
  readonly at: number;
}

export function toldOf({ entity, type }: MonitorEvent, graph: Pick<GraphReader, 'get'>, clock: Clock): Told {
  const node = entity === null || isClose(type) ? null : (graph.get(entity.key) ?? null);
  return { node, at: clock.monotonic() };
}
