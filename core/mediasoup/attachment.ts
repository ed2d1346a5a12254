import type { Clock } from '../clock.js';
import type { Logger } from '../logger.js';
import type { EntityKey } from '../model/entity.js';
import type { GraphWriter } from '../source.js';
import type { Followed, FollowedEntity } from './followed.js';
import type { Hook, HookListener } from './hook.js';
import { RequestPipes } from './request-pipes.js';
import type { WorkerShape } from './shapes.js';
import type { MediasoupTraits } from './version.js';

interface LooseEmitter {
  on(event: string, listener: HookListener): unknown;
  off(event: string, listener: HookListener): unknown;
}

/** What all followed entities of one start share: the way to the graph, and their listeners. Refers to open entities only. */
export class Attachment {
  readonly writer: GraphWriter;
  readonly clock: Clock;
  readonly traits: MediasoupTraits;
  readonly traces: boolean;
  readonly pipes = new RequestPipes();
  readonly #logger: Logger;
  /** The only map of all that is open: by key the graph finds the entity, and thereby its observer. */
  readonly #byObserver = new Map<object, Followed>();
  readonly #workers = new Map<number, EntityKey>();
  readonly #listeners = new Map<Hook, HookListener>();
  /** Of each list of hooks, of which there are few, the listeners in the same order. */
  readonly #listenersOf = new Map<readonly Hook[], readonly HookListener[]>();
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

  byKey(key: EntityKey): Followed | undefined {
    const owner = this.writer.ownerOf(key);
    return owner === undefined ? undefined : this.byEntity(owner as FollowedEntity);
  }

  /** What is followed of that which lives in this entity, in order of opening. */
  below(key: EntityKey): readonly Followed[] {
    const below: Followed[] = [];
    for (const owner of this.writer.ownersBelow(key)) {
      const followed = this.byEntity(owner as FollowedEntity);
      if (followed !== undefined) below.push(followed);
    }
    return below;
  }

  /** The open worker with this pid. */
  workerOf(pid: number): EntityKey | null {
    return this.#workers.get(pid) ?? null;
  }

  byEntity(entity: { readonly observer: object }): Followed | undefined {
    return this.#byObserver.get(entity.observer);
  }

  /** Starts to listen. */
  add(followed: Followed, hooks: readonly Hook[]): void {
    const { entity } = followed;
    if (followed.kind === 'worker') this.#workers.set((entity as unknown as WorkerShape).pid, followed.key);
    this.#byObserver.set(entity.observer, followed);
    this.listen(followed, hooks);
  }

  /** Listens to something more of what is followed. */
  listen({ entity }: Followed, hooks: readonly Hook[]): void {
    this.#set(entity, hooks, true);
  }

  ignore({ entity }: Followed, hooks: readonly Hook[]): void {
    this.#set(entity, hooks, false);
  }

  /** Takes every listener off again. */
  delete(followed: Followed): void {
    const { entity } = followed;
    if (followed.kind === 'worker') this.#workers.delete((entity as unknown as WorkerShape).pid);
    this.#byObserver.delete(entity.observer);
    this.ignore(followed, followed.hooks);
  }

  /** Leaves all entities; nothing is written any more. */
  stop(): void {
    this.pipes.stop();
    for (const followed of this.#byObserver.values()) this.delete(followed);
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

  /** Puts the listeners of these hooks on, or takes them off. */
  #set(entity: FollowedEntity, hooks: readonly Hook[], isOn: boolean): void {
    const listeners = this.#listenersFor(hooks);
    const observer: LooseEmitter = entity.observer;
    for (let i = 0; i < hooks.length; i++) {
      const { at, event } = hooks[i]!;
      const emitter: LooseEmitter = at === 'observer' ? observer : entity;
      if (isOn) emitter.on(event, listeners[i]!);
      else emitter.off(event, listeners[i]!);
    }
  }

  #listenersFor(hooks: readonly Hook[]): readonly HookListener[] {
    let listeners = this.#listenersOf.get(hooks);
    if (listeners === undefined) {
      listeners = hooks.map((hook) => this.#listenerFor(hook));
      this.#listenersOf.set(hooks, listeners);
    }
    return listeners;
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
      const observer = hook.at === 'observer' ? emitter : (emitter as FollowedEntity).observer;
      const followed = this.#byObserver.get(observer);
      if (followed !== undefined) hook.handle(followed as never, argument as never);
    } catch (error) {
      this.failed(error);
    }
  }
}
