import { builder } from '../builder.js';
import { dataConsumerList } from '../lists/data.js';
import { DataConsumerRef, DataProducerRef, EntityInterface, NodeRef, TransportInterface } from '../refs.js';
import { DataTypeEnum } from './enums.js';
import { DataConsumerStatsRef, DataProducerStatsRef } from './stats.js';

builder.objectType(DataProducerRef, {
  description: 'Data messages into a router.',
  interfaces: [EntityInterface, NodeRef],
  fields: (t) => ({
    type: t.field({ type: DataTypeEnum, description: 'How its messages travel.', resolve: ({ type }) => type }),
    label: t.exposeString('label', { description: 'Label of the data channel.' }),
    protocol: t.exposeString('protocol', { description: 'Protocol of the data channel, as the application named it.' }),
    paused: t.exposeBoolean('paused', { description: 'Whether it is paused.' }),
    transport: t.field({
      type: TransportInterface,
      nullable: true,
      description: 'The transport it comes in by.',
      resolve: ({ parent }, _args, { pin }) => pin.snapshot.find('transport', parent),
    }),
    stats: t.field({
      type: DataProducerStatsRef,
      nullable: true,
      description: 'Statistics; `null` before the first sample.',
      resolve: (node, _args, { monitor }) => (monitor.stats.sampledAt(node) === null ? null : node),
    }),
    dataConsumers: dataConsumerList.field(t, {
      description: 'Who receives it.',
      nested: true,
      from: ({ key }, { pin }) => pin.snapshot.dataConsumersOf(key),
      inOrder: true,
    }),
  }),
});

builder.objectType(DataConsumerRef, {
  description: 'Data messages out of a router.',
  interfaces: [EntityInterface, NodeRef],
  fields: (t) => ({
    dataProducer: t.field({
      type: DataProducerRef,
      nullable: true,
      description: 'What it forwards; `null` when that was not seen.',
      resolve: (node, _args, { pin }) => pin.snapshot.find('dataProducer', node.dataProducer),
    }),
    type: t.field({ type: DataTypeEnum, description: 'How its messages travel.', resolve: ({ type }) => type }),
    label: t.exposeString('label', { description: 'Label of the data channel.' }),
    protocol: t.exposeString('protocol', { description: 'Protocol of the data channel, as the application named it.' }),
    paused: t.exposeBoolean('paused', { description: 'Whether the application paused it.' }),
    dataProducerPaused: t.exposeBoolean('dataProducerPaused', { description: 'Whether its data producer is paused.' }),
    transport: t.field({
      type: TransportInterface,
      nullable: true,
      description: 'The transport it goes out by.',
      resolve: ({ parent }, _args, { pin }) => pin.snapshot.find('transport', parent),
    }),
    stats: t.field({
      type: DataConsumerStatsRef,
      nullable: true,
      description: 'Statistics; `null` before the first sample.',
      resolve: (node, _args, { monitor }) => (monitor.stats.sampledAt(node) === null ? null : node),
    }),
  }),
});
