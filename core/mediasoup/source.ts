import type { Clock } from '../clock.js';
import { MonitorError } from '../errors.js';
import type { Logger } from '../logger.js';
import type { EntityKey } from '../model/entity.js';
import type { SampledKind } from '../model/samples.js';
import { redactSecrets } from '../redact.js';
import type {
  Askable,
  FastDecodeStatus,
  GraphWriter,
  Inspection,
  Reading,
  ReadingReceiver,
  Source,
} from '../source.js';
import { Attachment } from './attachment.js';
import { FastDecode } from './fast-decode/fast-decode.js';
import type { Followed } from './followed.js';
import { blindSpotsOf, findLate } from './late.js';
import type { MediasoupOptions } from './options.js';
import type { EmitterShape, MediasoupShape, WorkerShape } from './shapes.js';
import { isGone, PendingRead } from './pending-read.js';
import { ReadingSpace } from './reading-space.js';
import { TrackedWorker } from './tracked-worker.js';
import { traitsOf } from './version.js';
import { WorkerLogs } from './worker-logs.js';

export interface MediasoupSourceDeps {
  readonly logger: Logger;
  readonly clock: Clock;
  readonly options: MediasoupOptions;
  /** Workers that exist already: mediasoup lists none, and their creation is past. */
  readonly workers?: readonly unknown[];
}

interface NewWorkerEmitter {
  on(event: 'newworker', listener: (worker: WorkerShape) => void): unknown;
  off(event: 'newworker', listener: (worker: WorkerShape) => void): unknown;
}

/**
 * Follows the mediasoup of this process through its observer API. Takes the module namespace, its default export, or
 * `{ observer, version? }`. Throws `SFUSCOPE_SOURCE_INVALID` for anything else, and for workers that are none.
 */
export function createMediasoupSource(mediasoup: unknown, deps: MediasoupSourceDeps): Source {
  const shape = mediasoupIn(mediasoup);
  if (shape === null) {
    throw new MonitorError('SFUSCOPE_SOURCE_INVALID', 'mediasoup must be a module with an `observer`.');
  }
  const workers = deps.workers ?? [];
  if (!workers.every(isWorker)) {
    throw new MonitorError('SFUSCOPE_SOURCE_INVALID', '`workers` must be workers made by mediasoup.');
  }
  return new MediasoupSource(shape, workers, deps);
}

class MediasoupSource implements Source {
  readonly name = 'mediasoup';
  readonly version: string | null;
  readonly #mediasoup: MediasoupShape;
  readonly #workers: readonly WorkerShape[];
  readonly #deps: MediasoupSourceDeps;
  #blindSpots: readonly string[] = [];
  #attachment: Attachment | null = null;
  #logs: WorkerLogs | null = null;
  readonly #fast: FastDecode | null;
  readonly #spareReads: PendingRead[] = [];
  readonly #readingSpace = new ReadingSpace();

  readonly #onNewWorker = (worker: WorkerShape): void => {
    const attachment = this.#attachment;
    try {
      if (attachment === null || worker.closed || attachment.byEntity(worker) !== undefined) return;
      new TrackedWorker(attachment, worker, false);
    } catch (error) {
      attachment?.failed(error);
    }
  };

  constructor(mediasoup: MediasoupShape, workers: readonly WorkerShape[], deps: MediasoupSourceDeps) {
    this.#mediasoup = mediasoup;
    this.#workers = workers;
    this.#deps = deps;
    this.version = typeof mediasoup.version === 'string' ? mediasoup.version : null;
    this.#fast = deps.options.fastDecode ? new FastDecode(this.version, deps.logger) : null;
  }

  get fastDecode(): FastDecodeStatus | null {
    return this.#fast?.status ?? null;
  }

  get blindSpots(): readonly string[] {
    return this.#blindSpots;
  }

  start(writer: GraphWriter): void {
    if (this.#attachment !== null) throw new MonitorError('SFUSCOPE_STATE', 'The source was started already.');
    const { clock, logger, options } = this.#deps;
    const attachment = new Attachment(writer, {
      clock,
      logger,
      traits: traitsOf(this.version),
      traces: options.traces,
    });
    this.#attachment = attachment;
    attachment.pipes.start();
    (this.#mediasoup.observer as NewWorkerEmitter).on('newworker', this.#onNewWorker);
    this.#blindSpots = [...blindSpotsOf(findLate(attachment, this.#workers)), ...this.#bridgeLogs(attachment)];
  }

  stop(): void {
    (this.#mediasoup.observer as NewWorkerEmitter).off('newworker', this.#onNewWorker);
    this.#logs?.stop();
    this.#attachment?.stop();
  }

  ask(about: Askable, receiver: ReadingReceiver): void {
    about.found ??= this.#named(about.kind, about.key);
    const followed = this.#caughtUp(about.found as Followed | null);
    if (followed === null) {
      queueMicrotask(() => receiver.answered(null));
      return;
    }
    const read =
      this.#spareReads.pop() ??
      new PendingRead(this.#fast, this.#readingSpace, (ended) => this.#spareReads.push(ended));
    read.begin(followed, receiver);
  }

  together(worker: EntityKey, work: () => void): void {
    const followed = this.#attachment?.byKey(worker);
    const pipe = followed instanceof TrackedWorker ? followed.pipe : null;
    if (pipe === null) work();
    else pipe.together(work);
  }

  async read<K extends SampledKind>(kind: K, key: EntityKey): Promise<Reading<K> | null> {
    const followed = this.#caughtUp(this.#named(kind, key));
    if (followed === null) return null;
    try {
      const reading = (await followed.read()) as Reading<K> | null;
      return followed.entity.closed ? null : reading;
    } catch (error) {
      if (followed.entity.closed || isGone(error)) return null;
      throw error;
    }
  }

  async inspect(key: EntityKey): Promise<Inspection> {
    const followed = this.#attachment?.byKey(key);
    if (followed === undefined || followed.entity.closed) throw unknownEntity(key);
    const { entity } = followed;
    try {
      const [dump, stats] = await Promise.all([
        entity.dump?.() ?? null,
        entity.getStats?.() ?? entity.getResourceUsage?.() ?? null,
      ]);
      return { dump: redactSecrets(dump), stats: redactSecrets(stats) };
    } catch (error) {
      if (entity.closed || isGone(error)) throw unknownEntity(key);
      throw error;
    }
  }

  /** A sentence for each thing that cannot be had. */
  #bridgeLogs(attachment: Attachment): readonly string[] {
    const { clock, options } = this.#deps;
    if (options.workerLogs === 'off') return [];
    this.#logs = new WorkerLogs({
      writer: attachment.writer,
      clock,
      level: options.workerLogs,
      perSecond: options.workerLogsPerSecond,
      workerOf: (pid) => attachment.workerOf(pid),
    });
    if (this.#logs.start(this.#mediasoup.observer)) return [];
    return ["mediasoup's logs cannot be heard: it is older than 3.14.12, or bundled into another file."];
  }

  #named(kind: SampledKind, key: EntityKey): Followed | null {
    const followed = this.#attachment?.byKey(key);
    return followed?.kind === kind ? followed : null;
  }

  /** The same entity once what went by unseen is known; `null` when it has closed. */
  #caughtUp(followed: Followed | null): Followed | null {
    if (followed === null) return null;
    try {
      followed.reconcile();
    } catch (error) {
      this.#attachment?.failed(error);
    }
    return followed.entity.closed ? null : followed;
  }
}

function unknownEntity(key: EntityKey): MonitorError {
  return new MonitorError('SFUSCOPE_ENTITY_UNKNOWN', `There is no open entity with the key ${key}.`);
}

function mediasoupIn(candidate: unknown): MediasoupShape | null {
  if (isMediasoup(candidate)) return candidate;
  const inner = isObject(candidate) ? candidate.default : undefined;
  return isMediasoup(inner) ? inner : null;
}

function isMediasoup(candidate: unknown): candidate is MediasoupShape {
  return isObject(candidate) && isEmitter(candidate.observer);
}

function isWorker(candidate: unknown): candidate is WorkerShape {
  return (
    isObject(candidate) &&
    isEmitter(candidate) &&
    isEmitter(candidate.observer) &&
    typeof candidate.pid === 'number' &&
    typeof candidate.getResourceUsage === 'function'
  );
}

function isEmitter(candidate: unknown): candidate is EmitterShape {
  return isObject(candidate) && typeof candidate.on === 'function' && typeof candidate.off === 'function';
}

function isObject(candidate: unknown): candidate is Record<string, unknown> {
  return (typeof candidate === 'object' && candidate !== null) || typeof candidate === 'function';
}
