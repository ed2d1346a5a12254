import type { EntityKey, EntityKind, NodeMap, NodeOf, Tuple } from '../model/entity.js';
import { deepFreeze } from './deep-freeze.js';

const OPENED_AT = 1_700_000_000_000;
const ROUTER_ID = '6c7f2f1e-0000-4000-8000-000000000001';

const key = (text: string): EntityKey => text as EntityKey;
const WORKER = key('w1');
const ROUTER = key(ROUTER_ID);
const TRANSPORT = key(`${ROUTER_ID}/transport-1`);
const PRODUCER = key(`${ROUTER_ID}/producer-1`);
const DATA_PRODUCER = key(`${ROUTER_ID}/data-producer-1`);

const tuple: Tuple = {
  protocol: 'udp',
  localAddress: '192.0.2.1',
  localPort: 40_000,
  remoteAddress: '198.51.100.7',
  remotePort: 50_000,
};

let opened = 0;

function base<K extends EntityKind>(kind: K, entityKey: EntityKey, parent: EntityKey | null, router: EntityKey | null) {
  opened++;
  return {
    kind,
    key: entityKey,
    id: entityKey.slice(entityKey.lastIndexOf('/') + 1),
    slot: 0,
    parent,
    worker: WORKER,
    router,
    openedAt: OPENED_AT,
    openedSeq: opened,
    foundLate: false,
    changedSeq: opened,
    room: 'room-1',
    peer: 'peer-1',
    labels: {},
  };
}

const NODES: NodeMap = deepFreeze<NodeMap>({
  worker: { ...base('worker', WORKER, null, null), id: '4242', room: null, peer: null, pid: 4242, hungSince: null },
  webRtcServer: { ...base('webRtcServer', key('web-rtc-server-1'), WORKER, null), room: null, peer: null },
  router: { ...base('router', ROUTER, WORKER, ROUTER), peer: null },
  transport: {
    ...base('transport', TRANSPORT, ROUTER, ROUTER),
    type: 'webrtc',
    webRtcServer: key('web-rtc-server-1'),
    iceState: 'completed',
    iceRole: 'controlled',
    dtlsState: 'connected',
    sctpState: 'connected',
    tuple,
    rtcpTuple: null,
    iceConnectMs: 120,
    dtlsConnectMs: 260,
    neverConnectedSince: null,
    idleSince: null,
    pipePeer: null,
  },
  producer: {
    ...base('producer', PRODUCER, TRANSPORT, ROUTER),
    mediaKind: 'video',
    type: 'simulcast',
    mimeType: 'video/VP8',
    clockRate: 90_000,
    paused: false,
    score: 9,
    scores: [{ encodingIdx: 0, ssrc: 1111, rid: 'r0', score: 9 }],
    videoOrientation: { camera: true, flip: false, rotation: 0 },
    encodings: 3,
    firstMediaMs: 300,
    stalledSince: null,
    pipeOrigin: null,
  },
  consumer: {
    ...base('consumer', key(`${ROUTER_ID}/consumer-1`), TRANSPORT, ROUTER),
    producer: PRODUCER,
    mediaKind: 'video',
    type: 'simulcast',
    mimeType: 'video/VP8',
    clockRate: 90_000,
    paused: false,
    producerPaused: false,
    priority: 1,
    score: 3,
    producerScore: 9,
    producerScores: [9, 8, 0],
    preferredLayers: { spatialLayer: 2, temporalLayer: 2 },
    currentLayers: { spatialLayer: 1, temporalLayer: 2 },
    firstMediaMs: 350,
    starvedSince: null,
    pipeTarget: null,
  },
  dataProducer: {
    ...base('dataProducer', DATA_PRODUCER, TRANSPORT, ROUTER),
    type: 'sctp',
    label: 'chat',
    protocol: '',
    paused: false,
  },
  dataConsumer: {
    ...base('dataConsumer', key(`${ROUTER_ID}/data-consumer-1`), TRANSPORT, ROUTER),
    dataProducer: DATA_PRODUCER,
    type: 'sctp',
    label: 'chat',
    protocol: '',
    paused: false,
    dataProducerPaused: false,
  },
  rtpObserver: {
    ...base('rtpObserver', key(`${ROUTER_ID}/rtp-observer-1`), ROUTER, ROUTER),
    type: 'audiolevel',
    paused: false,
    producers: [PRODUCER],
    dominantSpeaker: null,
  },
});

/** A believable node of a kind, frozen. All belong together: one router with one peer that sends, receives and chats. */
export function sampleNode<K extends EntityKind>(kind: K): NodeOf<K> {
  return NODES[kind];
}
