import { setTimeout as delay } from 'node:timers/promises';
import type { Attach } from './attached.js';

/** Share of an interval over which a paced loop spreads its requests, the same as the sampler's. */
const SPREAD = 0.6;

export const nothing: Attach = async () => ({
  opened() {},
  samples: () => 0,
  longestTurnMs: () => null,
  note: () => null,
});

/** Bare `getStats()` of every entity in each interval: `window` at a time over a part of the interval, or all at once. */
export function bare(window: number): Attach {
  return async ({ config: { intervalMs } }) => {
    let samples = 0;
    const count = (): void => {
      samples++;
    };
    return {
      opened(room) {
        const sweep = async (): Promise<void> => {
          const entities = [...room.transports, ...room.producers, ...room.consumers];
          const pause = (SPREAD * intervalMs * window) / entities.length;
          for (let first = 0; first < entities.length; first += window) {
            const some = entities.slice(first, first + window).filter(({ closed }) => !closed);
            const answered = Promise.all(some.map((entity) => entity.getStats().then(count, () => undefined)));
            if (first + window < entities.length) await delay(pause);
            else await answered;
          }
        };
        setInterval(() => void sweep(), intervalMs);
      },
      samples: () => samples,
      longestTurnMs: () => null,
      note: () => null,
    };
  };
}
