import { Graph } from '../../core/graph/graph.js';
import type { GraphOptions } from '../../core/graph/options.js';
import { type Identify, identifyByAppData } from '../../core/identify.js';
import type { EntityKey, EntityKind, Tuple } from '../../core/model/entity.js';
import type { MonitorEvent } from '../../core/model/events.js';
import type { NodeState, OpenRequest } from '../../core/source.js';
import { ManualClock } from './manual-clock.js';
import { RecordingLogger } from './recording-logger.js';

type AppData = Readonly<Record<string, unknown>>;

interface KitOptions {
  readonly identify?: Identify;
  readonly options?: Partial<GraphOptions>;
  readonly publish?: (event: MonitorEvent) => void;
}

/** A graph with a clock of its own, all its events, and short ways to open entities of every kind. */
export class GraphKit {
  readonly clock = new ManualClock();
  readonly logger = new RecordingLogger();
  readonly events: MonitorEvent[] = [];
  readonly graph: Graph;

  constructor({ identify = identifyByAppData, options = {}, publish }: KitOptions = {}) {
    this.graph = new Graph({
      runId: 'run-1',
      clock: this.clock,
      identify,
      logger: this.logger,
      options: { changeLog: 10_000, identifyPerTick: 500, ...options },
      publish: publish ?? ((event) => this.events.push(event)),
    });
  }

  /** The events since the last call, as `type room/peer`. */
  takeEvents(): string[] {
    return this.events.splice(0).map(({ type, room, peer }) => `${type} ${room ?? '-'}/${peer ?? '-'}`);
  }

  takeTypes(): string[] {
    return this.events.splice(0).map(({ type }) => type);
  }

  worker(pid = 100, appData: AppData = {}): EntityKey {
    return this.#open('worker', null, String(pid), { pid, hungSince: null }, { pid }, appData);
  }

  webRtcServer(worker: EntityKey, id: string): EntityKey {
    return this.#open('webRtcServer', worker, id, {}, {});
  }

  router(worker: EntityKey, id: string, appData: AppData = {}): EntityKey {
    return this.#open('router', worker, id, {}, {}, appData);
  }

  transport(
    router: EntityKey,
    id: string,
    appData: AppData = {},
    state: Partial<NodeState<'transport'>> = {},
  ): EntityKey {
    const whole: NodeState<'transport'> = {
      type: 'webrtc',
      webRtcServer: null,
      iceState: 'new',
      iceRole: 'controlled',
      dtlsState: 'new',
      sctpState: null,
      tuple: null,
      rtcpTuple: null,
      iceConnectMs: null,
      dtlsConnectMs: null,
      neverConnectedSince: null,
      idleSince: null,
      pipePeer: null,
      ...state,
    };
    return this.#open('transport', router, id, whole, { type: whole.type }, appData);
  }

  /** A connected pipe transport. */
  pipe(router: EntityKey, id: string, tuple: Tuple | null): EntityKey {
    return this.transport(router, id, {}, { type: 'pipe', iceState: null, dtlsState: null, tuple });
  }

  producer(transport: EntityKey, id: string, appData: AppData = {}): EntityKey {
    const state: NodeState<'producer'> = {
      mediaKind: 'video',
      type: 'simple',
      mimeType: 'video/VP8',
      clockRate: 90_000,
      paused: false,
      score: null,
      scores: [],
      videoOrientation: null,
      encodings: 1,
      firstMediaMs: null,
      stalledSince: null,
      pipeOrigin: null,
    };
    return this.#open('producer', transport, id, state, { mediaKind: 'video', type: 'simple' }, appData);
  }

  consumer(
    transport: EntityKey,
    id: string,
    producer: EntityKey | null,
    state: Partial<NodeState<'consumer'>> = {},
  ): EntityKey {
    const whole: NodeState<'consumer'> = {
      producer,
      mediaKind: 'video',
      type: 'simple',
      mimeType: 'video/VP8',
      clockRate: 90_000,
      paused: false,
      producerPaused: false,
      priority: 1,
      score: null,
      producerScore: null,
      producerScores: [],
      preferredLayers: null,
      currentLayers: null,
      firstMediaMs: null,
      starvedSince: null,
      pipeTarget: null,
      ...state,
    };
    const event = { mediaKind: 'video', type: 'simple', producerId: producer?.split('/').at(-1) ?? '' };
    return this.#open('consumer', transport, id, whole, event);
  }

  dataProducer(transport: EntityKey, id: string): EntityKey {
    const state = { type: 'sctp', label: 'chat', protocol: '', paused: false } as const;
    return this.#open('dataProducer', transport, id, state, { type: 'sctp', label: 'chat' });
  }

  dataConsumer(transport: EntityKey, id: string, dataProducer: EntityKey): EntityKey {
    const state: NodeState<'dataConsumer'> = {
      dataProducer,
      type: 'sctp',
      label: 'chat',
      protocol: '',
      paused: false,
      dataProducerPaused: false,
    };
    const event = { type: 'sctp', label: 'chat', dataProducerId: dataProducer.split('/').at(-1) ?? '' };
    return this.#open('dataConsumer', transport, id, state, event);
  }

  observer(router: EntityKey, id: string, producers: readonly EntityKey[] = []): EntityKey {
    const state: NodeState<'rtpObserver'> = {
      type: 'activespeaker',
      paused: false,
      producers,
      dominantSpeaker: producers[0] ?? null,
    };
    return this.#open('rtpObserver', router, id, state, { type: 'activespeaker' });
  }

  #open<K extends EntityKind>(
    kind: K,
    parent: EntityKey | null,
    id: string,
    state: NodeState<K>,
    event: OpenRequest<K>['event'],
    appData: AppData = {},
  ): EntityKey {
    return this.graph.open({ kind, id, parent, state, event, owner: { appData } });
  }
}

/** Lets the present turn of the event loop end, and what the graph does at its end happen. */
export async function turn(turns = 2): Promise<void> {
  for (let left = turns; left > 0; left--) await new Promise((resolve) => setImmediate(resolve));
}

export function tuple(localPort: number, remotePort: number | null): Tuple {
  return {
    protocol: 'udp',
    localAddress: '127.0.0.1',
    localPort,
    remoteAddress: remotePort === null ? null : '127.0.0.1',
    remotePort,
  };
}
