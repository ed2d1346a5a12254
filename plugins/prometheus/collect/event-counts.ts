import {
  type ConsumerLayers,
  ENTITY_KINDS,
  type EntityKey,
  type EntityKind,
  type EventType,
  type GraphReader,
  type GraphSnapshot,
  type MonitorEvent,
  type MonitorEventOf,
} from '../../../core/index.js';
import { LABELS } from '../catalogue/labels.js';
import type { MetricStore } from '../series/store.js';
import { entityName, reasonName, type WorkerNames } from './names.js';

type LifecycleEvent = Extract<EventType, `${EntityKind}.${'created' | 'closed'}`>;

/** Every event that is counted. */
export const COUNTED_EVENTS = [
  ...ENTITY_KINDS.flatMap((kind) => [`${kind}.created`, `${kind}.closed`] as LifecycleEvent[]),
  'worker.died',
  'worker.hung',
  'worker.logged',
  'transport.iceStateChanged',
  'transport.dtlsStateChanged',
  'transport.sctpStateChanged',
  'transport.tupleChanged',
  'transport.connected',
  'producer.videoOrientationChanged',
  'producer.mediaStarted',
  'producer.resumed',
  'consumer.layersChanged',
  'consumer.mediaStarted',
  'consumer.resumed',
  'consumer.producerResumed',
  'dataConsumer.sendBufferFilled',
  'dataConsumer.bufferedAmountLowered',
  'rtpObserver.dominantSpeakerChanged',
  'rtpObserver.silenceDetected',
  'peer.trafficReported',
] as const satisfies readonly EventType[];

/** Counts what happens. */
export class EventCounts {
  readonly #store: MetricStore;
  readonly #graph: GraphReader;
  readonly #workers: WorkerNames;
  /** Types of the open transports, which the event of a close does not tell. */
  readonly #transports = new Map<EntityKey, string>();

  constructor(store: MetricStore, graph: GraphReader, workers: WorkerNames) {
    this.#store = store;
    this.#graph = graph;
    this.#workers = workers;
  }

  /** Counts what is there already as created. */
  begin(snapshot: GraphSnapshot): void {
    for (const kind of ENTITY_KINDS) {
      this.#store.counter('mediasoup_entities_created_total').at(entityName(kind)).add(snapshot.count(kind));
    }
    this.#remember(snapshot);
  }

  /** Events were missed: makes the difference of created and closed what is open, so that both stay true of each other. */
  catchUp(snapshot: GraphSnapshot): void {
    const created = this.#store.counter('mediasoup_entities_created_total');
    const closed = this.#store.counter('mediasoup_entities_closed_total');
    for (const kind of ENTITY_KINDS) {
      const entity = entityName(kind);
      let gone = 0;
      for (const reason of LABELS.reason.values) gone += closed.at(entity, reason).value;
      const missing = snapshot.count(kind) - (created.at(entity).value - gone);
      if (missing > 0) created.at(entity).add(missing);
      else closed.at(entity, 'missed').add(-missing);
    }
    this.#remember(snapshot);
  }

  observe(event: MonitorEvent): void {
    const { entity } = event;
    if (entity !== null && event.type === `${entity.kind}.created`) {
      this.#store.counter('mediasoup_entities_created_total').at(entityName(entity.kind)).add(1);
    } else if (entity !== null && event.type === `${entity.kind}.closed`) {
      const { reason, lifetimeMs } = (event as MonitorEventOf<'router.closed'>).data;
      const name = entityName(entity.kind);
      this.#store.counter('mediasoup_entities_closed_total').at(name, reasonName(reason)).add(1);
      this.#store
        .histogram('mediasoup_entity_lifetime_seconds')
        .at(name)
        .observe(lifetimeMs / 1_000);
    }
    this.#count(event);
  }

  clear(): void {
    this.#transports.clear();
  }

  #remember(snapshot: GraphSnapshot): void {
    this.#transports.clear();
    for (const { key, type } of snapshot.all('transport')) this.#transports.set(key, type);
    for (const worker of snapshot.all('worker')) this.#prepare(this.#workers.nameOf(worker));
  }

  /** What may happen to a worker is there at 0, so that the first time is an increase. */
  #prepare(worker: string): void {
    const deaths = this.#store.counter('mediasoup_worker_deaths_total');
    for (const signal of COMMON_SIGNALS) deaths.at(worker, signal);
    this.#store.counter('mediasoup_worker_hangs_total').at(worker);
  }

  #count(event: MonitorEvent): void {
    const store = this.#store;
    switch (event.type) {
      case 'worker.created':
        if (event.entity !== null) this.#prepare(this.#workers.name(event.entity.key));
        break;
      case 'worker.closed':
        if (event.entity !== null) this.#workers.forget(event.entity.key);
        break;
      case 'worker.died':
        store
          .counter('mediasoup_worker_deaths_total')
          .at(this.#workerOf(event), event.data.signal ?? 'exit')
          .add(1);
        break;
      case 'worker.hung':
        store.counter('mediasoup_worker_hangs_total').at(this.#workerOf(event)).add(1);
        break;
      case 'worker.logged':
        store.counter('mediasoup_log_lines_total').at(event.data.level).add(1);
        store.counter('mediasoup_log_lines_total').at('omitted').add(event.data.omitted);
        break;
      case 'peer.trafficReported': {
        const { source, direction, bytes, messages } = event.data;
        store.counter('sfu_peer_traffic_bytes_total').at(source, direction).add(bytes);
        store.counter('sfu_peer_traffic_messages_total').at(source, direction).add(messages);
        break;
      }
      case 'rtpObserver.dominantSpeakerChanged':
        store.counter('mediasoup_active_speaker_changes_total').at().add(1);
        break;
      case 'rtpObserver.silenceDetected':
        store.counter('mediasoup_audio_silence_total').at().add(1);
        break;
      case 'dataConsumer.sendBufferFilled':
        store.counter('mediasoup_data_consumer_send_buffer_full_total').at().add(1);
        break;
      case 'dataConsumer.bufferedAmountLowered':
        store.counter('mediasoup_data_consumer_buffered_amount_low_total').at().add(1);
        break;
      default:
        this.#countTransport(event);
        this.#countMedia(event);
    }
  }

  #countTransport(event: MonitorEvent): void {
    const store = this.#store;
    switch (event.type) {
      case 'transport.created':
        if (event.entity !== null) this.#transports.set(event.entity.key, event.data.type);
        break;
      case 'transport.closed': {
        if (event.entity === null) break;
        const type = this.#transports.get(event.entity.key);
        this.#transports.delete(event.entity.key);
        // A direct transport has nothing to connect to.
        if (event.data.everConnected || type === undefined || type === 'direct') break;
        store.counter('mediasoup_transport_never_connected_total').at(type).add(1);
        break;
      }
      case 'transport.iceStateChanged':
        store.counter('mediasoup_transport_ice_state_changes_total').at(event.data.to).add(1);
        break;
      case 'transport.dtlsStateChanged':
        store.counter('mediasoup_transport_dtls_state_changes_total').at(event.data.to).add(1);
        break;
      case 'transport.sctpStateChanged':
        store.counter('mediasoup_transport_sctp_state_changes_total').at(event.data.to).add(1);
        break;
      case 'transport.tupleChanged':
        store.counter('mediasoup_transport_tuple_changes_total').at(event.data.tuple.protocol).add(1);
        break;
      case 'transport.connected': {
        const { iceConnectMs, dtlsConnectMs } = event.data;
        const connect = store.histogram('mediasoup_transport_connect_seconds');
        if (iceConnectMs !== null) observeFrom(connect.at('ice'), event, iceConnectMs / 1_000);
        if (dtlsConnectMs !== null) observeFrom(connect.at('dtls'), event, dtlsConnectMs / 1_000);
        break;
      }
      default:
    }
  }

  #countMedia(event: MonitorEvent): void {
    const store = this.#store;
    switch (event.type) {
      case 'producer.videoOrientationChanged':
        store.counter('mediasoup_producer_video_orientation_changes_total').at().add(1);
        break;
      case 'producer.mediaStarted': {
        const first = store.histogram('mediasoup_producer_first_media_seconds');
        observeFrom(first.at(this.#mediaKind(event)), event, event.data.firstMediaMs / 1_000);
        break;
      }
      case 'consumer.mediaStarted': {
        const first = store.histogram('mediasoup_consumer_first_media_seconds');
        observeFrom(first.at(this.#mediaKind(event)), event, event.data.firstMediaMs / 1_000);
        break;
      }
      case 'consumer.layersChanged': {
        const change = layerChange(event.data.from, event.data.to);
        if (change !== null) store.counter('mediasoup_consumer_layer_changes_total').at(change).add(1);
        break;
      }
      default:
    }
  }

  #workerOf(event: MonitorEvent): string {
    return event.entity === null ? 'unknown' : this.#workers.name(event.entity.key);
  }

  /** Of a stream that has closed meanwhile it is no longer known. */
  #mediaKind({ entity }: MonitorEvent): string {
    const node = entity === null ? undefined : this.#graph.get(entity.key);
    return node?.kind === 'producer' || node?.kind === 'consumer' ? node.mediaKind : 'unknown';
  }
}

/** How workers mostly die: out of memory, an assertion, a bad access, or by themselves. */
const COMMON_SIGNALS = ['SIGKILL', 'SIGABRT', 'SIGSEGV', 'exit'] as const;

function observeFrom(
  series: { observe(value: number, weight: number, from?: { kind: string; key: string }, at?: number): void },
  { entity, at }: MonitorEvent,
  value: number,
): void {
  series.observe(value, 1, entity ?? undefined, at);
}

/** Whether a viewer gets more, less or nothing now; `null` when it is the same. */
function layerChange(from: ConsumerLayers | null, to: ConsumerLayers | null): 'up' | 'down' | 'off' | null {
  if (to === null) return from === null ? null : 'off';
  const rank = ({ spatialLayer, temporalLayer }: ConsumerLayers): number => spatialLayer * 10 + (temporalLayer ?? 0);
  const before = from === null ? -1 : rank(from);
  if (rank(to) === before) return null;
  return rank(to) > before ? 'up' : 'down';
}
