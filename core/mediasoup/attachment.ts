import type { Clock } from '../clock.js';
import type { Logger } from '../logger.js';
import type { EntityKey } from '../model/entity.js';
import type { GraphWriter } from '../source.js';
import type { Tracked } from './tracked.js';
import type { MediasoupTraits } from './version.js';

/** What all tracked entities of one start share. Refers to open entities only. */
export class Attachment {
  readonly writer: GraphWriter;
  readonly clock: Clock;
  readonly traits: MediasoupTraits;
  readonly traces: boolean;
  readonly #logger: Logger;
  readonly #byKey = new Map<EntityKey, Tracked>();
  readonly #byEntity = new Map<object, Tracked>();
  #failureTold = false;

  constructor(
    writer: GraphWriter,
    { clock, logger, traits, traces }: { clock: Clock; logger: Logger; traits: MediasoupTraits; traces: boolean },
  ) {
    this.writer = writer;
    this.clock = clock;
    this.traits = traits;
    this.traces = traces;
    this.#logger = logger;
  }

  byKey(key: EntityKey): Tracked | undefined {
    return this.#byKey.get(key);
  }

  byEntity(entity: object): Tracked | undefined {
    return this.#byEntity.get(entity);
  }

  add(tracked: Tracked): void {
    this.#byKey.set(tracked.key, tracked);
    this.#byEntity.set(tracked.entity, tracked);
  }

  delete(tracked: Tracked): void {
    this.#byKey.delete(tracked.key);
    this.#byEntity.delete(tracked.entity);
  }

  /** Takes every listener off. Nothing is written any more. */
  stop(): void {
    for (const tracked of this.#byKey.values()) tracked.listeners.removeAll();
    this.#byKey.clear();
    this.#byEntity.clear();
  }

  /** A handler threw: a shape we do not know, most likely. Logged once as an error, because it may come with every event. */
  readonly failed = (error: unknown): void => {
    const level = this.#failureTold ? 'debug' : 'error';
    this.#failureTold = true;
    try {
      this.#logger[level]('could not follow what mediasoup told; the graph may miss something', { error });
    } catch {
      // A logger that throws must not reach mediasoup either.
    }
  };
}
