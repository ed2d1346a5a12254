/** Time as the monitor sees it: a port, so that tests decide when it passes. */
export interface Clock {
  /** Wall time in ms since the epoch. May jump. */
  now(): number;
  /** Monotonic time in ms. Never falls; only differences mean something. */
  monotonic(): number;
  /** Calls back once after `ms`. Never keeps the process alive. */
  setTimeout(callback: () => void, ms: number): Timer;
  /** Calls back every `ms`. Never keeps the process alive. */
  setInterval(callback: () => void, ms: number): Timer;
}

export interface Timer {
  cancel(): void;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  setTimeout(callback, ms) {
    const handle = setTimeout(callback, ms);
    handle.unref();
    return { cancel: () => clearTimeout(handle) };
  },
  setInterval(callback, ms) {
    const handle = setInterval(callback, ms);
    handle.unref();
    return { cancel: () => clearInterval(handle) };
  },
};
