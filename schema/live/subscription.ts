import type { AlertChange, EntityKind, EntityNode, GraphSnapshot, MonitorEvent } from '../../core/index.js';
import { builder } from '../builder.js';
import type { SchemaContext } from '../context.js';
import { schemaError } from '../errors.js';
import { LIMITS } from '../limits.js';
import { AlertFilter, alertMatches } from '../lists/alerts.js';
import { eventFilter, LiveEventFilter } from '../lists/events.js';
import { findPeer, requireEntity, requireKind } from '../lookup.js';
import { AlertRef, EntityInterface, EventRef, PeerRef } from '../refs.js';
import { EntityKindEnum } from '../types/enums.js';
import { HostRef, hostView } from '../types/host.js';
import { Expanded } from './expanded.js';
import { GraphMessages } from './graph-messages.js';
import { GraphMessageUnion } from './graph-types.js';
import { type LiveFrame, LiveStats } from './live-stats.js';

const EVERY_HELP = `Least time between two messages, ${LIMITS.minEveryMs} to ${LIMITS.maxEveryMs} ms; left out, 1000 ms.`;

const GraphResume = builder.inputType('GraphResume', {
  description: 'Where to go on: from the last message received whole.',
  fields: (t) => ({
    runId: t.string({ required: true, description: 'Its `runId`.' }),
    seq: t.float({ required: true, description: 'Its `seq`.' }),
  }),
});

const GraphFilter = builder.inputType('GraphFilter', {
  description: 'What to follow; all given conditions must hold.',
  fields: (t) => ({
    kinds: t.field({ type: [EntityKindEnum], description: 'Entities of these kinds.' }),
    room: t.string({
      description: 'Entities of this room. With it, a resumed subscription begins with all that is open.',
    }),
  }),
});

const LiveFilter = builder.inputType('StatsFilter', {
  description: 'Whose statistics to follow; all given conditions must hold. Asked anew for each message.',
  fields: (t) => ({
    kinds: t.field({
      type: [EntityKindEnum],
      description: 'Entities of these kinds; left out, all that have statistics.',
    }),
    room: t.string({ description: 'Entities of this room.' }),
    peer: t.string({ description: 'Entities of this peer.' }),
    worker: t.id({ description: 'Entities of this worker: id, key or pid.' }),
    router: t.id({ description: "Entities of this router: id, key or the SFU's own id." }),
  }),
});

const StatsMessage = builder.objectRef<LiveFrame>('StatsMessage').implement({
  description: 'Entities with their newest statistics.',
  fields: (t) => ({
    at: t.field({ type: 'DateTime', description: 'When it was made.', resolve: (_frame, _args, { pin }) => pin.now }),
    nodes: t.field({
      type: [EntityInterface],
      description: `Those that are open; at most ${LIMITS.maxIds}, the oldest first. Ask for \`... on Consumer { stats { bitrate } }\`.`,
      complexity: { field: 1, multiplier: 50 },
      resolve: ({ nodes }, _args, { pin }) => {
        const shown = nodes.slice(0, LIMITS.maxIds);
        pin.spend(shown.length);
        return pin.spread(shown);
      },
    }),
    truncated: t.boolean({
      description: 'True when more entities match than are shown.',
      resolve: ({ nodes }) => nodes.length > LIMITS.maxIds,
    }),
    fresh: t.exposeBoolean('fresh', {
      description:
        'False when too many entities are followed one by one: values then come as the rotation of the sampler brings them.',
    }),
  }),
});

const EventGap = builder.objectRef<{ readonly dropped: number }>('EventGap').implement({
  description: 'Events were lost because this subscriber read too slowly; `events(after)` may still have them.',
  fields: (t) => ({ dropped: t.exposeInt('dropped', { description: 'How many.' }) }),
});

const EventItemUnion = builder.unionType('EventItem', {
  description: 'An event, or the news that some were lost.',
  types: [EventRef, EventGap],
  resolveType: (item: MonitorEvent | { readonly dropped: number }) => ('dropped' in item ? EventGap : EventRef),
});

const AlertChangeEnum = builder.enumType('AlertChangeType', {
  description: 'What became of an alert.',
  values: {
    PENDING: { value: 'pending', description: 'It began, and fires once it has lasted as long as its rule asks.' },
    RAISED: { value: 'raised', description: 'It fires.' },
    UPDATED: { value: 'updated', description: 'What is said of it changed.' },
    RESOLVED: { value: 'resolved', description: 'It is over.' },
    ACKNOWLEDGED: { value: 'acknowledged', description: 'Somebody knows of it.' },
    SILENCED: { value: 'silenced', description: 'It was silenced.' },
    UNSILENCED: { value: 'unsilenced', description: 'Its silence was ended.' },
    INHIBITED: { value: 'inhibited', description: 'Another alert explains it.' },
    UNINHIBITED: { value: 'uninhibited', description: 'No other alert explains it any more.' },
  } as const,
});

const AlertChangeRef = builder.objectRef<AlertChange>('AlertChange').implement({
  description: 'News of an alert.',
  fields: (t) => ({
    change: t.field({ type: AlertChangeEnum, description: 'What became of it.', resolve: ({ change }) => change }),
    alert: t.expose('alert', { type: AlertRef, description: 'The alert, as it is now.' }),
  }),
});

builder.subscriptionType({
  description: 'What the SFU does from now on. Each message shows one moment.',
  fields: (t) => ({
    graph: t.field({
      type: GraphMessageUnion,
      description:
        'The entity graph: first all that is open, then what changes. A reader that is too slow gets all of it again, marked `reset`.',
      args: {
        filter: t.arg({ type: GraphFilter, description: 'Left out: everything.' }),
        resume: t.arg({ type: GraphResume, description: 'Left out: begin with all that is open.' }),
        minIntervalMs: t.arg.int({
          description: `Least time between two changes, 0 to ${LIMITS.maxEveryMs} ms; left out, 250 ms.`,
        }),
      },
      subscribe: (_root, { filter, resume, minIntervalMs }, { monitor }) => {
        const interval = minIntervalMs ?? 250;
        checkInterval('minIntervalMs', interval, 0);
        const room = filter?.room ?? null;
        const messages = new GraphMessages(
          monitor.graph,
          { kinds: filter?.kinds ? new Set<EntityKind>(filter.kinds) : null, room },
          { partSize: LIMITS.graphPart, resumed: resume != null },
        );
        // What a resumed reader knows of a room cannot be told, so it begins anew.
        const from = resume && room === null ? { from: resume } : {};
        const onNews = (): void => messages.keepUp(parts.rest);
        const parts = new Expanded(
          monitor.graph.follow({ ...from, minIntervalMs: interval, onNews }),
          (message) => messages.of(message),
          (rest) => {
            // The turn in which it is asked may not be over.
            messages.keepUp(rest);
            return messages.heldBytes(rest);
          },
        );
        return parts;
      },
      resolve: (part, _args, { pin }) => {
        pin.renew(part.type === 'snapshot' ? (part.moment.snapshot ?? undefined) : undefined);
        return part;
      },
    }),
    stats: t.field({
      type: StatsMessage,
      description:
        'Entities with their newest statistics: at once, then whenever new samples are in. They are sampled meanwhile.',
      args: {
        ids: t.arg.idList({ description: `Of these entities: id, key or the SFU's own id; at most ${LIMITS.maxIds}.` }),
        filter: t.arg({ type: LiveFilter, description: 'Of all that meet these conditions.' }),
        everyMs: t.arg.int({ description: EVERY_HELP }),
      },
      subscribe: (_root, { ids, filter, everyMs }, context) => {
        const interval = everyInterval(everyMs);
        const select = filter ? selectByFilter(filter, context) : selectByIds(ids, context);
        return new LiveStats(context.monitor, interval, select);
      },
      resolve: (frame, _args, { pin }) => {
        pin.renew(frame.snapshot);
        return frame;
      },
    }),
    peer: t.field({
      type: PeerRef,
      nullable: true,
      description:
        'One peer with the newest statistics of all it has; `null` while it is away. It is sampled meanwhile.',
      args: {
        room: t.arg.string({ description: 'Its room; may be left out when only one room has a peer of this id.' }),
        peerId: t.arg.string({ required: true, description: 'Its id, as the application gave it.' }),
        everyMs: t.arg.int({ description: EVERY_HELP }),
      },
      subscribe: (_root, { room, peerId, everyMs }, context) => {
        const interval = everyInterval(everyMs);
        const whose = room ?? findPeer(context, null, peerId)?.room ?? null;
        const entry = (snapshot: GraphSnapshot) => snapshot.peer(whose, peerId);
        const live = new LiveStats(context.monitor, interval, (snapshot) =>
          (entry(snapshot)?.entities ?? []).flatMap((key) => snapshot.get(key) ?? []),
        );
        return new Expanded(live, (frame) => [{ frame, peer: entry(frame.snapshot) ?? null }]);
      },
      resolve: ({ frame, peer }, _args, { pin }) => {
        pin.renew(frame.snapshot);
        return peer;
      },
    }),
    host: t.field({
      type: HostRef,
      description: 'The machine the SFU runs on, with each new reading.',
      subscribe: (_root, _args, { monitor }) => monitor.host.subscribe(),
      resolve: (sample, _args, { monitor, pin }) => {
        pin.renew();
        return { ...hostView(monitor.host), sample };
      },
    }),
    events: t.field({
      type: EventItemUnion,
      description: 'Events from now on. A reader that is too slow loses the oldest and is told how many.',
      args: { filter: t.arg({ type: LiveEventFilter, description: 'Left out: all events.' }) },
      subscribe: (_root, { filter }, context) => context.monitor.events.subscribe(eventFilter(filter, context)),
      resolve: (item, _args, { pin }) => {
        pin.renew();
        return item.type === 'event' ? item.event : { dropped: item.dropped };
      },
    }),
    alerts: t.field({
      type: AlertChangeRef,
      description:
        'News of alerts from now on; see the query `alerts` for those that last. A slow reader gets the newest of each.',
      args: { filter: t.arg({ type: AlertFilter, description: 'Left out: all alerts.' }) },
      subscribe: (_root, { filter }, context) => {
        const matches = alertMatches(filter, context);
        return new Expanded(context.monitor.alerts.subscribe(), (change) => (matches(change.alert) ? [change] : []));
      },
      resolve: (change, _args, { pin }) => {
        pin.renew();
        return change;
      },
    }),
  }),
});

function everyInterval(everyMs: number | null | undefined): number {
  const interval = everyMs ?? 1000;
  checkInterval('everyMs', interval, LIMITS.minEveryMs);
  return interval;
}

function checkInterval(name: string, value: number, least: number): void {
  if (value >= least && value <= LIMITS.maxEveryMs) return;
  throw schemaError('BAD_USER_INPUT', `${name} must be within ${least} and ${LIMITS.maxEveryMs} ms, got ${value}.`);
}

type Select = (snapshot: GraphSnapshot) => readonly EntityNode[];

function selectByIds(ids: readonly string[] | null | undefined, context: SchemaContext): Select {
  if (!ids || ids.length === 0) throw schemaError('BAD_USER_INPUT', 'Give ids, or a filter.');
  if (ids.length > LIMITS.maxIds) {
    throw schemaError('BAD_USER_INPUT', `At most ${LIMITS.maxIds} ids at once, got ${ids.length}.`);
  }
  const keys = ids.map((id) => requireEntity(context, id).key);
  return (snapshot) => keys.flatMap((key) => snapshot.get(key) ?? []);
}

interface LiveFilterShape {
  readonly kinds?: readonly EntityKind[] | null | undefined;
  readonly room?: string | null | undefined;
  readonly peer?: string | null | undefined;
  readonly worker?: string | null | undefined;
  readonly router?: string | null | undefined;
}

const WITH_STATS: readonly EntityKind[] = [
  'worker',
  'transport',
  'producer',
  'consumer',
  'dataProducer',
  'dataConsumer',
];

function selectByFilter(filter: LiveFilterShape, context: SchemaContext): Select {
  const kinds = filter.kinds ?? WITH_STATS;
  const worker = filter.worker ? requireKind(context, 'worker', filter.worker).key : null;
  const router = filter.router ? requireKind(context, 'router', filter.router).key : null;
  const { room = null, peer = null } = filter;
  const matches = (node: EntityNode): boolean =>
    (room === null || node.room === room) &&
    (peer === null || node.peer === peer) &&
    (worker === null || node.worker === worker) &&
    (router === null || node.router === router);
  // One more than is shown tells that there are more.
  return (snapshot) => take(kinds, snapshot, matches, LIMITS.maxIds + 1);
}

function take(
  kinds: readonly EntityKind[],
  snapshot: GraphSnapshot,
  matches: (node: EntityNode) => boolean,
  most: number,
): readonly EntityNode[] {
  const found: EntityNode[] = [];
  for (const kind of kinds) {
    for (const node of snapshot.all(kind)) {
      if (!matches(node)) continue;
      found.push(node);
      if (found.length === most) return found;
    }
  }
  return found;
}
