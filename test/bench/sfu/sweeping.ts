import { setTimeout as delay } from 'node:timers/promises';
import { RunDelay } from '../../../core/dispatch/run-delay.js';
import { CostMeter } from '../../../core/sampling/cost-meter.js';
import type { Attach } from './attached.js';
import type { BenchRoom } from './room.js';

/** Share of an interval over which a loop spreads its requests, the same as the sampler's. */
const SPREAD = 0.6;
const WARM_PAUSE_MS = 200;

/** Asks for all that one interval is for, spread over so many ms, 0 for as fast as it goes. Settles when all is answered, or asked for. */
type Sweep = (room: BenchRoom, spreadMs: number) => Promise<void>;

/**
 * A bare loop that sweeps once in each interval. `make` is told what to call for each answer, and what measures the turns in which it is asked,
 * as those of the sampler are measured; what is never measured has none.
 */
export function sweeping(make: (answered: () => void, turns: CostMeter) => Sweep): Attach {
  return async ({ config: { intervalMs, warmUpMs } }) => {
    let samples = 0;
    const runDelay = new RunDelay();
    const turns = new CostMeter({ monotonic: () => performance.now(), runDelay: () => runDelay.ms() });
    const sweep = make(() => {
      samples++;
    }, turns);
    return {
      async begin(room, joins) {
        const end = performance.now() + warmUpMs;
        while (performance.now() < end) await sweep(room, 0).then(() => delay(WARM_PAUSE_MS));
        await joins;
        setInterval(() => void sweep(room, SPREAD * intervalMs), intervalMs);
        void sweep(room, SPREAD * intervalMs);
      },
      samples: () => samples,
      longestTurnMs: () => turns.longestTurnMs(),
      scrapeUrl: () => null,
      note: () => null,
    };
  };
}
