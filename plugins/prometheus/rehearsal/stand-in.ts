import type {
  ConsumerNode,
  EntityKey,
  EntityKind,
  EntityNode,
  GraphReader,
  NodeOf,
  NodeRows,
  ProducerNode,
  StatsReader,
  TransportNode,
  WorkerNode,
} from '../../../core/index.js';

/** Producers and consumers: more than are written between two looks at the clock. */
const STREAMS = 160;
/** Values lie below this. */
const VALUES = 1_000;

const WORKER = 'w0' as EntityKey;
const ROUTER = 'rehearsal' as EntityKey;
const TRANSPORT = 'rehearsal/transport' as EntityKey;

/** An SFU that is nowhere: one worker, one transport, and streams enough for all code that writes lines to run. */
export class StandIn {
  readonly graph: GraphReader;
  readonly stats: StatsReader;
  readonly #nodes: ReadonlyMap<EntityKind, readonly EntityNode[]>;

  constructor() {
    const streams = Array.from({ length: STREAMS }, (_, slot) => slot);
    this.#nodes = new Map<EntityKind, readonly EntityNode[]>([
      ['worker', [worker()]],
      ['transport', [transport()]],
      ['producer', streams.map(producer)],
      ['consumer', streams.map(consumer)],
    ]);
    this.graph = this.#graph();
    this.stats = this.#stats();
  }

  #graph(): GraphReader {
    return {
      runId: 'rehearsal',
      seq: 0,
      get: (key) => [...this.#nodes.values()].flat().find((node) => node.key === key),
      rows: <K extends EntityKind>(kind: K) => rowsOf((this.#nodes.get(kind) ?? []) as readonly NodeOf<K>[]),
      presence: () => ({ rooms: 1, peers: 1 }),
      unchangedSince: () => 0,
      reaches: () => true,
      snapshot: notPlayed,
      follow: notPlayed,
    };
  }

  #stats(): StatsReader {
    return {
      value: ({ slot }) => numberAt(slot, 0),
      rows: (kind, fields) => ({
        read: (_nodes, from, count, into, at, step) => {
          const { length } = this.#nodes.get(kind) ?? [];
          for (let f = 0; f < fields.length; f++) {
            for (let i = 0; i < count; i++) {
              into[at + i + f * step] = from + i < length ? numberAt(from + i, f) : Number.NaN;
            }
          }
        },
      }),
      streams: () => [],
      sampledAt: () => null,
      totals: notPlayed,
      lease: notPlayed,
      past: notPlayed,
      ticks: notPlayed,
    };
  }
}

function numberAt(slot: number, field: number): number {
  return (slot * 7 + field * 31) % VALUES;
}

/** What no page reads. */
function notPlayed(): never {
  throw new Error('This is not part of the rehearsal.');
}

function rowsOf<N extends EntityNode>(nodes: readonly N[]): NodeRows<N> {
  return {
    count: nodes.length,
    end: nodes.length,
    version: (slot) => (slot < nodes.length ? 1 : 0),
    at: (slot) => nodes[slot],
  };
}

function base<K extends EntityKind>(kind: K, key: string, slot: number) {
  return {
    kind,
    key: key as EntityKey,
    id: key,
    slot,
    parent: null,
    worker: WORKER,
    router: ROUTER,
    openedAt: 0,
    openedSeq: slot,
    foundLate: false,
    changedSeq: slot,
    room: null,
    peer: null,
    labels: {},
  };
}

function worker(): WorkerNode {
  return { ...base('worker', WORKER, 0), pid: 0, hungSince: null };
}

function transport(): TransportNode {
  return {
    ...base('transport', TRANSPORT, 0),
    type: 'webrtc',
    webRtcServer: null,
    iceState: 'completed',
    iceRole: null,
    dtlsState: 'connected',
    sctpState: null,
    tuple: { protocol: 'udp', localAddress: '', localPort: 0, remoteAddress: '', remotePort: 0 },
    rtcpTuple: null,
    iceConnectMs: null,
    dtlsConnectMs: null,
    neverConnectedSince: null,
    idleSince: null,
    pipePeer: null,
  };
}

const MEDIA = { mediaKind: 'video', type: 'simple', mimeType: 'video/VP8', clockRate: 90_000, paused: false } as const;

function producer(slot: number): ProducerNode {
  return {
    ...base('producer', `rehearsal/producer-${slot}`, slot),
    parent: TRANSPORT,
    ...MEDIA,
    score: 10,
    scores: [],
    videoOrientation: null,
    encodings: 1,
    firstMediaMs: null,
    stalledSince: null,
    pipeOrigin: null,
  };
}

function consumer(slot: number): ConsumerNode {
  return {
    ...base('consumer', `rehearsal/consumer-${slot}`, slot),
    parent: TRANSPORT,
    producer: `rehearsal/producer-${slot}` as EntityKey,
    ...MEDIA,
    producerPaused: false,
    priority: null,
    score: 10,
    producerScore: 10,
    producerScores: [],
    preferredLayers: null,
    currentLayers: null,
    firstMediaMs: null,
    starvedSince: null,
    pipeTarget: null,
  };
}
