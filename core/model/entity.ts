/** Every kind of entity the graph knows, in containment order: a parent's kind always comes before its children's. */
export const ENTITY_KINDS = [
  'worker',
  'webRtcServer',
  'router',
  'transport',
  'producer',
  'consumer',
  'dataProducer',
  'dataConsumer',
  'rtpObserver',
] as const;

export type EntityKind = (typeof ENTITY_KINDS)[number];

declare const entityKey: unique symbol;

/**
 * Identifies one entity within one run. mediasoup's ids repeat across routers (a pipe producer keeps its origin's id),
 * so below router level the key is `<router id>/<id>`; a router or WebRtcServer is its id; a worker is `w<ordinal>`,
 * counted from 1 in order of appearance, because a pid may be used again.
 */
export type EntityKey = string & { readonly [entityKey]: true };

/** What is needed to name an entity after it has gone. */
export interface EntityRef {
  readonly kind: EntityKind;
  readonly key: EntityKey;
  /** mediasoup's own id; for a worker its pid as text. */
  readonly id: string;
}

/** Whose entity it is, as the application's `identify` function told; `null` is not (yet) known. */
export interface Identity {
  readonly room: string | null;
  readonly peer: string | null;
  /** Further allow-listed facts of the application. Values are short strings; never the whole appData. */
  readonly labels: Readonly<Record<string, string>>;
}

/** The fields every node has. A node is never changed: a change replaces it, so a snapshot may keep it for ever. */
interface NodeBase<K extends EntityKind> extends Identity, EntityRef {
  readonly kind: K;
  /** Dense number, unique among the open entities of this kind, used again after a close. */
  readonly slot: number;
  readonly parent: EntityKey | null;
  /** The worker it lives in; its own key for a worker. */
  readonly worker: EntityKey;
  /** The router it lives in; its own key for a router, `null` above router level. */
  readonly router: EntityKey | null;
  /** Wall time in ms since the epoch. For an entity found at a late attach: when it was found. */
  readonly openedAt: number;
  /** The `seq` of its opening: the order of opening, and never given twice in a run. */
  readonly openedSeq: number;
  /** True when it existed before the monitor was attached, so its first moments were not seen. */
  readonly foundLate: boolean;
  /** The `seq` of the change that made this version of the node. */
  readonly changedSeq: number;
}

export interface WorkerNode extends NodeBase<'worker'> {
  readonly pid: number;
  /** Set while the worker answers no probe: wall time in ms of the onset. */
  readonly hungSince: number | null;
}

export type WebRtcServerNode = NodeBase<'webRtcServer'>;

export type RouterNode = NodeBase<'router'>;

export const TRANSPORT_TYPES = ['webrtc', 'plain', 'pipe', 'direct'] as const;
export type TransportType = (typeof TRANSPORT_TYPES)[number];

/** mediasoup's own state words, unchanged. */
export type IceState = 'new' | 'connected' | 'completed' | 'disconnected' | 'closed';
export type DtlsState = 'new' | 'connecting' | 'connected' | 'failed' | 'closed';
export type SctpState = 'new' | 'connecting' | 'connected' | 'failed' | 'closed';

/** A pair of addresses media flows between; the remote half is `null` until the endpoint is known. */
export interface Tuple {
  readonly protocol: 'udp' | 'tcp';
  readonly localAddress: string;
  readonly localPort: number;
  readonly remoteAddress: string | null;
  readonly remotePort: number | null;
}

export interface TransportNode extends NodeBase<'transport'> {
  readonly type: TransportType;
  readonly webRtcServer: EntityKey | null;
  /** `null` where the type has no such state. */
  readonly iceState: IceState | null;
  readonly iceRole: 'controlled' | 'controlling' | null;
  readonly dtlsState: DtlsState | null;
  readonly sctpState: SctpState | null;
  /** WebRTC: the selected tuple. Plain and pipe: the RTP tuple. */
  readonly tuple: Tuple | null;
  readonly rtcpTuple: Tuple | null;
  /** ms from opening to ICE `connected` or `completed`, for the first time. */
  readonly iceConnectMs: number | null;
  /** ms from opening to DTLS `connected`, for the first time. */
  readonly dtlsConnectMs: number | null;
  /** Wall time in ms when the transport was found never to have connected within the threshold. */
  readonly neverConnectedSince: number | null;
  /** Wall time in ms since when a connected transport has received nothing. */
  readonly idleSince: number | null;
  /** Pipe transports: the transport at the other end, when it is in a worker this monitor sees. */
  readonly pipePeer: EntityKey | null;
}

export type MediaKind = 'audio' | 'video';

export interface ProducerScore {
  readonly encodingIdx: number;
  readonly ssrc: number;
  readonly rid: string | null;
  /** 0 (no RTP) to 10. */
  readonly score: number;
}

export interface ProducerNode extends NodeBase<'producer'> {
  readonly mediaKind: MediaKind;
  readonly type: 'simple' | 'simulcast' | 'svc' | 'pipe';
  /** MIME type of the first codec, for example `video/VP8`. */
  readonly mimeType: string | null;
  /** Hz; RTP jitter is counted in its ticks. */
  readonly clockRate: number | null;
  readonly paused: boolean;
  /** The best score among its encodings, 0–10; `null` before the first report. */
  readonly score: number | null;
  readonly scores: readonly ProducerScore[];
  readonly videoOrientation: { readonly camera: boolean; readonly flip: boolean; readonly rotation: number } | null;
  /** Number of encodings offered; above 1 is simulcast. */
  readonly encodings: number;
  /** ms from opening to the first RTP seen. */
  readonly firstMediaMs: number | null;
  /** Wall time in ms since when it is not paused and has sent nothing. */
  readonly stalledSince: number | null;
  /** On a pipe transport: the consumer at the other end which feeds it. */
  readonly pipeOrigin: EntityKey | null;
}

export interface ConsumerLayers {
  readonly spatialLayer: number;
  readonly temporalLayer: number | null;
}

export interface ConsumerNode extends NodeBase<'consumer'> {
  /** `null` only when the producer was not seen (late attach). */
  readonly producer: EntityKey | null;
  readonly mediaKind: MediaKind;
  readonly type: 'simple' | 'simulcast' | 'svc' | 'pipe';
  readonly mimeType: string | null;
  readonly clockRate: number | null;
  /** Paused by the application on the consumer itself. */
  readonly paused: boolean;
  readonly producerPaused: boolean;
  readonly priority: number | null;
  /** 0–10; `null` before the first report and always for pipe consumers, whose score mediasoup hard-codes. */
  readonly score: number | null;
  readonly producerScore: number | null;
  readonly producerScores: readonly number[];
  readonly preferredLayers: ConsumerLayers | null;
  /** `null` on a simulcast or SVC consumer that forwards nothing. */
  readonly currentLayers: ConsumerLayers | null;
  readonly firstMediaMs: number | null;
  /** Wall time in ms since when it forwards nothing though unpaused and its producer flows. */
  readonly starvedSince: number | null;
  /** On a pipe transport: the producer it feeds at the other end. */
  readonly pipeTarget: EntityKey | null;
}

export interface DataProducerNode extends NodeBase<'dataProducer'> {
  readonly type: 'sctp' | 'direct';
  readonly label: string;
  readonly protocol: string;
  readonly paused: boolean;
}

export interface DataConsumerNode extends NodeBase<'dataConsumer'> {
  readonly dataProducer: EntityKey | null;
  readonly type: 'sctp' | 'direct';
  readonly label: string;
  readonly protocol: string;
  readonly paused: boolean;
  readonly dataProducerPaused: boolean;
}

export interface RtpObserverNode extends NodeBase<'rtpObserver'> {
  readonly type: 'activespeaker' | 'audiolevel';
  readonly paused: boolean;
  /** Producers it listens to; a closed producer is dropped although mediasoup emits no `removeproducer` for it. */
  readonly producers: readonly EntityKey[];
  /** Active speaker observers: who speaks; `null` before the first. */
  readonly dominantSpeaker: EntityKey | null;
}

/** Node type by kind. */
export interface NodeMap {
  worker: WorkerNode;
  webRtcServer: WebRtcServerNode;
  router: RouterNode;
  transport: TransportNode;
  producer: ProducerNode;
  consumer: ConsumerNode;
  dataProducer: DataProducerNode;
  dataConsumer: DataConsumerNode;
  rtpObserver: RtpObserverNode;
}

export type NodeOf<K extends EntityKind> = NodeMap[K];
export type EntityNode = NodeMap[EntityKind];

/** Why an entity closed. `api`: the application closed it itself; the others: what it belonged to went first. */
export const CLOSE_REASONS = [
  'api',
  'parent',
  'producer',
  'router',
  'workerClosed',
  'workerDied',
  'webRtcServer',
] as const;
export type CloseReason = (typeof CLOSE_REASONS)[number];

/** The reference of a node: three fields, so that an event does not keep a whole node alive. */
export function refOf(node: EntityRef): EntityRef {
  return { kind: node.kind, key: node.key, id: node.id };
}
