import type { EmitterShape } from './shapes.js';

type Listener = (argument: unknown) => void;

interface LooseEmitter {
  on(event: string, listener: Listener): unknown;
  off(event: string, listener: Listener): unknown;
}

/** Listeners put on emitters of the application, each of them total, and how to take them all off again. */
export class Listeners {
  readonly #failed: (error: unknown) => void;
  #emitters: LooseEmitter[] = [];
  #events: string[] = [];
  #listeners: Listener[] = [];

  /** `failed` is told of what a handler threw; nothing else ever is: a throw would silence the application's own listeners. */
  constructor(failed: (error: unknown) => void) {
    this.#failed = failed;
  }

  /** Calls `handler` with the first argument of each such event. */
  add<A>(emitter: EmitterShape, event: string, handler: (argument: A) => void): void {
    const listener = (argument: unknown): void => {
      try {
        handler(argument as A);
      } catch (error) {
        this.#failed(error);
      }
    };
    const loose: LooseEmitter = emitter;
    loose.on(event, listener);
    this.#emitters.push(loose);
    this.#events.push(event);
    this.#listeners.push(listener);
  }

  removeAll(): void {
    for (let index = 0; index < this.#emitters.length; index += 1) {
      this.#emitters[index]?.off(this.#events[index] ?? '', this.#listeners[index] as Listener);
    }
    this.#emitters = [];
    this.#events = [];
    this.#listeners = [];
  }
}
