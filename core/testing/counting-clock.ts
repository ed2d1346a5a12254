import { type Clock, systemClock, type Timer } from '../clock.js';

/** The system's clock, counting the timers that are armed: they keep no process alive, so nothing else would show them. */
export class CountingClock implements Clock {
  readonly #armed = new Set<symbol>();

  /** 0 after everything was stopped properly. */
  get pending(): number {
    return this.#armed.size;
  }

  now(): number {
    return systemClock.now();
  }

  monotonic(): number {
    return systemClock.monotonic();
  }

  setTimeout(callback: () => void, ms: number): Timer {
    const id = Symbol('timeout');
    const run = (): void => {
      this.#armed.delete(id);
      callback();
    };
    return this.#arm(id, systemClock.setTimeout(run, ms));
  }

  setInterval(callback: () => void, ms: number): Timer {
    return this.#arm(Symbol('interval'), systemClock.setInterval(callback, ms));
  }

  #arm(id: symbol, timer: Timer): Timer {
    this.#armed.add(id);
    return {
      cancel: () => {
        this.#armed.delete(id);
        timer.cancel();
      },
    };
  }
}
