import { ENTITY_KINDS, type EntityKind } from '../core/index.js';
import { builder } from './builder.js';
import type { SchemaContext } from './context.js';
import { pipes } from './derive/pipes.js';
import { schemaError } from './errors.js';
import { LIMITS } from './limits.js';
import { alertList } from './lists/alerts.js';
import { containsText, needle } from './lists/conditions.js';
import { dataConsumerList, dataProducerList, rtpObserverList } from './lists/data.js';
import { eventsField } from './lists/events.js';
import { consumerList, producerList } from './lists/media.js';
import { peerList, roomList } from './lists/rooms.js';
import { transportList } from './lists/transports.js';
import { routerList, webRtcServerList, workerList } from './lists/workers.js';
import { byGlobalId, findPeer, namedEntity } from './lookup.js';
import {
  ConsumerRef,
  type Identified,
  NodeRef,
  PeerRef,
  ProducerRef,
  RoomRef,
  RouterRef,
  TransportInterface,
  WorkerRef,
} from './refs.js';
import { DebuggedRef } from './types/debugged.js';
import { HostRef, hostView } from './types/host.js';
import { MonitorStatusRef, PluginRef } from './types/monitor-status.js';
import { pipeList } from './types/pipe.js';
import { SfuRef } from './types/sfu.js';

const ID_HELP = "Its id, key or the SFU's own id as in its logs.";

builder.queryType({
  description:
    'What the SFU is doing now. All fields of one answer show the same moment; statistics are the newest sample of it, ' +
    'see `sampledAt`.',
  fields: (t) => ({
    sfu: t.field({
      type: SfuRef,
      description: 'The SFU as a whole.',
      resolve: (_root, _args, { monitor }) => monitor.status(),
    }),
    host: t.field({
      type: HostRef,
      description: 'The machine it runs on.',
      resolve: (_root, _args, { monitor }) => hostView(monitor.host),
    }),
    monitor: t.field({
      type: MonitorStatusRef,
      description: 'The monitor about itself: what it covers, drops and lacks.',
      resolve: (_root, _args, { monitor }) => monitor.status(),
    }),
    debugged: t.field({
      type: [DebuggedRef],
      description: 'Whose detail leaves in records now: see the mutation `debug`. Off for all else.',
      resolve: (_root, _args, { monitor }) => monitor.debugged,
    }),
    plugins: t.field({
      type: [PluginRef],
      description: "The monitor's plugins, in order of start.",
      resolve: (_root, _args, { monitor }) => monitor.status().plugins,
    }),
    worker: t.field({
      type: WorkerRef,
      nullable: true,
      description: 'One worker; `null` once it has closed. An id that names none is an error.',
      args: { id: t.arg.id({ required: true, description: 'Its id, key or pid.' }) },
      resolve: (_root, { id }, context) => namedEntity(context, 'worker', id),
    }),
    router: t.field({
      type: RouterRef,
      nullable: true,
      description: 'One router; `null` once it has closed. An id that names none is an error.',
      args: { id: t.arg.id({ required: true, description: ID_HELP }) },
      resolve: (_root, { id }, context) => namedEntity(context, 'router', id),
    }),
    transport: t.field({
      type: TransportInterface,
      nullable: true,
      description: 'One transport; `null` once it has closed. An id that names none is an error.',
      args: { id: t.arg.id({ required: true, description: ID_HELP }) },
      resolve: (_root, { id }, context) => namedEntity(context, 'transport', id),
    }),
    producer: t.field({
      type: ProducerRef,
      nullable: true,
      description:
        'One producer; `null` once it has closed. An id that names none is an error. Of a piped one and its origin, the origin.',
      args: { id: t.arg.id({ required: true, description: ID_HELP }) },
      resolve: (_root, { id }, context) => namedEntity(context, 'producer', id),
    }),
    consumer: t.field({
      type: ConsumerRef,
      nullable: true,
      description: 'One consumer; `null` once it has closed. An id that names none is an error.',
      args: { id: t.arg.id({ required: true, description: ID_HELP }) },
      resolve: (_root, { id }, context) => namedEntity(context, 'consumer', id),
    }),
    room: t.field({
      type: RoomRef,
      nullable: true,
      description: 'One room; `null` when nothing is open in it.',
      args: { name: t.arg.string({ required: true, description: 'Its name, as the application gave it.' }) },
      resolve: (_root, { name }, { pin }) => pin.snapshot.room(name),
    }),
    peer: t.field({
      type: PeerRef,
      nullable: true,
      description: 'One peer; `null` when nothing of it is open.',
      args: {
        room: t.arg.string({ description: 'Its room; may be left out when only one room has a peer of this id.' }),
        peerId: t.arg.string({ required: true, description: 'Its id, as the application gave it.' }),
      },
      resolve: (_root, { room, peerId }, context) => findPeer(context, room, peerId),
    }),
    workers: workerList.field(t, { description: 'Workers.', from: all('worker'), inOrder: true }),
    webRtcServers: webRtcServerList.field(t, {
      description: 'WebRTC servers.',
      from: all('webRtcServer'),
      inOrder: true,
    }),
    routers: routerList.field(t, { description: 'Routers.', from: all('router'), inOrder: true }),
    transports: transportList.field(t, { description: 'Transports.', from: all('transport'), inOrder: true }),
    producers: producerList.field(t, { description: 'Producers.', from: all('producer'), inOrder: true }),
    consumers: consumerList.field(t, { description: 'Consumers.', from: all('consumer'), inOrder: true }),
    dataProducers: dataProducerList.field(t, {
      description: 'Data producers.',
      from: all('dataProducer'),
      inOrder: true,
    }),
    dataConsumers: dataConsumerList.field(t, {
      description: 'Data consumers.',
      from: all('dataConsumer'),
      inOrder: true,
    }),
    rtpObservers: rtpObserverList.field(t, { description: 'RTP observers.', from: all('rtpObserver'), inOrder: true }),
    rooms: roomList.field(t, { description: 'Rooms.', from: (_root, { pin }) => pin.snapshot.rooms() }),
    peers: peerList.field(t, { description: 'Peers of all rooms.', from: (_root, { pin }) => pin.snapshot.peers() }),
    pipes: pipeList.field(t, {
      description: 'Pipes: which routers are joined, and what flows through.',
      from: (_root, { pin }) => pipes(pin.snapshot),
    }),
    alerts: alertList.field(t, {
      description: 'What is wrong now: alerts that fire, and those that are pending.',
      from: (_root, { monitor }) => monitor.alerts.active(),
    }),
    events: eventsField(t, {
      description: 'What happened lately, oldest first. Events leave the memory after a while: see `truncated`.',
      whose: () => ({}),
    }),
    node: t.field({
      type: NodeRef,
      nullable: true,
      description: 'An entity, room or peer by its `id`; `null` once it has closed.',
      args: { id: t.arg.id({ required: true, description: 'From a field `id` of this run.' }) },
      resolve: (_root, { id }, context) => byGlobalId(context, id),
    }),
    nodes: t.field({
      type: [NodeRef],
      nullable: { list: false, items: true },
      description: 'As `node`, several at once and in the same order.',
      args: { ids: t.arg.idList({ required: true, description: `At most ${LIMITS.maxIds} ids.` }) },
      complexity: ({ ids }) => ({ field: 1, multiplier: ids.length }),
      resolve: (_root, { ids }, context) => {
        if (ids.length > LIMITS.maxIds) {
          throw schemaError('BAD_USER_INPUT', `At most ${LIMITS.maxIds} ids at once, got ${ids.length}.`);
        }
        context.pin.spend(ids.length);
        return ids.map((id) => byGlobalId(context, id));
      },
    }),
    search: t.field({
      type: [NodeRef],
      description: 'Rooms, peers and entities that have a text in an id, name, label or codec; exact ids first.',
      args: {
        text: t.arg.string({ required: true, description: 'Upper and lower case are the same.' }),
        first: t.arg.int({ description: `Most hits to give: 1 to ${LIMITS.maxHits}; left out, 20.` }),
      },
      complexity: ({ first }) => ({ field: 50, multiplier: first ?? 20 }),
      resolve: (_root, { text, first }, context) => search(text, first ?? 20, context),
    }),
  }),
});

function all<K extends EntityKind>(kind: K) {
  return (_root: unknown, { pin }: SchemaContext) => pin.snapshot.all(kind);
}

function search(text: string, first: number, { pin }: SchemaContext): readonly Identified[] {
  if (first < 1 || first > LIMITS.maxHits) {
    throw schemaError('BAD_USER_INPUT', `first must be within 1 and ${LIMITS.maxHits}, got ${first}.`);
  }
  const wanted = needle(text.trim());
  if (wanted === null) throw schemaError('BAD_USER_INPUT', 'text must not be empty.');
  const { snapshot } = pin;
  const exact: Identified[] = [];
  const partial: Identified[] = [];
  const collect = (items: readonly Identified[]): void => {
    for (const item of items) {
      if (isExact(item, wanted)) exact.push(item);
      else if (partial.length < first && containsText(item, wanted)) partial.push(item);
      if (exact.length >= first) return;
    }
  };
  collect(snapshot.rooms());
  collect(snapshot.peers());
  for (const kind of ENTITY_KINDS) collect(snapshot.all(kind));
  const hits = [...exact, ...partial].slice(0, first);
  pin.spend(hits.length);
  return hits;
}

function isExact(item: Identified, text: string): boolean {
  if ('kind' in item) return item.id.toLowerCase() === text || item.key.toLowerCase() === text;
  return ('peer' in item ? item.peer : item.room).toLowerCase() === text;
}
