import type { DebugSubject, EntityNode } from '../core/index.js';
import { builder } from './builder.js';
import { schemaError } from './errors.js';
import { LIMITS } from './limits.js';
import { requireEntity } from './lookup.js';
import { exposeDetail } from './mask.js';
import { attempt, checkRange, rethrow } from './mutations/checks.js';
import { EntityInterface } from './refs.js';
import { DebuggedRef } from './types/debugged.js';

interface InspectionView {
  readonly entity: EntityNode;
  readonly at: number;
  readonly dump: unknown;
  readonly stats: unknown;
}

const InspectionRef = builder.objectRef<InspectionView>('Inspection').implement({
  description: 'Raw detail of one entity, as the SFU told it just now, without secrets.',
  fields: (t) => ({
    entity: t.field({ type: EntityInterface, description: 'The entity.', resolve: ({ entity }) => entity }),
    at: t.expose('at', { type: 'DateTime', description: 'When it was read.' }),
    dump: t.field({
      type: 'JSON',
      nullable: true,
      description: "The SFU's own description of it, in the SFU's own words and units.",
      resolve: ({ dump }, _args, { exposure }) => exposeDetail(dump, exposure),
    }),
    stats: t.field({
      type: 'JSON',
      nullable: true,
      description: "The SFU's own statistics, in the SFU's own words and units.",
      resolve: ({ stats }, _args, { exposure }) => exposeDetail(stats, exposure),
    }),
  }),
});

const WatchRef = builder.objectRef<{ readonly entity: EntityNode; readonly until: number }>('Watch').implement({
  description: 'One entity is sampled often for a while; see `history` and the subscription `stats`.',
  fields: (t) => ({
    entity: t.field({ type: EntityInterface, description: 'The entity.', resolve: ({ entity }) => entity }),
    until: t.expose('until', { type: 'DateTime', description: 'When that ends.' }),
  }),
});

builder.mutationType({
  description: 'What operators may do to the monitor. Nothing here changes the SFU. Needs the scope `control`.',
  fields: (t) => ({
    inspect: t.field({
      type: InspectionRef,
      description: 'Asks the SFU for its own description and statistics of one entity.',
      args: { id: t.arg.id({ required: true, description: "Its id, key or the SFU's own id." }) },
      complexity: 100,
      resolve: async (_root, { id }, context) => {
        const entity = requireEntity(context, id);
        const { dump, stats } = await context.monitor.inspect(entity.key).catch(rethrow);
        // The SFU took its time to answer.
        context.pin.renew(context.pin.snapshot);
        return { entity, at: context.pin.now, dump, stats };
      },
    }),
    watch: t.field({
      type: WatchRef,
      description: 'Samples one entity every 250 ms for a while.',
      args: {
        id: t.arg.id({ required: true, description: "Its id, key or the SFU's own id." }),
        seconds: t.arg.int({ description: `For how long, 1 to ${LIMITS.maxWatchSeconds} s; left out, 60 s.` }),
      },
      resolve: (_root, { id, seconds }, context) => {
        const entity = requireEntity(context, id);
        const duration = seconds ?? 60;
        checkRange('seconds', duration, 1, LIMITS.maxWatchSeconds);
        return { entity, until: attempt(() => context.monitor.watch(entity.key, duration)) };
      },
    }),
    debug: t.field({
      type: DebuggedRef,
      description:
        'Lets detail leave in records (to logs, brokers and queues) of what meets every given condition, for a while. At ' +
        'least one condition is needed. The same again lasts anew.',
      args: {
        entity: t.arg.id({ description: "This entity and all in it: id, key or the SFU's own id." }),
        room: t.arg.string({ description: 'What belongs to this room.' }),
        peer: t.arg.string({ description: 'What belongs to this peer.' }),
        seconds: t.arg.int({ description: `For how long, 1 to ${LIMITS.maxDebugSeconds} s; left out, 300 s.` }),
      },
      resolve: (_root, { entity, room, peer, seconds }, context) => {
        const subject: DebugSubject = {
          ...(entity != null && { entity: requireEntity(context, entity).key }),
          ...(room != null && { room }),
          ...(peer != null && { peer }),
        };
        if (Object.keys(subject).length === 0) {
          throw schemaError('BAD_USER_INPUT', 'Give at least one of entity, room and peer.');
        }
        const duration = seconds ?? 300;
        checkRange('seconds', duration, 1, LIMITS.maxDebugSeconds);
        return { subject, until: attempt(() => context.monitor.debug(subject, duration)) };
      },
    }),
  }),
});
