import type { EntityKey } from '../../core/index.js';
import type { NodeState } from '../../core/source.js';
import { turn } from './graph-kit.js';
import type { SchemaKit } from './schema-kit.js';

const UP = { iceState: 'connected', dtlsState: 'connected' } as const satisfies Partial<NodeState<'transport'>>;

/** A peer with a transport each way. */
export interface ScenePeer {
  readonly send: EntityKey;
  readonly recv: EntityKey;
  readonly audio: EntityKey;
  readonly video: EntityKey;
}

/** A room in one router, in which every peer publishes audio and video and receives what the others publish. */
export class RoomScene {
  readonly worker: EntityKey;
  readonly router: EntityKey;
  readonly peers = new Map<string, ScenePeer>();
  readonly #schema: SchemaKit;
  readonly #room: string;
  #consumers = 0;

  /** Opens it, and waits until everything was identified. */
  static async open(schema: SchemaKit, room: string, peers: readonly string[], worker?: EntityKey): Promise<RoomScene> {
    const scene = new RoomScene(schema, room, peers, worker);
    await turn();
    return scene;
  }

  private constructor(schema: SchemaKit, room: string, peers: readonly string[], worker?: EntityKey) {
    this.#schema = schema;
    this.#room = room;
    this.worker = worker ?? schema.kit.worker(100 + schema.kit.graph.snapshot().count('worker'));
    this.router = schema.kit.router(this.worker, `router-${room}`, { roomId: room });
    for (const peer of peers) this.join(peer);
  }

  join(peer: string): ScenePeer {
    const { kit } = this.#schema;
    const appData = { roomId: this.#room, peerId: peer };
    const send = kit.transport(this.router, `${peer}-send`, appData, UP);
    const recv = kit.transport(this.router, `${peer}-recv`, appData, UP);
    const audio = kit.producer(send, `${peer}-audio`);
    this.#schema.change('producer', audio, { mediaKind: 'audio', mimeType: 'audio/opus', score: 10 });
    const video = kit.producer(send, `${peer}-video`);
    this.#schema.change('producer', video, { score: 10, type: 'simulcast', encodings: 3 });
    const joined = { send, recv, audio, video };
    for (const other of this.peers.values()) {
      this.#consume(recv, other);
      this.#consume(other.recv, joined);
    }
    this.peers.set(peer, joined);
    return joined;
  }

  peer(peer: string): ScenePeer {
    const found = this.peers.get(peer);
    if (found === undefined) throw new Error(`no peer ${peer}`);
    return found;
  }

  /** What `viewer` receives of `publisher`. */
  consumer(viewer: string, publisher: string, medium: 'audio' | 'video' = 'video'): EntityKey {
    const producer = this.peer(publisher)[medium];
    const found = this.#schema.kit.graph
      .snapshot()
      .consumersOf(producer)
      .find(({ peer }) => peer === viewer);
    if (found === undefined) throw new Error(`${viewer} receives no ${medium} of ${publisher}`);
    return found.key;
  }

  #consume(transport: EntityKey, { audio, video }: ScenePeer): void {
    const { kit } = this.#schema;
    kit.consumer(transport, `c${++this.#consumers}`, audio, { mediaKind: 'audio', score: 10, producerScore: 10 });
    kit.consumer(transport, `c${++this.#consumers}`, video, {
      type: 'simulcast',
      score: 10,
      producerScore: 10,
      preferredLayers: { spatialLayer: 2, temporalLayer: 2 },
      currentLayers: { spatialLayer: 2, temporalLayer: 2 },
    });
  }
}
