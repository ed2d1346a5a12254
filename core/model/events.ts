import type { AlertSeverity, ResolveCause } from '../alerts/alert.js';
import type {
  CloseReason,
  ConsumerLayers,
  DtlsState,
  EntityKey,
  EntityKind,
  EntityRef,
  IceState,
  ProducerScore,
  SctpState,
  Tuple,
} from './entity.js';
import type { SummaryMap } from './summaries.js';

/** As operators use them: `error` needs a person, `warning` may soon, `info` is lifecycle, `debug` is per-tick detail. */
export const SEVERITIES = ['debug', 'info', 'warning', 'error'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** What a death or a close of a worker took with it. */
export interface BlastRadius {
  readonly routers: number;
  readonly transports: number;
  readonly producers: number;
  readonly consumers: number;
  /** Rooms and peers that had an entity in this worker; at most 1,000 of each are named. */
  readonly rooms: readonly string[];
  readonly peers: readonly { readonly room: string | null; readonly peer: string }[];
}

/** What a source puts into `worker.died`; the graph replaces it with what it counts. */
export const NO_BLAST_RADIUS: BlastRadius = {
  routers: 0,
  transports: 0,
  producers: 0,
  consumers: 0,
  rooms: [],
  peers: [],
};

interface Closed {
  readonly reason: CloseReason;
  /** ms from opening (or from being found) to the close. */
  readonly lifetimeMs: number;
}

interface StateChange<S> {
  readonly from: S | null;
  readonly to: S;
}

interface Traced {
  readonly trace: string;
  readonly direction: 'in' | 'out' | null;
  readonly info: Readonly<Record<string, unknown>>;
}

interface Piped {
  /** The other end, in another router this monitor sees. */
  readonly peer: EntityRef;
}

type Empty = Readonly<Record<string, never>>;

/** Data of every event by its type, `noun.pastTense`. */
export interface EventMap extends SummaryMap {
  'worker.created': { readonly pid: number };
  'worker.closed': Closed;
  /** Comes before the `worker.closed` and the closes of everything in it. */
  'worker.died': {
    readonly pid: number;
    /** Since it was made; of a worker that was found late, since it was found. */
    readonly uptimeMs: number;
    readonly signal: string | null;
    readonly exitCode: number | null;
    readonly message: string;
    readonly blastRadius: BlastRadius;
  };
  /** A probe was not answered within its deadline. */
  'worker.hung': { readonly pid: number; readonly deadlineMs: number };
  /** A line that mediasoup or the worker logged; of no worker when it names none. */
  'worker.logged': {
    readonly level: 'warn' | 'error';
    /** The part of mediasoup that logged it, for example `Channel`. */
    readonly namespace: string;
    readonly message: string;
    /** Lines left out since the last one, for there were too many. */
    readonly omitted: number;
  };
  'worker.recovered': { readonly pid: number; readonly hungMs: number };
  'webRtcServer.created': Empty;
  'webRtcServer.closed': Closed;
  'router.created': Empty;
  'router.closed': Closed;
  'transport.created': { readonly type: string };
  'transport.closed': Closed & { readonly everConnected: boolean };
  'transport.iceStateChanged': StateChange<IceState>;
  'transport.dtlsStateChanged': StateChange<DtlsState>;
  'transport.sctpStateChanged': StateChange<SctpState>;
  'transport.tupleChanged': { readonly tuple: Tuple; readonly rtcp: boolean };
  /** ICE and DTLS are both up (plain and pipe: the remote tuple is known) for the first time. */
  'transport.connected': { readonly iceConnectMs: number | null; readonly dtlsConnectMs: number | null };
  /** It listens on the ports of a WebRtcServer. Comes right after `transport.created`. */
  'transport.webRtcServerAssigned': { readonly webRtcServer: EntityRef };
  'transport.neverConnected': { readonly afterMs: number };
  'transport.idled': { readonly idleMs: number };
  'transport.resumed': { readonly idleMs: number };
  /** The other end of a pipe was found, or has gone. */
  'transport.piped': Piped;
  'transport.unpiped': Piped;
  'transport.traced': Traced;
  'producer.created': { readonly mediaKind: string; readonly type: string };
  'producer.closed': Closed;
  'producer.paused': Empty;
  'producer.resumed': Empty;
  'producer.scoreChanged': {
    /** `null` before the first report. */
    readonly previous: number | null;
    readonly score: number | null;
    readonly scores: readonly ProducerScore[];
  };
  'producer.videoOrientationChanged': { readonly camera: boolean; readonly flip: boolean; readonly rotation: number };
  /** First RTP seen. */
  'producer.mediaStarted': { readonly firstMediaMs: number };
  'producer.stalled': { readonly silentMs: number };
  'producer.recovered': { readonly stalledMs: number };
  /** The pipe consumer which feeds it was found, or has gone. */
  'producer.piped': Piped;
  'producer.unpiped': Piped;
  'producer.traced': Traced;
  'consumer.created': { readonly mediaKind: string; readonly type: string; readonly producerId: string };
  'consumer.closed': Closed;
  'consumer.paused': Empty;
  'consumer.resumed': Empty;
  'consumer.producerPaused': Empty;
  'consumer.producerResumed': Empty;
  'consumer.scoreChanged': {
    /** `null` before the first report. */
    readonly previous: number | null;
    readonly score: number;
    readonly producerScore: number;
    readonly producerScores: readonly number[];
  };
  'consumer.layersChanged': { readonly from: ConsumerLayers | null; readonly to: ConsumerLayers | null };
  /** The application asked for other layers or another priority; noticed when the consumer is next read or changes. */
  'consumer.preferencesChanged': {
    readonly preferredLayers: ConsumerLayers | null;
    readonly priority: number | null;
  };
  'consumer.mediaStarted': { readonly firstMediaMs: number };
  'consumer.starved': { readonly cause: 'noLayers' | 'noPackets'; readonly silentMs: number };
  'consumer.recovered': { readonly starvedMs: number };
  /** The pipe producer it feeds was found, or has gone. */
  'consumer.piped': Piped;
  'consumer.unpiped': Piped;
  'consumer.traced': Traced;
  'dataProducer.created': { readonly type: string; readonly label: string };
  'dataProducer.closed': Closed;
  'dataProducer.paused': Empty;
  'dataProducer.resumed': Empty;
  'dataConsumer.created': { readonly type: string; readonly label: string; readonly dataProducerId: string };
  'dataConsumer.closed': Closed;
  'dataConsumer.paused': Empty;
  'dataConsumer.resumed': Empty;
  'dataConsumer.dataProducerPaused': Empty;
  'dataConsumer.dataProducerResumed': Empty;
  'dataConsumer.sendBufferFilled': Empty;
  'dataConsumer.bufferedAmountLowered': { readonly bufferedAmount: number };
  'rtpObserver.created': { readonly type: string };
  'rtpObserver.closed': Closed;
  'rtpObserver.paused': Empty;
  'rtpObserver.resumed': Empty;
  'rtpObserver.producerAdded': { readonly producer: EntityRef };
  'rtpObserver.producerRemoved': { readonly producer: EntityRef };
  'rtpObserver.dominantSpeakerChanged': { readonly producer: EntityRef };
  /** dBvo of each speaking producer, -127 to 0. */
  'rtpObserver.volumesReported': {
    readonly volumes: readonly { readonly producer: EntityRef; readonly volume: number }[];
  };
  'rtpObserver.silenceDetected': Empty;
  /** `identify` told something new of an entity. The node carries it. */
  'entity.identified': { readonly room: string | null; readonly peer: string | null };
  'room.opened': Empty;
  'room.closed': { readonly lifetimeMs: number };
  'peer.joined': Empty;
  'peer.left': { readonly stayedMs: number };
  /** What a peer's signalling or data channels moved in one flush interval. */
  'peer.trafficReported': {
    readonly source: 'signalling' | 'data';
    readonly direction: 'in' | 'out';
    readonly bytes: number;
    readonly messages: number;
    readonly intervalMs: number;
  };
  /** What a client told of itself, as the application passed it on. Not checked beyond its size. */
  'peer.reported': { readonly report: Readonly<Record<string, unknown>> };
  'monitor.started': {
    readonly source: string;
    readonly sourceVersion: string | null;
    readonly blindSpots: readonly string[];
  };
  'monitor.stopped': { readonly ranMs: number };
  'monitor.tickSkipped': { readonly worker: EntityKey; readonly reason: 'running' | 'hung' };
  /** The sampler spends more than its budget and samples fewer entities a tick. */
  'monitor.backedOff': { readonly kind: EntityKind; readonly coverage: number };
  'monitor.caughtUp': { readonly kind: EntityKind };
  'monitor.pluginSuspended': { readonly plugin: string; readonly reason: string; readonly coolDownMs: number };
  'monitor.pluginResumed': { readonly plugin: string; readonly missedEvents: number };
  'monitor.pluginFailed': { readonly plugin: string; readonly phase: string; readonly message: string };
  /** The node shall get no new work; `monitor.drain` was called. */
  'monitor.drainStarted': { readonly reason: string };
  'monitor.drainEnded': { readonly drainedMs: number };
  /** A plugin raised an alert and it fires; the built-in alerts have events of their own. */
  'alert.fired': {
    readonly alert: string;
    readonly rule: string;
    readonly severity: AlertSeverity;
    readonly summary: string;
  };
  'alert.resolved': {
    readonly alert: string;
    readonly rule: string;
    readonly severity: AlertSeverity;
    readonly cause: ResolveCause;
    readonly firingMs: number;
  };
  /** A rule threw while it was evaluated; it is not evaluated again until the rules are replaced. */
  'alert.ruleDisabled': { readonly rule: string; readonly message: string };
  /** Something was done, or in a dry run would have been done, because of an alert. */
  'alert.actionTaken': {
    readonly action: string;
    readonly rule: string;
    readonly alert: string;
    readonly dryRun: boolean;
    readonly outcome: 'done' | 'failed' | 'withheld';
    /** What was done, what failed, or why it was withheld. */
    readonly detail: string;
  };
  /** Only to a plugin that missed events, suspended or too slow: it must read the graph anew. */
  'monitor.resync': { readonly missedEvents: number };
}

export type EventType = keyof EventMap;

interface EventBase {
  /** +1 with every event of one run; a gap means that something was dropped. */
  readonly seq: number;
  /** Wall time in ms since the epoch. */
  readonly at: number;
  readonly severity: Severity;
  /** `null` for events of a room, a peer or the monitor itself. */
  readonly entity: EntityRef | null;
  /** From the worker down to the parent. */
  readonly ancestors: readonly EntityRef[];
  readonly room: string | null;
  readonly peer: string | null;
  /** What `identify` told of the entity besides, with the allow-listed keys of its appData. */
  readonly labels: Readonly<Record<string, string>>;
}

export type MonitorEventOf<T extends EventType> = EventBase & { readonly type: T; readonly data: EventMap[T] };

/** Any event; `event.type === '…'` narrows `event.data`. */
export type MonitorEvent = { [T in EventType]: MonitorEventOf<T> }[EventType];
