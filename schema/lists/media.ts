import type { ConsumerNode, EntityKey, MediaKind, ProducerNode } from '../../core/index.js';
import { builder } from '../builder.js';
import { ListKind, type Order } from '../connection.js';
import { isWithoutLayers } from '../derive/viewer-layers.js';
import { isConsumed, viewersOf } from '../derive/viewers.js';
import { lossOf, mediaValue } from '../derive/numbers.js';
import { requireKind } from '../lookup.js';
import { ConsumerRef, ProducerRef } from '../refs.js';
import { MediaKindEnum, RtpTypeEnum } from '../types/enums.js';
import { type CommonFilter, commonConditions } from './conditions.js';
import { commonFields, ENTITY_KEYS, OPENED_AT } from './filter-fields.js';

interface MediaFilter extends CommonFilter {
  readonly mediaKind?: MediaKind | null;
  readonly types?: readonly ProducerNode['type'][] | null;
  readonly paused?: boolean | null;
  readonly scoreBelow?: number | null;
}

const MEDIA_ORDERS: Readonly<Record<string, Order<ProducerNode | ConsumerNode>>> = {
  BITRATE: {
    description: 'Bit rate, bits/s.',
    direction: 'desc',
    value: (node, { monitor }) => mediaValue(monitor.stats, node, 'bitrate'),
  },
  LOSS: {
    description: 'Share of packets lost lately, 0–1: `lossRatio`, else `fractionLost`.',
    direction: 'desc',
    value: (node, { monitor }) => lossOf(monitor.stats, node),
  },
  SCORE: { description: 'Score, 0–10.', direction: 'asc', value: (node) => node.score },
  RTT: {
    description: 'Round trip time to the endpoint, ms.',
    direction: 'desc',
    value: (node, { monitor }) => mediaValue(monitor.stats, node, 'roundTripTime'),
  },
  JITTER: {
    description: 'Interarrival jitter, ms.',
    direction: 'desc',
    value: (node, { monitor }) => mediaValue(monitor.stats, node, 'jitter'),
  },
  OPENED_AT,
};

interface ProducerFilterShape extends MediaFilter {
  readonly stalled?: boolean | null;
  readonly unconsumed?: boolean | null;
}

const ProducerFilter = builder.inputRef<ProducerFilterShape>('ProducerFilter').implement({
  description: 'Conditions on producers; all given ones must hold.',
  fields: (t) => ({
    ...commonFields(t),
    mediaKind: t.field({ type: MediaKindEnum, description: 'Audio or video.' }),
    types: t.field({ type: [RtpTypeEnum], description: 'Any of these types.' }),
    paused: t.boolean({ description: 'Whether it is paused.' }),
    scoreBelow: t.float({ description: 'Known score below this, 0–10.' }),
    stalled: t.boolean({ description: 'Whether it is not paused and has sent nothing for the threshold.' }),
    unconsumed: t.boolean({ description: 'Whether nobody receives it, also behind pipes.' }),
  }),
});

export const producerList = new ListKind<ProducerNode, ProducerFilterShape>({
  name: 'Producer',
  plural: 'producers',
  type: ProducerRef,
  filter: ProducerFilter,
  matches: (filter, context) =>
    commonConditions<ProducerNode>(filter, context)
      .add(filter.mediaKind, (node, kind) => node.mediaKind === kind)
      .add(filter.types, (node, types) => types.includes(node.type))
      .add(filter.paused, (node, paused) => node.paused === paused)
      .add(filter.scoreBelow, (node, limit) => node.score !== null && node.score < limit)
      .add(filter.stalled, (node, stalled) => (node.stalledSince !== null) === stalled)
      .add(filter.unconsumed, (node, unconsumed) => isConsumed(context.pin.snapshot, node) !== unconsumed).matches,
  orders: {
    ...MEDIA_ORDERS,
    VIEWERS: {
      description: 'Number of those who receive it, also behind pipes.',
      direction: 'desc',
      value: (node, { pin }) => viewersOf(pin.snapshot, node).length,
    },
  },
  ...ENTITY_KEYS,
});

interface ConsumerFilterShape extends MediaFilter {
  readonly producerPaused?: boolean | null;
  readonly starved?: boolean | null;
  readonly withoutLayers?: boolean | null;
  readonly producer?: string | null;
}

const ConsumerFilter = builder.inputRef<ConsumerFilterShape>('ConsumerFilter').implement({
  description: 'Conditions on consumers; all given ones must hold.',
  fields: (t) => ({
    ...commonFields(t),
    mediaKind: t.field({ type: MediaKindEnum, description: 'Audio or video.' }),
    types: t.field({ type: [RtpTypeEnum], description: 'Any of these types.' }),
    paused: t.boolean({ description: 'Whether the application paused the consumer itself.' }),
    producerPaused: t.boolean({ description: 'Whether its producer is paused.' }),
    scoreBelow: t.float({ description: 'Known score below this, 0–10.' }),
    starved: t.boolean({ description: 'Whether it forwards nothing though unpaused and its producer flows.' }),
    withoutLayers: t.boolean({ description: 'Whether it is simulcast or SVC and forwards no layer.' }),
    producer: t.id({ description: "The producer it forwards: id, key or the SFU's own id." }),
  }),
});

export const consumerList = new ListKind<ConsumerNode, ConsumerFilterShape>({
  name: 'Consumer',
  plural: 'consumers',
  type: ConsumerRef,
  filter: ConsumerFilter,
  matches: (filter, context) => {
    const conditions = commonConditions<ConsumerNode>(filter, context);
    if (filter.producer) {
      const { key } = requireKind(context, 'producer', filter.producer);
      conditions.add(key, (node, wanted: EntityKey) => node.producer === wanted);
    }
    return conditions
      .add(filter.mediaKind, (node, kind) => node.mediaKind === kind)
      .add(filter.types, (node, types) => types.includes(node.type))
      .add(filter.paused, (node, paused) => node.paused === paused)
      .add(filter.producerPaused, (node, paused) => node.producerPaused === paused)
      .add(filter.scoreBelow, (node, limit) => node.score !== null && node.score < limit)
      .add(filter.starved, (node, starved) => (node.starvedSince !== null) === starved)
      .add(filter.withoutLayers, (node, without) => isWithoutLayers(node) === without).matches;
  },
  orders: MEDIA_ORDERS,
  ...ENTITY_KEYS,
});
