import { bench, describe } from 'vitest';
import { type Clock, systemClock } from '../../core/clock.js';
import type { EntityKey } from '../../core/model/entity.js';
import { samplingOptions } from '../../core/sampling/options.js';
import { Sampler } from '../../core/sampling/sampler.js';
import { GraphKit, turn } from '../support/graph-kit.js';
import { ManualClock } from '../support/manual-clock.js';
import { GrowingSource } from './support/growing-source.js';

const CONSUMERS = 10_000;
const TRANSPORTS = 500;
const INTERVAL_MS = 5_000;
const WINDOW = 64;

function samplerOf(clock: Clock): { sampler: Sampler; source: GrowingSource; keys: EntityKey[] } {
  const kit = new GraphKit({ publish: () => {} });
  const router = kit.router(kit.worker(), 'r');
  const keys: EntityKey[] = [];
  for (let t = 0; t < TRANSPORTS; t++) {
    const transport = kit.transport(router, `t${t}`);
    for (let c = 0; c < CONSUMERS / TRANSPORTS; c++) keys.push(kit.consumer(transport, `c${t}-${c}`, null));
  }
  const source = new GrowingSource();
  const sampler = new Sampler({
    graph: kit.graph,
    source,
    clock,
    logger: kit.logger,
    options: samplingOptions.parse({ intervalMs: INTERVAL_MS, cpuShare: 1, maxInFlight: WINDOW }),
    onBatch: () => {},
    residentMemory: () => Number.NaN,
  });
  sampler.lease({ kinds: ['consumer'] });
  sampler.start();
  return { sampler, source, keys };
}

/** In real time, because only that has turns: what the sampler says of itself after some ticks. */
async function reportTurns(): Promise<void> {
  const { sampler } = samplerOf(systemClock);
  await new Promise((resolve) => setTimeout(resolve, 4 * INTERVAL_MS + 500));
  const { longestTurnMs, cpuShare, sampling } = sampler.status();
  const sampled = sampling.reduce((sum, { requests }) => sum + requests.ok, 0);
  console.log({ longestTurnMs, cpuShare, sampled });
  sampler.stop();
}

await reportTurns();
const manual = new ManualClock();
const { source, keys } = samplerOf(manual);
await turn();

describe('one tick of 10,000 consumers and 500 transports', () => {
  bench('through the sampler', () => manual.advanceAsync(INTERVAL_MS), { time: 3_000 });

  bench(
    'the same requests bare, in the same windows',
    async () => {
      for (let first = 0; first < keys.length; first += WINDOW) {
        for (let i = first; i < first + WINDOW && i < keys.length; i++) void source.read('consumer');
        await new Promise((resolve) => setImmediate(resolve));
      }
    },
    { time: 3_000 },
  );
});
