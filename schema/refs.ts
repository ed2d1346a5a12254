import type {
  Alert,
  ConsumerNode,
  DataConsumerNode,
  DataProducerNode,
  EntityNode,
  MonitorEvent,
  PeerEntry,
  ProducerNode,
  RoomEntry,
  RouterNode,
  RtpObserverNode,
  RuleStatus,
  TransportNode,
  WebRtcServerNode,
  WorkerNode,
} from '../core/index.js';
import { builder } from './builder.js';
import type { Pipe } from './derive/pipes.js';

/** What has a global id: an entity, a room or a peer. */
export type Identified = EntityNode | RoomEntry | PeerEntry;

// The types refer to each other in circles, the files do not: all references are made here, their fields in `types`.
export const NodeRef = builder.interfaceRef<Identified>('Node');
export const EntityInterface = builder.interfaceRef<EntityNode>('Entity');
export const TransportInterface = builder.interfaceRef<TransportNode>('Transport');

export const WorkerRef = builder.objectRef<WorkerNode>('Worker');
export const WebRtcServerRef = builder.objectRef<WebRtcServerNode>('WebRtcServer');
export const RouterRef = builder.objectRef<RouterNode>('Router');
export const WebRtcTransportRef = builder.objectRef<TransportNode>('WebRtcTransport');
export const PlainTransportRef = builder.objectRef<TransportNode>('PlainTransport');
export const PipeTransportRef = builder.objectRef<TransportNode>('PipeTransport');
export const DirectTransportRef = builder.objectRef<TransportNode>('DirectTransport');
export const ProducerRef = builder.objectRef<ProducerNode>('Producer');
export const ConsumerRef = builder.objectRef<ConsumerNode>('Consumer');
export const DataProducerRef = builder.objectRef<DataProducerNode>('DataProducer');
export const DataConsumerRef = builder.objectRef<DataConsumerNode>('DataConsumer');
export const RtpObserverInterface = builder.interfaceRef<RtpObserverNode>('RtpObserver');
export const AudioLevelObserverRef = builder.objectRef<RtpObserverNode>('AudioLevelObserver');
export const ActiveSpeakerObserverRef = builder.objectRef<RtpObserverNode>('ActiveSpeakerObserver');

export const RoomRef = builder.objectRef<RoomEntry>('Room');
export const PeerRef = builder.objectRef<PeerEntry>('Peer');
export const EventRef = builder.objectRef<MonitorEvent>('Event');
export const AlertRef = builder.objectRef<Alert>('Alert');
export const AlertRuleRef = builder.objectRef<RuleStatus>('AlertRule');
export const PipeRef = builder.objectRef<Pipe>('Pipe');

const TRANSPORT_TYPE_NAMES = {
  webrtc: 'WebRtcTransport',
  plain: 'PlainTransport',
  pipe: 'PipeTransport',
  direct: 'DirectTransport',
} as const;

const KIND_NAMES = {
  worker: 'Worker',
  webRtcServer: 'WebRtcServer',
  router: 'Router',
  producer: 'Producer',
  consumer: 'Consumer',
  dataProducer: 'DataProducer',
  dataConsumer: 'DataConsumer',
} as const;

/** Name of the GraphQL type that shows it. */
export function typeNameOf(value: Identified): string {
  if (!('kind' in value)) return 'peer' in value ? 'Peer' : 'Room';
  if (value.kind === 'transport') return TRANSPORT_TYPE_NAMES[value.type];
  if (value.kind === 'rtpObserver') return value.type === 'audiolevel' ? 'AudioLevelObserver' : 'ActiveSpeakerObserver';
  return KIND_NAMES[value.kind];
}
