import { builder } from '../builder.js';
import { LIMITS } from '../limits.js';
import { EntityInterface } from '../refs.js';
import { EntityKindEnum } from '../types/enums.js';
import { entityId } from '../ids.js';
import type { ClosedEntity, GraphDeltaPart, GraphPart, GraphSnapshotPart } from './graph-messages.js';

const nodesCost = { field: 1, multiplier: LIMITS.graphPart } as const;

const SnapshotMessage = builder.objectRef<GraphSnapshotPart>('GraphSnapshotMessage').implement({
  description:
    `All open entities at one moment, in parts of at most ${LIMITS.graphPart}, parents before children. ` +
    `If more than some ${LIMITS.graphOld} change or close before a reader has taken all parts, the rest shows each as it is by then, and none that has closed.`,
  fields: (t) => ({
    runId: t.string({ description: 'The run, for `resume`.', resolve: ({ moment }) => moment.runId }),
    seq: t.field({
      type: 'Counter',
      description: 'The moment, for `resume` once the last part has come.',
      resolve: ({ moment }) => moment.seq,
    }),
    at: t.field({ type: 'DateTime', description: 'When it was taken.', resolve: ({ moment }) => moment.at }),
    reset: t.exposeBoolean('reset', {
      description: 'True when it replaces all that was known: the reader was too slow, or could not resume.',
    }),
    nodes: t.field({
      type: [EntityInterface],
      description: 'The entities of this part.',
      complexity: nodesCost,
      resolve: ({ nodes }, _args, { pin }) => pin.spread(nodes),
    }),
    part: t.exposeInt('part', { description: 'Number of the part, from 0.' }),
    last: t.exposeBoolean('last', { description: 'Whether this is the last part.' }),
  }),
});

const ClosedRef = builder.objectRef<ClosedEntity>('ClosedEntity').implement({
  description: 'An entity that has closed, or has left the room that is followed.',
  fields: (t) => ({
    id: t.id({ description: 'Its id.', resolve: (entity, _args, { monitor }) => entityId(monitor.runId, entity) }),
    kind: t.field({ type: EntityKindEnum, description: 'What it was.', resolve: ({ kind }) => kind }),
    key: t.exposeString('key', { description: 'Its key.' }),
  }),
});

const DeltaMessage = builder.objectRef<GraphDeltaPart>('GraphDeltaMessage').implement({
  description:
    'What changed since the last message: each entity stands in one list at most, as it is now. ' +
    'One that opened and closed in between stands in none. The parts of one message are of one moment, or as those of a snapshot. ' +
    'After `resume`, some of `changed` and `closed` may never have been shown, for they had closed before their part of the message before was taken.',
  fields: (t) => ({
    runId: t.string({ description: 'The run, for `resume`.', resolve: ({ delta }) => delta.runId }),
    fromSeq: t.field({
      type: 'Counter',
      description: 'The moment it continues from.',
      resolve: ({ delta }) => delta.fromSeq,
    }),
    seq: t.field({
      type: 'Counter',
      description: 'The moment it leads to, for `resume` once the last part has come.',
      resolve: ({ delta }) => delta.toSeq,
    }),
    at: t.field({ type: 'DateTime', description: 'When it was made.', resolve: ({ delta }) => delta.at }),
    opened: t.field({
      type: [EntityInterface],
      description: 'Opened entities, parents before children.',
      complexity: nodesCost,
      resolve: ({ opened }, _args, { pin }) => pin.spread(opened),
    }),
    changed: t.field({
      type: [EntityInterface],
      description: 'Changed entities.',
      complexity: nodesCost,
      resolve: ({ changed }, _args, { pin }) => pin.spread(changed),
    }),
    closed: t.field({
      type: [ClosedRef],
      description: 'Closed entities, children before parents.',
      complexity: nodesCost,
      resolve: ({ closed }, _args, { pin }) => pin.spread(closed),
    }),
    part: t.exposeInt('part', { description: 'Number of the part, from 0.' }),
    last: t.exposeBoolean('last', { description: 'Whether this is the last part.' }),
  }),
});

export const GraphMessageUnion = builder.unionType('GraphMessage', {
  description: 'First all that is open, then what changes: no gap, no duplicate.',
  types: [SnapshotMessage, DeltaMessage],
  resolveType: (part: GraphPart) => (part.type === 'snapshot' ? SnapshotMessage : DeltaMessage),
});
