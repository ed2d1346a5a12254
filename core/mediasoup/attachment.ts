import type { Clock } from '../clock.js';
import type { Logger } from '../logger.js';
import type { EntityKey } from '../model/entity.js';
import type { GraphWriter } from '../source.js';
import type { Hook, HookListener } from './hook.js';
import type { EmitterShape } from './shapes.js';
import type { Tracked, TrackedEntity } from './tracked.js';
import type { MediasoupTraits } from './version.js';

interface LooseEmitter {
  on(event: string, listener: HookListener): unknown;
  off(event: string, listener: HookListener): unknown;
}

/** What all tracked entities of one start share: the way to the graph, and their listeners. Refers to open entities only. */
export class Attachment {
  readonly writer: GraphWriter;
  readonly clock: Clock;
  readonly traits: MediasoupTraits;
  readonly traces: boolean;
  readonly #logger: Logger;
  readonly #byKey = new Map<EntityKey, Tracked>();
  /** By entity and by observer. */
  readonly #byEmitter = new Map<object, Tracked>();
  readonly #listeners = new Map<Hook, HookListener>();
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
    return this.#byEmitter.get(entity);
  }

  /** Starts to listen. */
  add(tracked: Tracked): void {
    const { entity } = tracked;
    this.#byKey.set(tracked.key, tracked);
    this.#byEmitter.set(entity, tracked);
    this.#byEmitter.set(entity.observer, tracked);
    for (const hook of tracked.hooks) emitterOf(hook, entity).on(hook.event, this.#listenerFor(hook));
  }

  /** Takes every listener off again. */
  delete(tracked: Tracked): void {
    const { entity } = tracked;
    this.#byKey.delete(tracked.key);
    this.#byEmitter.delete(entity);
    this.#byEmitter.delete(entity.observer);
    for (const hook of tracked.hooks) emitterOf(hook, entity).off(hook.event, this.#listenerFor(hook));
  }

  /** Leaves all entities; nothing is written any more. */
  stop(): void {
    for (const tracked of this.#byKey.values()) this.delete(tracked);
  }

  /** A handler threw: a shape we do not know, most likely. Logged once as an error, because it may come with every event. */
  failed(error: unknown): void {
    const level = this.#failureTold ? 'debug' : 'error';
    this.#failureTold = true;
    try {
      this.#logger[level]('could not follow what mediasoup told; the graph may miss something', { error });
    } catch {
      // A logger that throws must not reach mediasoup either.
    }
  }

  #listenerFor(hook: Hook): HookListener {
    const made = this.#listeners.get(hook);
    if (made !== undefined) return made;
    const heard = (emitter: object, argument: unknown): void => this.#heard(hook, emitter, argument);
    const listener: HookListener = function (argument) {
      heard(this, argument);
    };
    this.#listeners.set(hook, listener);
    return listener;
  }

  /** Total: a throw would silence the application's own listeners of that event. */
  #heard(hook: Hook, emitter: object, argument: unknown): void {
    try {
      const tracked = this.#byEmitter.get(emitter);
      if (tracked !== undefined) hook.handle(tracked as never, argument as never);
    } catch (error) {
      this.failed(error);
    }
  }
}

function emitterOf({ at }: Hook, entity: TrackedEntity): LooseEmitter {
  const emitter: EmitterShape = at === 'entity' ? entity : entity.observer;
  return emitter;
}
