import { setTimeout as delay } from 'node:timers/promises';
import type { Attach } from './attached.js';
import type { BenchRoom } from './room.js';

/** Share of an interval over which a loop spreads its requests, the same as the sampler's. */
const SPREAD = 0.6;
const WARM_PAUSE_MS = 200;

/** Asks for all that one interval is for, spread over so many ms, 0 for as fast as it goes. Settles when all is answered, or asked for. */
type Sweep = (room: BenchRoom, spreadMs: number) => Promise<void>;

/** A bare loop that sweeps once in each interval. `make` is told what to call for each answer. */
export function sweeping(make: (answered: () => void) => Sweep): Attach {
  return async ({ config: { intervalMs, warmUpMs } }) => {
    let samples = 0;
    const sweep = make(() => {
      samples++;
    });
    return {
      async begin(room, joins) {
        const end = performance.now() + warmUpMs;
        while (performance.now() < end) await sweep(room, 0).then(() => delay(WARM_PAUSE_MS));
        await joins;
        setInterval(() => void sweep(room, SPREAD * intervalMs), intervalMs);
        void sweep(room, SPREAD * intervalMs);
      },
      samples: () => samples,
      longestTurnMs: () => null,
      scrapeUrl: () => null,
      note: () => null,
    };
  };
}
