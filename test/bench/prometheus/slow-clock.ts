import { type Clock, systemClock } from '../../../core/clock.js';

/**
 * The clock by which a page divides itself, as on a machine that takes `factor` times as long for everything: where times are multiplied
 * by it afterwards, turns come out as there, garbage collections included.
 */
export function slowed(factor: number): Clock {
  return { ...systemClock, monotonic: () => systemClock.monotonic() * factor };
}
