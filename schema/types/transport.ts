import type { Tuple } from '../../core/index.js';
import { builder } from '../builder.js';
import { SETTLED } from '../compiled/settled.js';
import { isConnected } from '../derive/connected.js';
import { dataConsumerList, dataProducerList } from '../lists/data.js';
import { consumerList, producerList } from '../lists/media.js';
import { maskAddress } from '../mask.js';
import {
  DirectTransportRef,
  EntityInterface,
  NodeRef,
  PipeTransportRef,
  PlainTransportRef,
  TransportInterface,
  typeNameOf,
  WebRtcServerRef,
  WebRtcTransportRef,
} from '../refs.js';
import { DtlsStateEnum, IceRoleEnum, IceStateEnum, ProtocolEnum, SctpStateEnum, TransportTypeEnum } from './enums.js';
import { TransportStatsRef } from './stats.js';
import { TrafficRef } from './traffic.js';

const TupleRef = builder.objectRef<Tuple>('Tuple').implement({
  description: 'The pair of addresses media flows between.',
  fields: (t) => ({
    protocol: t.field({ type: ProtocolEnum, description: 'UDP or TCP.', resolve: ({ protocol }) => protocol }),
    localAddress: t.string({
      description: "The SFU's address; its last half may be masked.",
      resolve: ({ localAddress }, _args, { exposure }) => maskAddress(localAddress, exposure),
    }),
    localPort: t.exposeInt('localPort', { description: "The SFU's port." }),
    remoteAddress: t.string({
      nullable: true,
      description: "The endpoint's address, `null` until it is known; its last half may be masked.",
      resolve: ({ remoteAddress }, _args, { exposure }) =>
        remoteAddress === null ? null : maskAddress(remoteAddress, exposure),
    }),
    remotePort: t.exposeInt('remotePort', {
      nullable: true,
      description: "The endpoint's port, `null` until it is known.",
    }),
  }),
});

builder.interfaceType(TransportInterface, {
  description: 'A connection of an endpoint to a router. A field is `null` where the type has no such thing.',
  interfaces: [EntityInterface, NodeRef],
  resolveType: typeNameOf,
  fields: (t) => ({
    type: t.field({
      type: TransportTypeEnum,
      description: 'How the endpoint is connected.',
      extensions: { [SETTLED]: true },
      resolve: ({ type }) => type,
    }),
    connected: t.boolean({
      description: 'Whether media can flow: WebRTC needs ICE and DTLS, plain and pipe a known remote address.',
      resolve: isConnected,
    }),
    iceState: t.expose('iceState', { type: IceStateEnum, nullable: true, description: 'State of ICE.' }),
    dtlsState: t.expose('dtlsState', { type: DtlsStateEnum, nullable: true, description: 'State of DTLS.' }),
    sctpState: t.expose('sctpState', {
      type: SctpStateEnum,
      nullable: true,
      description: 'State of SCTP (data channels).',
    }),
    tuple: t.expose('tuple', {
      type: TupleRef,
      nullable: true,
      description: 'The selected path; of plain and pipe transports that of RTP.',
    }),
    rtcpTuple: t.expose('rtcpTuple', {
      type: TupleRef,
      nullable: true,
      description: 'The path of RTCP where it is another one.',
    }),
    iceConnectMs: t.exposeFloat('iceConnectMs', {
      nullable: true,
      description: 'Time from opening to the first connection of ICE, ms.',
    }),
    dtlsConnectMs: t.exposeFloat('dtlsConnectMs', {
      nullable: true,
      description: 'Time from opening to the first connection of DTLS, ms.',
    }),
    neverConnectedSince: t.expose('neverConnectedSince', {
      type: 'DateTime',
      nullable: true,
      description:
        'When it was found not to have connected within the threshold; `null` when it has, or there is still time.',
    }),
    idleSince: t.expose('idleSince', {
      type: 'DateTime',
      nullable: true,
      description: 'Since when it is connected and has received nothing; `null` while something comes.',
    }),
    stats: t.field({
      type: TransportStatsRef,
      nullable: true,
      description: 'Statistics; `null` before the first sample.',
      resolve: (node, _args, { monitor }) => (monitor.stats.sampledAt(node) === null ? null : node),
    }),
    traffic: t.field({
      type: TrafficRef,
      description: 'What went through it.',
      resolve: ({ key }, _args, { monitor }) => monitor.stats.totals({ scope: 'entity', key }),
    }),
    producers: producerList.field(t, {
      description: 'What it brings in.',
      nested: true,
      from: ({ key }, { pin }) => pin.snapshot.children(key, 'producer'),
      inOrder: true,
    }),
    consumers: consumerList.field(t, {
      description: 'What it takes out.',
      nested: true,
      from: ({ key }, { pin }) => pin.snapshot.children(key, 'consumer'),
      inOrder: true,
    }),
    dataProducers: dataProducerList.field(t, {
      description: 'Data it brings in.',
      nested: true,
      from: ({ key }, { pin }) => pin.snapshot.children(key, 'dataProducer'),
      inOrder: true,
    }),
    dataConsumers: dataConsumerList.field(t, {
      description: 'Data it takes out.',
      nested: true,
      from: ({ key }, { pin }) => pin.snapshot.children(key, 'dataConsumer'),
      inOrder: true,
    }),
  }),
});

const interfaces = [TransportInterface, EntityInterface, NodeRef];

builder.objectType(WebRtcTransportRef, {
  description: 'A transport of a browser or other WebRTC endpoint.',
  interfaces,
  fields: (t) => ({
    iceRole: t.expose('iceRole', { type: IceRoleEnum, nullable: true, description: "The SFU's role in ICE." }),
    webRtcServer: t.field({
      type: WebRtcServerRef,
      nullable: true,
      description: 'The WebRTC server it listens on; `null` when it has ports of its own.',
      resolve: (node, _args, { pin }) => pin.snapshot.find('webRtcServer', node.webRtcServer),
    }),
  }),
});

builder.objectType(PlainTransportRef, {
  description: 'A transport of plain RTP or SRTP, for example of FFmpeg or a recorder.',
  interfaces,
});

builder.objectType(PipeTransportRef, {
  description: 'One end of a pipe between two routers.',
  interfaces,
  fields: (t) => ({
    pipePeer: t.field({
      type: PipeTransportRef,
      nullable: true,
      description: 'The other end, where this monitor sees it.',
      resolve: (node, _args, { pin }) => pin.snapshot.find('transport', node.pipePeer),
    }),
  }),
});

builder.objectType(DirectTransportRef, {
  description: "A transport of the SFU's own process, without a network.",
  interfaces,
});
