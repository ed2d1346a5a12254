import { EventEmitter } from 'node:events';

/** As mediasoup's own: a listener that throws is swallowed, and the later listeners of that emit are not called. */
export class FakeEmitter extends EventEmitter {
  constructor() {
    super();
    this.setMaxListeners(0);
  }

  safeEmit(event: string, ...args: unknown[]): void {
    try {
      this.emit(event, ...args);
    } catch {
      // mediasoup tells 'listenererror' and goes on.
    }
  }
}

/** Listeners on an emitter, whatever the event. */
export function listenersOf(emitter: EventEmitter): number {
  return emitter.eventNames().reduce((sum, name) => sum + emitter.listenerCount(name), 0);
}
