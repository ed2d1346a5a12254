import { describe, expect, it } from 'vitest';
import { CostMeter } from '../../../core/sampling/cost-meter.js';
import { SamplingKit } from '../../support/sampling-kit.js';

/** A kit whose budget allows 25 requests a tick besides the worker and the transport: each costs 20 µs of a still clock. */
function tightKit(consumers: number): SamplingKit {
  const kit = new SamplingKit({ sampling: { intervalMs: 1_000, cpuShare: 0.00054, hotForMs: 0, maxInFlight: 8 } });
  const transport = kit.open.transport(kit.open.router(kit.open.worker(), 'r'), 't');
  for (let i = 0; i < consumers; i++) kit.open.consumer(transport, `c${i}`, null);
  kit.sampler.lease({ kinds: ['consumer'] });
  kit.sampler.start();
  return kit;
}

describe('the budget', () => {
  it('lets consumers take turns when all of them are too many, and says so', async () => {
    const kit = tightKit(100);

    await kit.clock.advanceAsync(1_900);

    expect(kit.source.takeAsked('consumer')).toHaveLength(25);
    const status = kit.sampler.status();
    expect(status.cpuBudget).toBe(0.00054);
    expect(status.sampling.find(({ kind }) => kind === 'consumer')).toMatchObject({
      open: 100,
      wanted: true,
      coverage: 0.25,
      requests: { ok: 25, shed: 75 },
    });
    expect(kit.batches.find(({ kind }) => kind === 'consumer')).toMatchObject({ coverage: 0.25 });
    expect(kit.told('monitor.backedOff').map(({ data }) => data)).toEqual([{ kind: 'consumer', coverage: 0.25 }]);

    await kit.clock.advanceAsync(3_000);
    const asked = new Set(kit.source.takeAsked('consumer'));
    expect(asked.size).toBe(75);
    const { sweepAgeMs } = kit.sampler.status().sampling.find(({ kind }) => kind === 'consumer')!;
    expect(sweepAgeMs).toBeGreaterThan(3_000);
    expect(sweepAgeMs).toBeLessThanOrEqual(4_000);
    expect(kit.sampler.status().cpuShare).toBeCloseTo(0.00054, 5);
    kit.sampler.stop();
  });

  it('tells when everything is sampled again', async () => {
    const kit = tightKit(30);
    await kit.clock.advanceAsync(2_000);
    const consumers = kit.open.graph.snapshot().all('consumer');
    for (const { key } of consumers.slice(0, 10)) kit.open.graph.close(key, 'api');

    await kit.clock.advanceAsync(10_000);

    expect(kit.told('monitor.backedOff')).toHaveLength(1);
    expect(kit.told('monitor.caughtUp').map(({ data }) => data)).toEqual([{ kind: 'consumer' }]);
    kit.sampler.stop();
  });

  it('spreads a long tick over the interval, within the window', async () => {
    const kit = new SamplingKit({ sampling: { intervalMs: 1_000, cpuShare: 1, maxInFlight: 8 } });
    const transport = kit.open.transport(kit.open.router(kit.open.worker(), 'r'), 't');
    for (let i = 0; i < 200; i++) kit.open.consumer(transport, `c${i}`, null);
    kit.sampler.lease({ kinds: ['consumer'] });
    kit.source.latencyMs = 5;
    kit.sampler.start();

    await kit.clock.advanceAsync(1_999);

    expect(kit.source.takeAsked()).toHaveLength(201);
    expect(kit.source.peakInFlight).toBeLessThanOrEqual(9);
    const { lastTickMs } = kit.sampler.status().lanes[0]!;
    expect(lastTickMs).toBeGreaterThan(500);
    expect(lastTickMs).toBeLessThan(700);
    kit.sampler.stop();
  });

  it('skips a tick while the last one still runs, and says so', async () => {
    const kit = new SamplingKit({ sampling: { intervalMs: 1_000, probeDeadlineMs: 60_000 } });
    const worker = kit.open.worker();
    kit.open.transport(kit.open.router(worker, 'r'), 't');
    kit.source.latencyMs = 2_500;
    kit.sampler.start();

    await kit.clock.advanceAsync(8_900);

    expect(kit.told('monitor.tickSkipped').map(({ data }) => data.reason)).toEqual(['running', 'running', 'running']);
    expect(kit.sampler.status().lanes[0]).toMatchObject({ ticks: 2, ticksSkipped: 5 });
    kit.sampler.stop();
  });
});

describe('the cost meter', () => {
  it('takes sections that follow at once for one turn, and tells the longest of a minute', () => {
    const meter = new CostMeter(0);
    meter.section(100, 100.5, 4);
    meter.section(100.6, 101.1, 4);
    meter.section(200, 200.7, 4);

    expect(meter.longestTurnMs(200)).toBeCloseTo(1.0);
    expect(meter.longestTurnMs(70_000)).toBeNull();
  });

  it('tells the share of a core and the cost of a request, with what is spent outside our turns', () => {
    const meter = new CostMeter(0);
    meter.section(10, 11, 100);

    meter.interval(1_000);

    expect(meter.share).toBeCloseTo((1 + 100 * 0.02) / 1_000);
    expect(meter.perRequestMs).toBeCloseTo(0.01 + 0.02);
  });
});
