import { type EntityNode, MonitorError, type SilenceMatcher } from '../core/index.js';
import { builder } from './builder.js';
import { schemaError } from './errors.js';
import { shorten } from './ids.js';
import { LIMITS } from './limits.js';
import { requireEntity } from './lookup.js';
import { exposeDetail } from './mask.js';
import { AlertRef, EntityInterface } from './refs.js';
import { SilenceRef } from './types/alert.js';

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
    acknowledge: t.field({
      type: AlertRef,
      description: 'Says that somebody knows of an alert.',
      args: {
        alertId: t.arg.id({ required: true, description: 'From `Alert.alertId`.' }),
        comment: t.arg.string({ description: `What to tell others, at most ${LIMITS.maxText} characters.` }),
      },
      resolve: (_root, { alertId, comment }, { monitor, actor }) => {
        const alert = monitor.alerts.acknowledge(alertId, actor, checkComment(comment));
        if (alert === undefined) {
          throw schemaError('NOT_FOUND', `There is no alert '${shorten(alertId)}': it is over, or never was.`);
        }
        return alert;
      },
    }),
    silence: t.field({
      type: SilenceRef,
      description: 'Silences the alerts that meet every given condition. At least one condition is needed.',
      args: {
        name: t.arg.string({ description: 'Alerts of this name.' }),
        entity: t.arg.id({ description: "Alerts of this entity: id, key or the SFU's own id." }),
        room: t.arg.string({ description: 'Alerts of this room.' }),
        peer: t.arg.string({ description: 'Alerts of this peer.' }),
        seconds: t.arg.int({
          required: true,
          description: `For how long, 1 to ${LIMITS.maxSilenceSeconds} s (a week).`,
        }),
        comment: t.arg.string({ description: `Why, at most ${LIMITS.maxText} characters.` }),
      },
      resolve: (_root, { name, entity, room, peer, seconds, comment }, context) => {
        const matcher: SilenceMatcher = {
          ...(name != null && { name }),
          ...(entity && { entity: requireEntity(context, entity).key }),
          ...(room != null && { room }),
          ...(peer != null && { peer }),
        };
        if (Object.keys(matcher).length === 0) {
          throw schemaError('BAD_USER_INPUT', 'Give at least one of name, entity, room and peer.');
        }
        checkRange('seconds', seconds, 1, LIMITS.maxSilenceSeconds);
        return attempt(() => context.monitor.alerts.silence(matcher, seconds, context.actor, checkComment(comment)));
      },
    }),
  }),
});

function checkRange(name: string, value: number, least: number, most: number): void {
  if (value >= least && value <= most) return;
  throw schemaError('BAD_USER_INPUT', `${name} must be within ${least} and ${most}, got ${value}.`);
}

function checkComment(comment: string | null | undefined): string {
  const text = comment ?? '';
  if (text.length <= LIMITS.maxText) return text;
  throw schemaError('BAD_USER_INPUT', `comment must have at most ${LIMITS.maxText} characters, got ${text.length}.`);
}

function attempt<T>(act: () => T): T {
  try {
    return act();
  } catch (error) {
    return rethrow(error);
  }
}

/** Errors of the core that the caller can do something about keep their message; others stay hidden. */
function rethrow(error: unknown): never {
  if (error instanceof RangeError) throw schemaError('LIMIT', error.message);
  if (error instanceof MonitorError && error.code === 'SFUSCOPE_INSPECT_TIMEOUT') {
    throw schemaError('TIMEOUT', error.message);
  }
  if (error instanceof MonitorError && error.code === 'SFUSCOPE_ENTITY_UNKNOWN') {
    throw schemaError('NOT_FOUND', error.message);
  }
  throw error;
}
