import type { WorkerNode } from '../../core/index.js';
import { builder } from '../builder.js';
import { blastRadius, type WorkerBlastRadius } from '../derive/blast-radius.js';
import { isEmptyRouter } from '../derive/empty-router.js';
import { type WorkerLoad, workerLoad } from '../derive/worker-load.js';
import { dataConsumerList, dataProducerList, rtpObserverList } from '../lists/data.js';
import { consumerList, producerList } from '../lists/media.js';
import { peerList, roomList } from '../lists/rooms.js';
import { transportList } from '../lists/transports.js';
import { routerList, webRtcServerList } from '../lists/workers.js';
import { EntityInterface, NodeRef, RouterRef, WebRtcServerRef, WorkerRef } from '../refs.js';
import { CountsRef, countWithin } from './counts.js';
import { WorkerStatsRef } from './stats.js';
import { TrafficRef } from './traffic.js';

const WorkerLoadRef = builder.objectRef<WorkerLoad>('WorkerLoad').implement({
  description: 'What a worker carries, and how much more it can.',
  fields: (t) => ({
    cpuRatio: t.exposeFloat('cpuRatio', { nullable: true, description: 'CPU used lately, as a share of one core.' }),
    consumers: t.exposeInt('consumers', { description: 'Open consumers.' }),
    consumersLimit: t.exposeInt('consumersLimit', { description: 'Consumers it should not exceed, as configured.' }),
    cpuPerConsumer: t.exposeFloat('cpuPerConsumer', {
      nullable: true,
      description:
        'What one consumer costs now, as a share of a core; `null` when the worker carries too little to tell.',
    }),
    headroom: t.exposeInt('headroom', {
      nullable: true,
      description:
        'How many more consumers it can take, by its own CPU for each and by the limit; `null` when that cannot be told.',
    }),
    basis: t.exposeString('basis', { description: 'What the estimate rests on, or why there is none.' }),
  }),
});

const BlastRadiusRef = builder.objectRef<WorkerBlastRadius>('BlastRadius').implement({
  description: 'What would be lost if the worker died now.',
  fields: (t) => ({
    routers: t.exposeInt('routers', { description: 'Routers in it.' }),
    transports: t.exposeInt('transports', { description: 'Transports in it.' }),
    producers: t.exposeInt('producers', { description: 'Producers in it.' }),
    consumers: t.exposeInt('consumers', { description: 'Consumers in it.' }),
    dataProducers: t.exposeInt('dataProducers', { description: 'Data producers in it.' }),
    dataConsumers: t.exposeInt('dataConsumers', { description: 'Data consumers in it.' }),
    roomsLost: t.exposeInt('roomsLost', { description: 'Rooms that live in no other worker: they would end.' }),
    rooms: roomList.field(t, { description: 'Rooms with something in it.', nested: true, from: ({ rooms }) => rooms }),
    peers: peerList.field(t, { description: 'Peers with something in it.', nested: true, from: ({ peers }) => peers }),
  }),
});

builder.objectType(WorkerRef, {
  description: 'A worker process of the SFU: one core, owns routers.',
  interfaces: [EntityInterface, NodeRef],
  fields: (t) => ({
    pid: t.exposeInt('pid', { description: 'Process id.' }),
    hungSince: t.expose('hungSince', {
      type: 'DateTime',
      nullable: true,
      description: 'Since when it has not answered; `null` while it does.',
    }),
    stats: t.field({
      type: WorkerStatsRef,
      nullable: true,
      description: 'Statistics; `null` before the first sample.',
      resolve: (node, _args, { monitor }) => (monitor.stats.sampledAt(node) === null ? null : node),
    }),
    traffic: t.field({
      type: TrafficRef,
      description: 'What went through its transports.',
      resolve: ({ key }, _args, { monitor }) => monitor.stats.totals({ scope: 'entity', key }),
    }),
    counts: t.field({
      type: CountsRef,
      description: 'What is open in it.',
      resolve: ({ key }, _args, { pin }) => countWithin(pin.snapshot, key),
    }),
    load: t.field({
      type: WorkerLoadRef,
      description: 'What it carries, and how much more it can.',
      resolve: (node, _args, { pin, monitor, capacity }) => workerLoad(pin.snapshot, monitor.stats, node, capacity),
    }),
    blastRadius: t.field({
      type: BlastRadiusRef,
      description: 'What would be lost if it died now.',
      complexity: 20,
      resolve: (node: WorkerNode, _args, { pin }) => pin.memo(node, () => blastRadius(pin.snapshot, node)),
    }),
    routers: routerList.field(t, {
      description: 'Its routers.',
      nested: true,
      from: ({ key }, { pin }) => pin.snapshot.children(key, 'router'),
      inOrder: true,
    }),
    webRtcServers: webRtcServerList.field(t, {
      description: 'Its WebRTC servers.',
      nested: true,
      from: ({ key }, { pin }) => pin.snapshot.children(key, 'webRtcServer'),
      inOrder: true,
    }),
    transports: transportList.field(t, {
      description: 'Transports of all its routers.',
      nested: true,
      from: ({ key }, { pin }) => pin.snapshot.within(key, 'transport'),
      inOrder: true,
    }),
    producers: producerList.field(t, {
      description: 'Producers of all its routers.',
      nested: true,
      from: ({ key }, { pin }) => pin.snapshot.within(key, 'producer'),
      inOrder: true,
    }),
    consumers: consumerList.field(t, {
      description: 'Consumers of all its routers.',
      nested: true,
      from: ({ key }, { pin }) => pin.snapshot.within(key, 'consumer'),
      inOrder: true,
    }),
  }),
});

builder.objectType(WebRtcServerRef, {
  description: 'Listening ports of a worker, shared by its WebRTC transports.',
  interfaces: [EntityInterface, NodeRef],
  fields: (t) => ({
    transports: transportList.field(t, {
      description: 'Transports that listen on it.',
      nested: true,
      from: ({ key, worker }, { pin }) =>
        pin.snapshot.within(worker, 'transport').filter(({ webRtcServer }) => webRtcServer === key),
    }),
  }),
});

builder.objectType(RouterRef, {
  description: 'A routing domain: media produced in it can be consumed in it.',
  interfaces: [EntityInterface, NodeRef],
  fields: (t) => ({
    empty: t.boolean({
      description:
        'No endpoint is connected to it: it has no transport, or pipes only. One that stays so is probably a leak.',
      resolve: (node, _args, { pin }) => isEmptyRouter(pin.snapshot, node),
    }),
    traffic: t.field({
      type: TrafficRef,
      description: 'What went through its transports.',
      resolve: ({ key }, _args, { monitor }) => monitor.stats.totals({ scope: 'entity', key }),
    }),
    counts: t.field({
      type: CountsRef,
      description: 'What is open in it.',
      resolve: ({ key }, _args, { pin }) => countWithin(pin.snapshot, key),
    }),
    transports: transportList.field(t, {
      description: 'Its transports.',
      nested: true,
      from: ({ key }, { pin }) => pin.snapshot.children(key, 'transport'),
      inOrder: true,
    }),
    producers: producerList.field(t, {
      description: 'Its producers.',
      nested: true,
      from: ({ key }, { pin }) => pin.snapshot.within(key, 'producer'),
      inOrder: true,
    }),
    consumers: consumerList.field(t, {
      description: 'Its consumers.',
      nested: true,
      from: ({ key }, { pin }) => pin.snapshot.within(key, 'consumer'),
      inOrder: true,
    }),
    dataProducers: dataProducerList.field(t, {
      description: 'Its data producers.',
      nested: true,
      from: ({ key }, { pin }) => pin.snapshot.within(key, 'dataProducer'),
      inOrder: true,
    }),
    dataConsumers: dataConsumerList.field(t, {
      description: 'Its data consumers.',
      nested: true,
      from: ({ key }, { pin }) => pin.snapshot.within(key, 'dataConsumer'),
      inOrder: true,
    }),
    rtpObservers: rtpObserverList.field(t, {
      description: 'Its RTP observers.',
      nested: true,
      from: ({ key }, { pin }) => pin.snapshot.children(key, 'rtpObserver'),
      inOrder: true,
    }),
  }),
});
