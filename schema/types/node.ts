import type { Alert, EntityKey, EntityNode, PeerEntry, RoomEntry } from '../../core/index.js';
import { builder } from '../builder.js';
import { IMMUTABLE, SETTLED } from '../compiled/settled.js';
import { entityId, peerId, roomId } from '../ids.js';
import { schemaError } from '../errors.js';
import { eventsField } from '../lists/events.js';
import {
  AlertRef,
  EntityInterface,
  type Identified,
  NodeRef,
  PeerRef,
  RoomRef,
  RouterRef,
  typeNameOf,
  WorkerRef,
} from '../refs.js';
import { EntityKindEnum } from './enums.js';

function globalIdOf(runId: string, value: Identified): string {
  if ('kind' in value) return entityId(runId, value);
  return 'peer' in value ? peerId(runId, value.room, value.peer) : roomId(runId, value.room);
}

builder.interfaceType(NodeRef, {
  description: 'What can be asked for again by its id.',
  resolveType: typeNameOf,
  fields: (t) => ({
    id: t.id({
      description: 'Opaque, unique in this run of the monitor; of no use in another run.',
      extensions: { [SETTLED]: true },
      resolve: (value, _args, { monitor }) => globalIdOf(monitor.runId, value),
    }),
  }),
});

const LabelRef = builder.objectRef<{ name: string; value: string }>('Label').implement({
  description: 'A fact the application told of an entity.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'Name, as the application chose it.' }),
    value: t.exposeString('value', { description: 'Value, as the application gave it.' }),
  }),
});

const PastSampleRef = builder
  .objectRef<{ at: number; values: Readonly<Record<string, number>> }>('PastSample')
  .implement({
    description: 'One remembered sample.',
    fields: (t) => ({
      at: t.expose('at', { type: 'DateTime', description: 'When it was taken.' }),
      values: t.field({
        type: 'JSON',
        description: 'An object with the fields of the statistics of this kind and their units; `null` is unknown.',
        // JSON has no NaN.
        resolve: ({ values }) => values,
      }),
    }),
  });

builder.interfaceType(EntityInterface, {
  description: 'One thing of the SFU that opens and closes: what all kinds have in common.',
  extensions: { [IMMUTABLE]: true },
  interfaces: [NodeRef],
  resolveType: typeNameOf,
  fields: (t) => ({
    kind: t.field({
      type: EntityKindEnum,
      description: 'What it is.',
      extensions: { [SETTLED]: true },
      resolve: (node) => node.kind,
    }),
    key: t.exposeString('key', {
      description:
        "Unique in this run: a worker's ordinal (`w1`), a router's or WebRTC server's id, and below a router `<router id>/<id>`.",
    }),
    nativeId: t.exposeString('id', {
      description: "The SFU's own id, as in its logs; a worker's pid. A piped producer shares it with its origin.",
    }),
    openedAt: t.expose('openedAt', { type: 'DateTime', description: 'When it opened; see `foundLate`.' }),
    ageMs: t.float({
      description: 'Time since it opened, ms.',
      resolve: (node, _args, { pin }) => Math.max(0, pin.now - node.openedAt),
    }),
    foundLate: t.exposeBoolean('foundLate', {
      description: 'True when it existed before the monitor was attached: then `openedAt` is when it was found.',
    }),
    parent: t.field({
      type: EntityInterface,
      nullable: true,
      description: 'What it lives in; `null` for a worker.',
      resolve: (node, _args, { pin }) => (node.parent === null ? null : pin.snapshot.get(node.parent)),
    }),
    ancestors: t.field({
      type: [EntityInterface],
      description: 'From its worker down to its parent.',
      resolve: (node, _args, { pin }) => {
        const found: EntityNode[] = [];
        for (let key = node.parent; key !== null; ) {
          const parent = pin.snapshot.get(key);
          if (parent === undefined) break;
          found.unshift(parent);
          key = parent.parent;
        }
        return found;
      },
    }),
    worker: t.field({
      type: WorkerRef,
      nullable: true,
      description: 'The worker it lives in; itself for a worker.',
      resolve: (node, _args, { pin }) => pin.snapshot.find('worker', node.worker),
    }),
    router: t.field({
      type: RouterRef,
      nullable: true,
      description: 'The router it lives in; itself for a router, `null` above router level.',
      resolve: (node, _args, { pin }) => pin.snapshot.find('router', node.router),
    }),
    room: t.field({
      type: RoomRef,
      nullable: true,
      description: 'The room it belongs to, as the application told; `null` when that is not known.',
      resolve: ({ room }, _args, { pin }): RoomEntry | undefined =>
        room === null ? undefined : pin.snapshot.room(room),
    }),
    peer: t.field({
      type: PeerRef,
      nullable: true,
      description: 'The peer it belongs to, as the application told; `null` when that is not known.',
      resolve: ({ room, peer }, _args, { pin }): PeerEntry | undefined =>
        peer === null ? undefined : pin.snapshot.peer(room, peer),
    }),
    labels: t.field({
      type: [LabelRef],
      description: 'Further facts the application told of it.',
      resolve: ({ labels }) => Object.entries(labels).map(([name, value]) => ({ name, value })),
    }),
    alerts: t.field({
      type: [AlertRef],
      description: 'What is wrong with it now.',
      resolve: ({ key }, _args, { pin, monitor }) => {
        const byEntity = pin.memo('alertsByEntity', () => groupAlerts(monitor.alerts.active()));
        return byEntity.get(key) ?? [];
      },
    }),
    events: eventsField(t, {
      description: 'What happened lately to it and to what lives in it, oldest first.',
      whose: ({ key }) => ({ entity: key }),
    }),
    history: t.field({
      type: [PastSampleRef],
      description:
        'Its samples of the recent past, oldest first. Kept only while somebody watches it: see `watch` and `stats`.',
      args: {
        lastSeconds: t.arg.int({ description: 'Only those of the last so many seconds; left out, all that are kept.' }),
      },
      complexity: { field: 5, multiplier: 20 },
      resolve: ({ key }, { lastSeconds }, { monitor, pin }) => {
        if (lastSeconds != null && lastSeconds < 1) {
          throw schemaError('BAD_USER_INPUT', `lastSeconds must be at least 1, got ${lastSeconds}.`);
        }
        const sinceMs = lastSeconds == null ? undefined : pin.now - lastSeconds * 1000;
        const samples = monitor.stats.past(key, sinceMs);
        pin.spend(samples.length);
        return samples;
      },
    }),
  }),
});

function groupAlerts(alerts: readonly Alert[]): Map<EntityKey, Alert[]> {
  const groups = new Map<EntityKey, Alert[]>();
  for (const alert of alerts) {
    if (alert.entity === null) continue;
    const group = groups.get(alert.entity.key);
    if (group === undefined) groups.set(alert.entity.key, [alert]);
    else group.push(alert);
  }
  return groups;
}
