import type { DataConsumerNode, DataProducerNode, RtpObserverNode } from '../../core/index.js';
import { builder } from '../builder.js';
import { ListKind } from '../connection.js';
import { known } from '../known.js';
import { DataConsumerRef, DataProducerRef, RtpObserverInterface } from '../refs.js';
import { DataTypeEnum } from '../types/enums.js';
import { type CommonFilter, commonConditions } from './conditions.js';
import { commonFields, ENTITY_KEYS, OPENED_AT } from './filter-fields.js';

interface DataFilter extends CommonFilter {
  readonly type?: 'sctp' | 'direct' | null;
  readonly paused?: boolean | null;
}

interface DataProducerFilterShape extends DataFilter {
  readonly unconsumed?: boolean | null;
}

const DataProducerFilter = builder.inputRef<DataProducerFilterShape>('DataProducerFilter').implement({
  description: 'Conditions on data producers; all given ones must hold.',
  fields: (t) => ({
    ...commonFields(t),
    type: t.field({ type: DataTypeEnum, description: 'How its messages travel.' }),
    paused: t.boolean({ description: 'Whether it is paused.' }),
    unconsumed: t.boolean({ description: 'Whether it has no data consumer.' }),
  }),
});

export const dataProducerList = new ListKind<DataProducerNode, DataProducerFilterShape>({
  name: 'DataProducer',
  plural: 'data producers',
  type: DataProducerRef,
  filter: DataProducerFilter,
  matches: (filter, context) =>
    commonConditions<DataProducerNode>(filter, context)
      .add(filter.type, (node, type) => node.type === type)
      .add(filter.paused, (node, paused) => node.paused === paused)
      .add(
        filter.unconsumed,
        (node, unconsumed) => (context.pin.snapshot.dataConsumersOf(node.key).length === 0) === unconsumed,
      ).matches,
  orders: {
    BYTE_RATE: {
      description: 'Bytes per second.',
      direction: 'desc',
      value: (node, { monitor }) => known(monitor.stats.value<'dataProducer'>(node, 'bytesPerSecond')),
    },
    OPENED_AT,
  },
  ...ENTITY_KEYS,
});

const DataConsumerFilter = builder.inputRef<DataFilter>('DataConsumerFilter').implement({
  description: 'Conditions on data consumers; all given ones must hold.',
  fields: (t) => ({
    ...commonFields(t),
    type: t.field({ type: DataTypeEnum, description: 'How its messages travel.' }),
    paused: t.boolean({ description: 'Whether the application paused it.' }),
  }),
});

export const dataConsumerList = new ListKind<DataConsumerNode, DataFilter>({
  name: 'DataConsumer',
  plural: 'data consumers',
  type: DataConsumerRef,
  filter: DataConsumerFilter,
  matches: (filter, context) =>
    commonConditions<DataConsumerNode>(filter, context)
      .add(filter.type, (node, type) => node.type === type)
      .add(filter.paused, (node, paused) => node.paused === paused).matches,
  orders: {
    BYTE_RATE: {
      description: 'Bytes per second.',
      direction: 'desc',
      value: (node, { monitor }) => known(monitor.stats.value<'dataConsumer'>(node, 'bytesPerSecond')),
    },
    BUFFERED: {
      description: 'Bytes waiting to be sent.',
      direction: 'desc',
      value: (node, { monitor }) => known(monitor.stats.value<'dataConsumer'>(node, 'bufferedAmount')),
    },
    OPENED_AT,
  },
  ...ENTITY_KEYS,
});

interface RtpObserverFilterShape extends CommonFilter {
  readonly paused?: boolean | null;
}

const RtpObserverFilter = builder.inputRef<RtpObserverFilterShape>('RtpObserverFilter').implement({
  description: 'Conditions on RTP observers; all given ones must hold.',
  fields: (t) => ({ ...commonFields(t), paused: t.boolean({ description: 'Whether it is paused.' }) }),
});

export const rtpObserverList = new ListKind<RtpObserverNode, RtpObserverFilterShape>({
  name: 'RtpObserver',
  plural: 'RTP observers',
  type: RtpObserverInterface,
  filter: RtpObserverFilter,
  matches: (filter, context) =>
    commonConditions<RtpObserverNode>(filter, context).add(filter.paused, (node, paused) => node.paused === paused)
      .matches,
  orders: { OPENED_AT },
  ...ENTITY_KEYS,
});
