import type { HostSample } from '../../../core/index.js';

/** Rates of the host's counters between its last two samples; `NaN` until there are two. */
export class HostRates {
  #before: HostSample | null = null;
  receiveBufferErrors = Number.NaN;
  sendBufferErrors = Number.NaN;
  throttled = Number.NaN;

  observe(sample: HostSample): void {
    const before = this.#before;
    if (before?.at === sample.at) return;
    this.#before = sample;
    if (before === null) return;
    const seconds = (sample.at - before.at) / 1_000;
    this.receiveBufferErrors = rate(before.udp.receiveBufferErrors, sample.udp.receiveBufferErrors, seconds);
    this.sendBufferErrors = rate(before.udp.sendBufferErrors, sample.udp.sendBufferErrors, seconds);
    this.throttled = rate(before.container.throttledSeconds, sample.container.throttledSeconds, seconds);
  }
}

/** A counter that fell began anew, which makes the rate unknown. */
function rate(from: number | null, to: number | null, seconds: number): number {
  if (from === null || to === null || to < from || !(seconds > 0)) return Number.NaN;
  return (to - from) / seconds;
}
