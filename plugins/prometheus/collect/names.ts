import type { CloseReason, EntityKey, EntityKind, GraphReader, WorkerNode } from '../../../core/index.js';

const ENTITY_NAMES: Readonly<Record<EntityKind, string>> = {
  worker: 'worker',
  webRtcServer: 'webrtc_server',
  router: 'router',
  transport: 'transport',
  producer: 'producer',
  consumer: 'consumer',
  dataProducer: 'data_producer',
  dataConsumer: 'data_consumer',
  rtpObserver: 'rtp_observer',
};

/** A kind as label `entity` has it. */
export function entityName(kind: EntityKind): string {
  return ENTITY_NAMES[kind];
}

const REASON_NAMES: Readonly<Record<CloseReason, string>> = {
  api: 'api',
  parent: 'parent',
  producer: 'producer',
  router: 'router',
  workerClosed: 'worker_closed',
  workerDied: 'worker_died',
  webRtcServer: 'webrtc_server',
};

/** A reason as label `reason` has it. */
export function reasonName(reason: CloseReason): string {
  return REASON_NAMES[reason];
}

/** `video/VP8` as `vp8`. */
export function codecName(mimeType: string | null): string {
  return mimeType === null ? 'unknown' : mimeType.slice(mimeType.indexOf('/') + 1).toLowerCase();
}

/** Values of label `worker`: never a pid, so that a worker that replaces another goes on with its series. */
export class WorkerNames {
  readonly #graph: GraphReader;
  readonly #label: string | undefined;
  /** Also of workers that have just gone, until their close was counted. */
  readonly #names = new Map<EntityKey, string>();

  /** `label`: the key of the application's own name for workers. */
  constructor(graph: GraphReader, label: string | undefined) {
    this.#graph = graph;
    this.#label = label;
  }

  name(worker: EntityKey): string {
    const known = this.#names.get(worker);
    if (known !== undefined) return known;
    const node = this.#graph.get(worker);
    if (node?.kind !== 'worker') return 'unknown';
    return this.nameOf(node);
  }

  nameOf(node: WorkerNode): string {
    const own = this.#label === undefined ? undefined : node.labels[this.#label];
    const name = own ?? `${node.slot}`;
    this.#names.set(node.key, name);
    return name;
  }

  forget(worker: EntityKey): void {
    this.#names.delete(worker);
  }

  clear(): void {
    this.#names.clear();
  }
}
