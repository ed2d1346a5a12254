import { builder } from '../builder.js';
import { type Cause, type Diagnosis, diagnosePeer, type Finding } from '../derive/peer-diagnosis.js';
import { dataConsumerList, dataProducerList } from '../lists/data.js';
import { eventsField, ofPeer } from '../lists/events.js';
import { consumerList, producerList } from '../lists/media.js';
import { transportList } from '../lists/transports.js';
import { EntityInterface, NodeRef, PeerRef, RoomRef } from '../refs.js';
import { CountsRef, countListed } from './counts.js';
import { MediaKindEnum, SeverityEnum } from './enums.js';
import { pick } from './room.js';
import { type Messages, MessagesRef, TrafficRef } from './traffic.js';

const CAUSE_VALUES = {
  WORKER_HUNG: { value: 'workerHung', description: 'Its worker has stopped answering.' },
  NO_TRANSPORT: { value: 'noTransport', description: 'The peer has no transport.' },
  ICE_FAILED: { value: 'iceFailed', description: 'A transport lost its path.' },
  DTLS_FAILED: { value: 'dtlsFailed', description: 'A transport exchanged no keys.' },
  TRANSPORT_NOT_CONNECTED: { value: 'transportNotConnected', description: 'A transport is not connected.' },
  TRANSPORT_IDLE: { value: 'transportIdle', description: 'A transport is connected and receives nothing.' },
  NO_PRODUCER: { value: 'noProducer', description: 'The peer publishes nothing of this kind.' },
  PRODUCER_PAUSED: { value: 'producerPaused', description: 'The peer paused what it publishes.' },
  PRODUCER_STALLED: { value: 'producerStalled', description: 'The peer sends nothing though not paused.' },
  PRODUCER_POOR: { value: 'producerPoor', description: 'What the peer publishes arrives badly.' },
  NOBODY_CONSUMES: { value: 'nobodyConsumes', description: 'Nobody asked to see what the peer publishes.' },
  VIEWERS_STARVED: { value: 'viewersStarved', description: 'Some who asked to see it get nothing.' },
  SOURCE_PAUSED: { value: 'sourcePaused', description: 'What the peer wants to see is paused by its publisher.' },
  SOURCE_STALLED: { value: 'sourceStalled', description: 'What the peer wants to see is not sent by its publisher.' },
  CONSUMER_PAUSED: { value: 'consumerPaused', description: 'The application paused what the peer receives.' },
  NO_LAYERS: { value: 'noLayers', description: 'No layer is forwarded to the peer: the picture is black.' },
  CONSUMER_STARVED: { value: 'consumerStarved', description: 'Nothing is forwarded to the peer though it flows in.' },
  BANDWIDTH_LIMITED: { value: 'bandwidthLimited', description: 'The peer gets a lower layer for want of bandwidth.' },
  CONSUMER_POOR: { value: 'consumerPoor', description: 'What the peer receives arrives badly.' },
} as const satisfies Record<string, { value: Cause; description: string }>;

const CauseEnum = builder.enumType('Cause', {
  description: 'What keeps media from flowing.',
  values: CAUSE_VALUES,
});

const SideEnum = builder.enumType('Side', {
  description: 'Who is affected.',
  values: {
    PUBLISHING: { value: 'publishing', description: 'Others, who do not see or hear the peer.' },
    RECEIVING: { value: 'receiving', description: 'The peer, who does not see or hear others.' },
    BOTH: { value: 'both', description: 'Both of them.' },
  } as const,
});

const FindingRef = builder.objectRef<Finding>('Finding').implement({
  description: 'One thing that keeps media of a peer from flowing, or from flowing well.',
  fields: (t) => ({
    cause: t.field({ type: CauseEnum, description: 'What it is.', resolve: ({ cause }) => cause }),
    side: t.field({ type: SideEnum, description: 'Who is affected.', resolve: ({ side }) => side }),
    severity: t.field({
      type: SeverityEnum,
      description: 'ERROR: nothing flows; WARNING: it flows badly; INFO: somebody wants it so.',
      resolve: ({ severity }) => severity,
    }),
    explanation: t.exposeString('explanation', { description: 'The same in a sentence.' }),
    entity: t.field({
      type: EntityInterface,
      nullable: true,
      description: 'Where it is found.',
      resolve: ({ entity }) => entity,
    }),
    since: t.expose('since', { type: 'DateTime', nullable: true, description: 'Since when, where that is known.' }),
  }),
});

const DiagnosisRef = builder.objectRef<Diagnosis>('Diagnosis').implement({
  description: 'Why media of a peer does not flow.',
  fields: (t) => ({
    summary: t.exposeString('summary', { description: 'The likeliest cause in a sentence, or that there is none.' }),
    findings: t.field({
      type: [FindingRef],
      description: 'All that was found, the likeliest cause first.',
      complexity: { field: 1, multiplier: 10 },
      resolve: ({ findings }, _args, { pin }) => {
        pin.spend(findings.length);
        return findings;
      },
    }),
  }),
});

const NO_MESSAGES: Messages = {
  signalling: { bytesIn: 0, bytesOut: 0, messagesIn: 0, messagesOut: 0 },
  data: { bytesIn: 0, bytesOut: 0, messagesIn: 0, messagesOut: 0 },
};

builder.objectType(PeerRef, {
  description: 'A participant of a room: the entities that were identified as belonging to it.',
  interfaces: [NodeRef],
  fields: (t) => ({
    peerId: t.exposeString('peer', { description: 'Its id, as the application gave it.' }),
    room: t.field({
      type: RoomRef,
      nullable: true,
      description: 'Its room, where it has one.',
      resolve: ({ room }, _args, { pin }) => (room === null ? null : pin.snapshot.room(room)),
    }),
    joinedAt: t.expose('joinedAt', { type: 'DateTime', description: 'When its first entity appeared.' }),
    diagnosis: t.field({
      type: DiagnosisRef,
      description: 'Why its media does not flow: what others do not get from it, and what it does not get.',
      args: { mediaKind: t.arg({ type: MediaKindEnum, description: 'Only audio or only video; left out, both.' }) },
      complexity: 20,
      resolve: (peer, { mediaKind }, { pin, monitor }) =>
        diagnosePeer(pin.snapshot, monitor.stats, peer, mediaKind ?? null),
    }),
    traffic: t.field({
      type: TrafficRef,
      description: 'What went through its transports.',
      resolve: ({ room, peer }, _args, { monitor }) => monitor.stats.totals({ scope: 'peer', room, peer }),
    }),
    messages: t.field({
      type: MessagesRef,
      description: 'Its signalling and data channels.',
      resolve: ({ room, peer }, _args, { monitor }) => monitor.trafficTotals.peer(room, peer) ?? NO_MESSAGES,
    }),
    counts: t.field({
      type: CountsRef,
      description: 'What is open of it.',
      resolve: ({ entities }, _args, { pin }) => countListed(pin.snapshot, entities),
    }),
    events: eventsField(t, { description: 'What happened to it lately, oldest first.', whose: ofPeer }),
    transports: transportList.field(t, {
      description: 'Its transports.',
      nested: true,
      from: ({ entities }, { pin }) => pick(pin.snapshot, entities, 'transport'),
    }),
    producers: producerList.field(t, {
      description: 'What it publishes.',
      nested: true,
      from: ({ entities }, { pin }) => pick(pin.snapshot, entities, 'producer'),
    }),
    consumers: consumerList.field(t, {
      description: 'What it receives.',
      nested: true,
      from: ({ entities }, { pin }) => pick(pin.snapshot, entities, 'consumer'),
    }),
    dataProducers: dataProducerList.field(t, {
      description: 'Data it sends.',
      nested: true,
      from: ({ entities }, { pin }) => pick(pin.snapshot, entities, 'dataProducer'),
    }),
    dataConsumers: dataConsumerList.field(t, {
      description: 'Data it receives.',
      nested: true,
      from: ({ entities }, { pin }) => pick(pin.snapshot, entities, 'dataConsumer'),
    }),
  }),
});
