import type { FieldRef, InputRef } from '@pothos/core';
import type {
  EventFilter,
  EventType,
  MonitorEvent,
  PeerEntry,
  RecentQuery,
  RoomEntry,
  Severity,
} from '../../core/index.js';
import { builder, type Types } from '../builder.js';
import { PageInfoRef, pageSize } from '../connection.js';
import type { SchemaContext } from '../context.js';
import { schemaError } from '../errors.js';
import { decodeToken, encodeToken } from '../ids.js';
import { LIMITS } from '../limits.js';
import { requireEntity } from '../lookup.js';
import type { Page } from '../page.js';
import { EventRef } from '../refs.js';
import { SeverityEnum } from '../types/enums.js';
import { EventTypeEnum } from '../types/event.js';

/** What events can be chosen by. */
export interface EventFilterShape {
  readonly types?: readonly EventType[] | null | undefined;
  readonly minSeverity?: Severity | null | undefined;
  readonly entity?: string | null | undefined;
  readonly room?: string | null | undefined;
  readonly peer?: string | null | undefined;
}

interface RecentFilterShape extends EventFilterShape {
  readonly since?: number | null;
  readonly lastSeconds?: number | null;
}

type InputBuilder = PothosSchemaTypes.InputFieldBuilder<Types, 'InputObject'>;

const filterFields = (t: InputBuilder) => ({
  types: t.field({ type: [EventTypeEnum], description: 'Any of these types.' }),
  minSeverity: t.field({ type: SeverityEnum, description: 'Of this severity or a higher one.' }),
  entity: t.id({ description: "Of this entity or of anything in it: id, key or the SFU's own id." }),
  room: t.string({ description: 'Of this room.' }),
  peer: t.string({ description: 'Of this peer; give `room` too where peers of several rooms share an id.' }),
});

export const LiveEventFilter: InputRef<EventFilterShape> = builder.inputRef<EventFilterShape>('EventFilter').implement({
  description: 'Conditions on events to come; all given ones must hold.',
  fields: filterFields,
});

const RecentEventFilter = builder.inputRef<RecentFilterShape>('RecentEventFilter').implement({
  description: 'Conditions on events of the recent past; all given ones must hold.',
  fields: (t) => ({
    ...filterFields(t),
    since: t.field({ type: 'DateTime', description: 'At this moment or later.' }),
    lastSeconds: t.int({ description: 'In the last so many seconds.' }),
  }),
});

/** The filter of the core. Throws when it names an entity that is not open. */
export function eventFilter(filter: EventFilterShape | null | undefined, context: SchemaContext): EventFilter {
  if (!filter) return {};
  return {
    ...(filter.types && { types: filter.types }),
    ...(filter.minSeverity && { minSeverity: filter.minSeverity }),
    ...(filter.entity && { entity: requireEntity(context, filter.entity).key }),
    ...(filter.room != null && { room: filter.room }),
    ...(filter.peer != null && { peer: filter.peer }),
  };
}

interface EventPage extends Page<MonitorEvent> {
  readonly truncated: boolean;
}

const EventEdge = builder.objectRef<{ page: EventPage; item: MonitorEvent }>('EventEdge').implement({
  description: 'One event and its place in the list.',
  fields: (t) => ({
    cursor: t.string({
      description: 'Give it as `after` to go on behind this event.',
      resolve: ({ page, item }) => page.cursorOf(item),
    }),
    node: t.field({ type: EventRef, description: 'The event itself.', resolve: ({ item }) => item }),
  }),
});

const EventConnection = builder.objectRef<EventPage>('EventConnection').implement({
  description: 'One page of events of the recent past, oldest first.',
  fields: (t) => ({
    nodes: t.field({
      type: [EventRef],
      description: 'The events of this page.',
      complexity: { field: 0, multiplier: 1 },
      resolve: ({ items }, _args, { pin }) => pin.spread(items),
    }),
    edges: t.field({
      type: [EventEdge],
      description: 'The events of this page, each with its cursor.',
      complexity: { field: 0, multiplier: 1 },
      resolve: (page, _args, { pin }) => pin.spread(page.items.map((item) => ({ page, item }))),
    }),
    truncated: t.exposeBoolean('truncated', {
      description: 'True when events after the cursor, or of the time asked for, may have left the memory already.',
    }),
    pageInfo: t.field({
      type: PageInfoRef,
      description: 'Whether and where to go on. New events can follow later: keep `endCursor` to ask for them.',
      resolve: (page) => page as unknown as Page<never>,
    }),
  }),
});

interface EventArguments {
  readonly first?: number | null;
  readonly after?: string | null;
  readonly last?: number | null;
  readonly filter?: RecentFilterShape | null;
}

const eventArgs = builder.args((t) => ({
  first: t.int({ description: `Most events to give: 0 to ${LIMITS.maxPage}; left out, ${LIMITS.defaultPage}.` }),
  after: t.string({ description: 'Cursor of the event before the first one wanted.' }),
  last: t.int({
    description: `Instead of \`first\` and \`after\`: only the newest so many that match, at most ${LIMITS.maxPage}.`,
  }),
  filter: t.field({ type: RecentEventFilter, description: 'Only events that meet every given condition.' }),
}));

/** A field of recent events, of all or of what its parent is about. */
export function eventsField<P>(
  t: PothosSchemaTypes.RootFieldBuilder<Types, P>,
  options: { readonly description: string; readonly whose: (parent: P) => EventFilter },
): FieldRef<Types, Page<MonitorEvent>> {
  return t.field({
    type: EventConnection,
    description: options.description,
    args: eventArgs,
    complexity: ({ first, last }: EventArguments) => ({ field: 5, multiplier: last ?? first ?? LIMITS.defaultPage }),
    resolve: (parent: P, args: EventArguments, context: SchemaContext) =>
      recentEvents({ ...eventFilter(args.filter, context), ...options.whose(parent) }, args, context),
  } as never);
}

export function ofRoom({ room }: RoomEntry): EventFilter {
  return { room };
}

export function ofPeer({ room, peer }: PeerEntry): EventFilter {
  return room === null ? { peer } : { room, peer };
}

function recentEvents(filter: EventFilter, args: EventArguments, context: SchemaContext): EventPage {
  const { monitor, pin } = context;
  const newest = args.last ?? null;
  if (newest !== null && (args.first != null || args.after != null)) {
    throw schemaError('BAD_USER_INPUT', 'Give either last, or first and after.');
  }
  const size = pageSize(newest === null ? args.first : newest, newest === null ? 'first' : 'last');
  const after = args.after ? decodeCursor(args.after, monitor.runId) : null;
  const since = earliest(args.filter, pin.now);
  const query: RecentQuery = {
    ...filter,
    ...(after !== null && { after }),
    ...(since !== null && { since }),
    // The ring gives the oldest first, so the newest are at the end of all that match; it is bounded itself.
    limit: newest === null ? size + 1 : Number.MAX_SAFE_INTEGER,
  };
  const found = monitor.events.recent(query);
  const items = newest === null ? found.slice(0, size) : found.slice(Math.max(0, found.length - size));
  pin.spend(items.length);
  return {
    items,
    totalCount: items.length,
    hasNextPage: newest === null && found.length > size,
    hasPreviousPage: newest === null ? after !== null : found.length > size,
    truncated: mayLack(context, after ?? 0, since),
    cursorOf: ({ seq }) => encodeToken([monitor.runId, 'events', seq]),
  };
}

/** Whether events behind `after` and from `since` on may have left the ring. */
function mayLack({ monitor }: SchemaContext, after: number, since: number | null): boolean {
  const [oldest] = monitor.events.recent({ limit: 1 });
  // The first event of a run has seq 1.
  if (oldest === undefined || oldest.seq <= after + 1) return false;
  return since === null || oldest.at > since;
}

function earliest(filter: RecentFilterShape | null | undefined, now: number): number | null {
  const since = filter?.since ?? null;
  const lastSeconds = filter?.lastSeconds ?? null;
  if (lastSeconds === null) return since;
  if (lastSeconds < 1) throw schemaError('BAD_USER_INPUT', `lastSeconds must be at least 1, got ${lastSeconds}.`);
  return Math.max(since ?? 0, now - lastSeconds * 1000);
}

function decodeCursor(cursor: string, runId: string): number {
  const [run, list, seq] = decodeToken(cursor) ?? [];
  if (list !== 'events' || typeof seq !== 'number') {
    throw schemaError('BAD_USER_INPUT', '`after` is not a cursor of events. Take it from pageInfo.endCursor.');
  }
  if (run !== runId) {
    throw schemaError(
      'STALE_CURSOR',
      `The cursor belongs to run ${String(run)}; this is run ${runId}. Ask again without it.`,
    );
  }
  return seq;
}
