import { bench, describe } from 'vitest';
import type { EntityKey } from '../../core/model/entity.js';
import type { MonitorEvent } from '../../core/model/events.js';
import { samplingOptions } from '../../core/sampling/options.js';
import { Sampler } from '../../core/sampling/sampler.js';
import { summaryOptions } from '../../core/summary/options.js';
import { Rows } from '../../core/summary/rows.js';
import { Summaries } from '../../core/summary/summaries.js';
import { sampleBatch } from '../../core/testing/sample-batches.js';
import { FakeSource } from '../support/fake-source.js';
import { GraphKit, turn } from '../support/graph-kit.js';

const CONSUMERS = 10_000;

const cpuMs = (since: NodeJS.CpuUsage): number => {
  const { user, system } = process.cpuUsage(since);
  return (user + system) / 1_000;
};

/** CPU in ms that the death of a worker with 10,000 consumers takes, the graph and the sampler included, and the telling after it. */
async function reportDeath(options: Parameters<typeof summaryOptions.parse>[0]): Promise<void> {
  const spent = { longest: 0, told: 0, turns: 0, telling: 0 };
  const live = { summaries: null as Summaries | null, sampler: null as Sampler | null };
  const publish = (event: MonitorEvent): void => {
    live.summaries?.observe(event);
    live.sampler?.observe(event);
    if (event.type.endsWith('.summarized')) spent.told++;
  };
  const kit = new GraphKit({ publish });
  const { graph, clock, logger } = kit;
  live.sampler = new Sampler({
    graph,
    source: new FakeSource(clock, () => undefined),
    clock,
    logger,
    options: samplingOptions.parse({ cpuShare: 1 }),
    onBatch: (batch) => live.summaries?.observeBatch(batch),
    residentMemory: () => Number.NaN,
  });
  live.summaries = new Summaries({
    graph,
    sampler: live.sampler,
    traffic: { peer: () => null },
    clock: { now: () => clock.now(), monotonic: () => performance.now(), setTimeout: later, setInterval: later },
    options: summaryOptions.parse(options),
  });
  const worker = kit.worker();
  const transport = kit.transport(kit.router(worker, 'r'), 't');
  for (let c = 0; c < CONSUMERS; c++) kit.consumer(transport, `c${c}`, null);
  live.sampler.lease({ kinds: ['consumer'] });
  live.sampler.start();
  await turn();
  await clock.advanceAsync(20_000);
  const before = process.cpuUsage();
  graph.close(worker, 'workerDied');
  const closingMs = cpuMs(before);
  while (live.summaries.waiting > 0) {
    const from = process.cpuUsage();
    const [run] = pending.splice(0);
    run?.();
    const took = cpuMs(from);
    spent.longest = Math.max(spent.longest, took);
    spent.telling += took;
    spent.turns++;
  }
  const { longest: longestTurnMs, telling: tellingMs, turns, told } = spent;
  console.log({ options, closingMs, longestTurnMs, tellingMs, turns, told });
  live.sampler.stop();
}

const pending: (() => void)[] = [];
function later(callback: () => void): { cancel: () => void } {
  pending.push(callback);
  return { cancel: () => {} };
}

for (let round = 0; round < 3; round++) {
  await reportDeath({ enabled: false });
  await reportDeath({ perSecond: 100_000, shortMs: 0 });
}

const kit = new GraphKit({ publish: () => {} });
const transport = kit.transport(kit.router(kit.worker(), 'r'), 't');
const keys: EntityKey[] = Array.from({ length: CONSUMERS }, (_, c) => kit.consumer(transport, `c${c}`, null));
const snapshot = kit.graph.snapshot();
const batch = sampleBatch('consumer', { entities: keys.map((key) => snapshot.find('consumer', key)!) });
for (const column of [batch.columns.bitrate, batch.columns.jitter, batch.columns.roundTripTime]) {
  for (let i = 0; i < CONSUMERS; i++) column[i] = column[i]! * (0.5 + ((i * 7_919) % 1_000) / 1_000);
}
const rows = new Rows('consumer');
for (let slot = 0; slot < CONSUMERS; slot++) rows.open(slot, 0, 0);

describe('a batch of 10,000 consumers', () => {
  bench('taken into the sketches of their summaries', () => rows.observeBatch(batch), { time: 2_000 });

  bench(
    'read once, column by column',
    () => {
      const { roundTripTime, jitter, bitrate, fractionLost } = batch.columns;
      let sum = 0;
      for (const column of [roundTripTime, jitter, bitrate, fractionLost]) {
        for (let i = 0; i < CONSUMERS; i++) sum += column[i]!;
      }
      if (Number.isNaN(sum)) throw new Error('unknown');
    },
    { time: 500 },
  );
});
