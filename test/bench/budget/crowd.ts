import { setTimeout as delay, setImmediate as nextTurn } from 'node:timers/promises';
import { systemClock } from '../../../core/clock.js';
import { samplingOptions } from '../../../core/sampling/options.js';
import { Sampler } from '../../../core/sampling/sampler.js';
import { GraphKit } from '../../support/graph-kit.js';
import { GrowingSource } from '../support/growing-source.js';

/** 50,000 consumers and 500 transports of a stand-in source: the longest turns of the sampler, and what its own sums cost. */

const WORKERS = 4;
const TRANSPORTS = 125;
const CONSUMERS = 100;
const INTERVAL_MS = 5_000;

for (const cpuShare of [0.01, 1]) {
  const kit = new GraphKit({ publish: () => {} });
  for (let w = 0; w < WORKERS; w++) {
    const router = kit.router(kit.worker(w + 1), `r${w}`);
    for (let t = 0; t < TRANSPORTS; t++) {
      const transport = kit.transport(router, `t${w}-${t}`);
      for (let c = 0; c < CONSUMERS; c++) kit.consumer(transport, `c${w}-${t}-${c}`, null);
    }
  }
  let longestTickMs = 0;
  const sampler = new Sampler({
    graph: kit.graph,
    source: new GrowingSource(() => nextTurn()),
    clock: {
      ...systemClock,
      setInterval: (callback, ms) =>
        systemClock.setInterval(() => {
          const from = performance.now();
          callback();
          longestTickMs = Math.max(longestTickMs, performance.now() - from);
        }, ms),
    },
    logger: kit.logger,
    options: samplingOptions.parse({ intervalMs: INTERVAL_MS, cpuShare }),
    onBatch: () => {},
    residentMemory: () => Number.NaN,
  });
  sampler.lease({ kinds: ['consumer'] });
  sampler.start();
  await delay(4.9 * INTERVAL_MS);
  const from = performance.now();
  const { longestTurnMs, cpuShare: share, sampling } = sampler.status();
  const statusMs = performance.now() - from;
  const [consumers] = sampling.filter(({ kind }) => kind === 'consumer');
  console.log({ budget: cpuShare, longestTurnMs, longestTickMs, statusMs, share, consumers });
  sampler.stop();
}
