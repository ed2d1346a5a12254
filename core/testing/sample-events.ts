import { type EntityKind, type EntityRef, ENTITY_KINDS, refOf } from '../model/entity.js';
import { EVENT_TYPES, severityOf } from '../model/event-severity.js';
import type { EventMap, EventType, MonitorEvent, MonitorEventOf } from '../model/events.js';
import { deepFreeze } from './deep-freeze.js';
import { sampleNode } from './sample-nodes.js';

const ref = (kind: EntityKind): EntityRef => refOf(sampleNode(kind));
const closed = { reason: 'parent', lifetimeMs: 60_000 } as const;
const piped = { peer: ref('transport') };
const percentiles = { p5: 20, p50: 40, p95: 90, samples: 12, error: 0.08 } as const;
const summarized = { reason: 'api', durationMs: 60_000, samples: 12, unsampledMs: 1_200 } as const;
const streamSummarized = {
  ...summarized,
  mediaKind: 'video',
  mimeType: 'video/VP8',
  firstMediaMs: 300,
  pausedMs: 5_000,
  bytes: 1_250_000,
  packets: 1_000,
  packetsLost: 20,
  lossRatio: 0.0196,
  packetsRetransmitted: 12,
  nackCount: 3,
  keyFrameRequests: 2,
  score: { p5: 6, p50: 9, p95: 10, knownMs: 54_000 },
  roundTripTime: percentiles,
  jitter: null,
  bitrate: percentiles,
  fractionLost: null,
} as const;
const gathered = {
  durationMs: 60_000,
  transports: 2,
  producers: 2,
  consumers: 4,
  producedMs: 110_000,
  consumedMs: 200_000,
  stalls: 0,
  starvations: 1,
  worstScore: { stream: ref('consumer'), p50: 5 },
  worstLoss: { stream: ref('producer'), lossRatio: 0.0196 },
  bytesReceived: 1_250_000,
  bytesSent: 2_500_000,
  packetsReceived: 1_000,
  packetsSent: 2_000,
  packetsLostReceived: 20,
  packetsLostSent: null,
} as const;
const traced = { trace: 'keyframe', direction: 'in', info: { ssrc: 1111 } } as const;

const DATA: EventMap = {
  'worker.created': { pid: 4242 },
  'worker.closed': { ...closed, reason: 'api' },
  'worker.died': {
    pid: 4242,
    uptimeMs: 3_600_000,
    signal: 'SIGSEGV',
    exitCode: null,
    message: 'worker process died',
    blastRadius: {
      routers: 1,
      transports: 1,
      producers: 1,
      consumers: 1,
      rooms: ['room-1'],
      peers: [{ room: 'room-1', peer: 'peer-1' }],
    },
  },
  'worker.hung': { pid: 4242, deadlineMs: 2000 },
  'worker.logged': {
    level: 'error',
    namespace: 'Channel',
    message: '[pid:4242] RTC::Router: no such thing',
    omitted: 2,
  },
  'worker.recovered': { pid: 4242, hungMs: 5000 },
  'webRtcServer.created': {},
  'webRtcServer.closed': closed,
  'router.created': {},
  'router.closed': closed,
  'transport.created': { type: 'webrtc' },
  'transport.closed': { ...closed, everConnected: true },
  'transport.summarized': {
    ...summarized,
    everConnected: true,
    iceConnectMs: 120,
    dtlsConnectMs: 180,
    idles: 0,
    idleMs: 0,
    bytesReceived: 1_250_000,
    bytesSent: 2_500_000,
    rtpBytesReceived: 1_200_000,
    rtpBytesSent: 2_400_000,
    rtxBytesReceived: 0,
    rtxBytesSent: 12_000,
    recvBitrate: percentiles,
    sendBitrate: percentiles,
    availableOutgoingBitrate: null,
    rtpPacketLossReceived: null,
    rtpPacketLossSent: null,
  },
  'transport.iceStateChanged': { from: 'connected', to: 'disconnected' },
  'transport.dtlsStateChanged': { from: 'connecting', to: 'failed' },
  'transport.sctpStateChanged': { from: 'connecting', to: 'connected' },
  'transport.tupleChanged': {
    tuple: {
      protocol: 'tcp',
      localAddress: '192.0.2.1',
      localPort: 40_000,
      remoteAddress: '198.51.100.7',
      remotePort: 9,
    },
    rtcp: false,
  },
  'transport.connected': { iceConnectMs: 120, dtlsConnectMs: null },
  'transport.webRtcServerAssigned': { webRtcServer: ref('webRtcServer') },
  'transport.neverConnected': { afterMs: 15_000 },
  'transport.idled': { idleMs: 10_000 },
  'transport.resumed': { idleMs: 12_000 },
  'transport.piped': piped,
  'transport.unpiped': piped,
  'transport.traced': { trace: 'bwe', direction: null, info: { availableBitrate: 1_000_000 } },
  'producer.created': { mediaKind: 'video', type: 'simulcast' },
  'producer.closed': closed,
  'producer.summarized': { ...streamSummarized, stalls: 0, stalledMs: 0 },
  'producer.paused': {},
  'producer.resumed': {},
  'producer.scoreChanged': { previous: 9, score: 2, scores: [{ encodingIdx: 0, ssrc: 1111, rid: null, score: 2 }] },
  'producer.videoOrientationChanged': { camera: true, flip: false, rotation: 90 },
  'producer.mediaStarted': { firstMediaMs: 300 },
  'producer.stalled': { silentMs: 5000 },
  'producer.recovered': { stalledMs: 7000 },
  'producer.piped': piped,
  'producer.unpiped': piped,
  'producer.traced': traced,
  'consumer.created': { mediaKind: 'video', type: 'simulcast', producerId: 'producer-1' },
  'consumer.closed': { ...closed, reason: 'producer' },
  'consumer.summarized': {
    ...streamSummarized,
    starvations: 1,
    starvedMs: 6_000,
    layers: { none: 0.1, spatial: [0.2, 0, 0.7], temporal: [0, 0.4, 0.5], switches: 3 },
  },
  'consumer.paused': {},
  'consumer.resumed': {},
  'consumer.producerPaused': {},
  'consumer.producerResumed': {},
  'consumer.scoreChanged': { previous: 9, score: 3, producerScore: 9, producerScores: [9, 8, 0] },
  'consumer.layersChanged': { from: { spatialLayer: 1, temporalLayer: null }, to: null },
  'consumer.preferencesChanged': { preferredLayers: { spatialLayer: 2, temporalLayer: null }, priority: null },
  'consumer.mediaStarted': { firstMediaMs: 350 },
  'consumer.starved': { cause: 'noLayers', silentMs: 5000 },
  'consumer.recovered': { starvedMs: 6000 },
  'consumer.piped': piped,
  'consumer.unpiped': piped,
  'consumer.traced': traced,
  'dataProducer.created': { type: 'sctp', label: 'chat' },
  'dataProducer.closed': closed,
  'dataProducer.summarized': { ...summarized, pausedMs: 0, bytes: 4_000, messages: 40 },
  'dataProducer.paused': {},
  'dataProducer.resumed': {},
  'dataConsumer.created': { type: 'sctp', label: 'chat', dataProducerId: 'data-producer-1' },
  'dataConsumer.closed': closed,
  'dataConsumer.summarized': { ...summarized, pausedMs: 0, bytes: null, messages: null, bufferFills: 1 },
  'dataConsumer.paused': {},
  'dataConsumer.resumed': {},
  'dataConsumer.dataProducerPaused': {},
  'dataConsumer.dataProducerResumed': {},
  'dataConsumer.sendBufferFilled': {},
  'dataConsumer.bufferedAmountLowered': { bufferedAmount: 1024 },
  'rtpObserver.created': { type: 'audiolevel' },
  'rtpObserver.closed': closed,
  'rtpObserver.paused': {},
  'rtpObserver.resumed': {},
  'rtpObserver.producerAdded': { producer: ref('producer') },
  'rtpObserver.producerRemoved': { producer: ref('producer') },
  'rtpObserver.dominantSpeakerChanged': { producer: ref('producer') },
  'rtpObserver.volumesReported': { volumes: [{ producer: ref('producer'), volume: -40 }] },
  'rtpObserver.silenceDetected': {},
  'entity.identified': { room: 'room-1', peer: 'peer-1' },
  'room.opened': {},
  'room.closed': { lifetimeMs: 60_000 },
  'room.summarized': { ...gathered, participants: 3, peakParticipants: 2, participantMs: 110_000 },
  'peer.joined': {},
  'peer.left': { stayedMs: 50_000 },
  'peer.summarized': {
    ...gathered,
    signalling: { bytesIn: 1_200, bytesOut: 3_400, messagesIn: 3, messagesOut: 9 },
    data: null,
  },
  'peer.trafficReported': { source: 'signalling', direction: 'in', bytes: 1200, messages: 3, intervalMs: 10_000 },
  'peer.reported': { report: { type: 'outbound-rtp', framesPerSecond: 24, qualityLimitationReason: 'cpu' } },
  'monitor.started': { source: 'mediasoup', sourceVersion: '3.27.1', blindSpots: [] },
  'monitor.stopped': { ranMs: 60_000 },
  'monitor.tickSkipped': { worker: sampleNode('worker').key, reason: 'hung' },
  'monitor.backedOff': { kind: 'consumer', coverage: 0.5 },
  'monitor.caughtUp': { kind: 'consumer' },
  'monitor.pluginSuspended': { plugin: 'other', reason: 'onEvents threw 5 times in a row', coolDownMs: 30_000 },
  'monitor.pluginResumed': { plugin: 'other', missedEvents: 12 },
  'monitor.pluginFailed': { plugin: 'other', phase: 'start', message: 'connection refused' },
  'monitor.drainStarted': { reason: 'maintenance' },
  'monitor.drainEnded': { drainedMs: 60_000 },
  'alert.fired': {
    alert: 'producerStalled:router-1/producer-1',
    rule: 'producerStalled',
    severity: 'warning',
    summary: 'Producer producer-1 sends nothing.',
  },
  'alert.resolved': {
    alert: 'producerStalled:router-1/producer-1',
    rule: 'producerStalled',
    severity: 'warning',
    cause: 'recovered',
    firingMs: 7000,
  },
  'alert.ruleDisabled': { rule: 'mine', message: 'No such key: constructor' },
  'alert.actionTaken': {
    action: 'drain',
    rule: 'workerDied',
    alert: 'workerDied:w1',
    dryRun: false,
    outcome: 'done',
    detail: 'The node is draining.',
  },
  'monitor.resync': { missedEvents: 12 },
};

let lastSeq = 0;

/** An event of any type, deeply frozen: believable data unless given, a `seq` of its own, and the sample entity of its kind. */
export function sampleEvent<T extends EventType>(
  type: T,
  data: EventMap[T] = DATA[type],
  rest: Partial<Omit<MonitorEventOf<T>, 'type' | 'data'>> = {},
): MonitorEventOf<T> {
  const noun = type.slice(0, type.indexOf('.'));
  const kind = noun === 'entity' ? 'transport' : ENTITY_KINDS.find((one) => one === noun);
  const node = kind === undefined ? null : sampleNode(kind);
  const ofPeer = noun === 'peer' || noun === 'room';
  lastSeq++;
  return deepFreeze<MonitorEventOf<T>>({
    type,
    seq: lastSeq,
    at: 1_700_000_060_000 + lastSeq,
    severity: severityOf(type, data),
    entity: node === null ? null : refOf(node),
    ancestors: kind === undefined ? [] : ancestorsOf(kind),
    room: node?.room ?? (ofPeer ? 'room-1' : null),
    peer: node?.peer ?? (noun === 'peer' ? 'peer-1' : null),
    labels: node?.labels ?? {},
    data,
    ...rest,
  });
}

/** One event of every type, deeply frozen, in the order of the event table, with rising `seq`. */
export function sampleEvents(): readonly MonitorEvent[] {
  return EVENT_TYPES.map((type) => sampleEvent(type) as MonitorEvent);
}

function ancestorsOf(kind: EntityKind): readonly EntityRef[] {
  const ancestors: EntityRef[] = [];
  for (let parent = sampleNode(kind).parent; parent !== null; ) {
    const node = ENTITY_KINDS.map(sampleNode).find(({ key }) => key === parent);
    if (node === undefined) break;
    ancestors.unshift(refOf(node));
    parent = node.parent;
  }
  return ancestors;
}
