import type { DebugEntry } from '../../core/index.js';
import { builder } from '../builder.js';
import { EntityInterface } from '../refs.js';

export const DebuggedRef = builder.objectRef<DebugEntry>('Debugged').implement({
  description: 'Something whose detail leaves in records for a while; all that is given must fit.',
  fields: (t) => ({
    entity: t.field({
      type: EntityInterface,
      nullable: true,
      description: 'This entity and all in it; `null` for any, and once it has closed.',
      resolve: ({ subject }, _args, { monitor }) =>
        subject.entity === undefined ? null : (monitor.graph.get(subject.entity) ?? null),
    }),
    key: t.string({
      nullable: true,
      description: 'Key of that entity, also when it has closed.',
      resolve: ({ subject }) => subject.entity ?? null,
    }),
    room: t.string({
      nullable: true,
      description: 'Only what belongs to this room.',
      resolve: ({ subject }) => subject.room ?? null,
    }),
    peer: t.string({
      nullable: true,
      description: 'Only what belongs to this peer.',
      resolve: ({ subject }) => subject.peer ?? null,
    }),
    until: t.expose('until', { type: 'DateTime', description: 'When that ends.' }),
  }),
});
