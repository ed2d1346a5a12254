import type { TrafficTotals } from '../../core/index.js';
import { builder } from '../builder.js';
import { ListKind } from '../connection.js';
import { type Pipe, type PipedMedia, pipedMedia } from '../derive/pipes.js';
import { Conditions } from '../lists/conditions.js';
import { ConsumerRef, PipeRef, PipeTransportRef, ProducerRef, RouterRef } from '../refs.js';
import { TrafficRef } from './traffic.js';

const PipeDirectionEnum = builder.enumType('PipeDirection', {
  description: 'Which way a medium flows through a pipe.',
  values: {
    A_TO_B: { value: 'aToB', description: 'From `a` to `b`.' },
    B_TO_A: { value: 'bToA', description: 'From `b` to `a`.' },
  } as const,
});

const PipedMediaRef = builder.objectRef<PipedMedia>('PipedMedia').implement({
  description: 'One medium that flows through a pipe.',
  fields: (t) => ({
    direction: t.field({ type: PipeDirectionEnum, description: 'Which way.', resolve: ({ direction }) => direction }),
    origin: t.field({
      type: ProducerRef,
      nullable: true,
      description: 'The original, in the router it comes from.',
      resolve: ({ origin }) => origin,
    }),
    consumer: t.field({
      type: ConsumerRef,
      description: 'What leaves the one router.',
      resolve: ({ consumer }) => consumer,
    }),
    producer: t.field({
      type: ProducerRef,
      nullable: true,
      description: 'What arrives in the other router; `null` where this monitor does not see it.',
      resolve: ({ producer }) => producer,
    }),
  }),
});

builder.objectType(PipeRef, {
  description: 'A pair of pipe transports that joins two routers.',
  fields: (t) => ({
    a: t.field({ type: PipeTransportRef, description: 'The end that was opened first.', resolve: ({ a }) => a }),
    b: t.field({
      type: PipeTransportRef,
      nullable: true,
      description: 'The other end; `null` where this monitor does not see it.',
      resolve: ({ b }) => b,
    }),
    routerA: t.field({
      type: RouterRef,
      nullable: true,
      description: 'The router of `a`.',
      resolve: ({ a }, _args, { pin }) => pin.snapshot.find('router', a.router),
    }),
    routerB: t.field({
      type: RouterRef,
      nullable: true,
      description: 'The router of `b`.',
      resolve: ({ b }, _args, { pin }) => (b === null ? null : pin.snapshot.find('router', b.router)),
    }),
    betweenWorkers: t.boolean({
      nullable: true,
      description: 'Whether the routers live in different workers; `null` when the other end is not seen.',
      resolve: ({ a, b }) => (b === null ? null : a.worker !== b.worker),
    }),
    traffic: t.field({
      type: TrafficRef,
      description: 'What went through it, seen from `a`: sent is A to B.',
      resolve: ({ a }, _args, { monitor }): TrafficTotals => monitor.stats.totals({ scope: 'entity', key: a.key }),
    }),
    media: t.field({
      type: [PipedMediaRef],
      description: 'What flows through it, both ways.',
      complexity: { field: 5, multiplier: 10 },
      resolve: (pipe, _args, { pin }) => {
        const media = pipedMedia(pin.snapshot, pipe);
        pin.spend(media.length);
        return media;
      },
    }),
  }),
});

interface PipeFilterShape {
  readonly room?: string | null;
  readonly betweenWorkers?: boolean | null;
}

const PipeFilter = builder.inputRef<PipeFilterShape>('PipeFilter').implement({
  description: 'Conditions on pipes; all given ones must hold.',
  fields: (t) => ({
    room: t.string({ description: 'One of its ends belongs to this room.' }),
    betweenWorkers: t.boolean({ description: 'Whether it joins different workers.' }),
  }),
});

export const pipeList = new ListKind<Pipe, PipeFilterShape>({
  name: 'Pipe',
  plural: 'pipes',
  type: PipeRef,
  filter: PipeFilter,
  matches: (filter) =>
    new Conditions<Pipe>()
      .add(filter.room, ({ a, b }, room) => a.room === room || b?.room === room)
      .add(filter.betweenWorkers, ({ a, b }, wanted) => (b !== null && a.worker !== b.worker) === wanted).matches,
  orders: {
    OPENED_AT: { description: 'Time of opening.', direction: 'desc', value: ({ a }) => a.openedAt },
  },
  keyOf: ({ a }) => a.key,
  opened: ({ a }) => a.openedSeq,
});
